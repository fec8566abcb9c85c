"""The tables of reports: what was written, links to it, when the next one is due, and what items were before."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base
from app.core.db.leases import Leased


class DailyReport(Base):
    """One revision of the report of one date in one time zone. Written once by a worker; a trigger refuses changes."""

    __tablename__ = "daily_reports"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """UUIDv7: sorts by the time of writing."""
    tenant: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)
    time_zone: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    """1, 2, ...: the newest one is the best known."""
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    totals: Mapped[dict[str, int]] = mapped_column(JSONB)
    """For lists; also in `head`."""
    head: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A `HeadJson`: all but the items."""
    items: Mapped[list[Any]] = mapped_column(JSONB)
    """`ItemJson` of each item."""
    nights: Mapped[dict[str, str]] = mapped_column(JSONB)
    """A letter for each item, for the heat map."""
    digest: Mapped[str] = mapped_column(Text)
    """Of what became of each item: equal ones need no new revision."""

    __table_args__ = (
        # Whichever worker comes second writes nothing.
        Index("uq_daily_reports_revision", "tenant", "time_zone", "day", "revision", unique=True),
        Index("ix_daily_reports_tenant_id", "tenant", "id"),
        Index("ix_daily_reports_day", "day"),
    )


class ReportLink(Base):
    """A short-lived link to one report. Of the token only the digest is kept."""

    __tablename__ = "report_links"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text, unique=True)
    """SHA-256 of the token, in hex."""
    day: Mapped[date] = mapped_column(Date)
    time_zone: Mapped[str] = mapped_column(Text)
    revision: Mapped[int | None] = mapped_column(Integer)
    """None = the newest when it is opened."""
    created_by: Mapped[str] = mapped_column(Text)
    """The caller's key."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_report_links_expires_at", "expires_at"),)


class ReportSchedule(Leased, Base):
    """When a tenant's reports are looked at next: the due row of the loop that writes them."""

    __tablename__ = "report_schedules"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)


class ItemHistory(Base):
    """What a protected item was from a moment on. Written by triggers on `protected_items`, also at a deletion."""

    __tablename__ = "item_history"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    protected_item_id: Mapped[UUID] = mapped_column(PG_UUID)
    vm_id: Mapped[str] = mapped_column(Text)
    vm_key: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID)
    protected_since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """The item's `created_at`."""
    state: Mapped[str | None] = mapped_column(Text)
    """An `ItemState`; None = the item was gone from then on."""
    policy_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    """When Holdfast saw it so."""
    seen_before_first_backup: Mapped[bool] = mapped_column(server_default="false")
    """This row, or an older one of the item, is of a time before its first backup. Set by a trigger."""

    __table_args__ = (
        Index("ix_item_history_tenant_at", "tenant", "at"),
        Index("ix_item_history_protected_item_id", "protected_item_id", "at"),
        Index("ix_item_history_at", "at"),
    )
