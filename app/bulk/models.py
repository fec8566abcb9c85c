"""The tables of bulk requests and their targets. What is wanted of each is in the request's job (`orders.py`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class BulkRequest(Leased, Base):
    """One bulk request: the due row of the loop `bulk` until it has ended."""

    __tablename__ = "bulk_requests"

    job_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    stopped: Mapped[str | None] = mapped_column(Text)
    """Why nothing more begins (`rules.Stop`); None = it goes on."""
    ends_by: Mapped[datetime | None] = mapped_column(TZ)
    """Then it ends in any case. None = it has not begun."""
    ended_at: Mapped[datetime | None] = mapped_column(TZ)
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (
        Index("ix_bulk_requests_tenant_open", "tenant", postgresql_where=text("ended_at IS NULL")),
        Index("ix_bulk_requests_due", "due_at", postgresql_where=text("ended_at IS NULL")),
    )


class BulkTarget(Base):
    """One VM or item of a bulk request."""

    __tablename__ = "bulk_targets"

    job_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """The job of the whole."""
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    protected_item_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """None: a VM without an item."""
    vm_id: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    """`rules.Outcome`."""
    child_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """Its own job."""
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it did not succeed, as a job's error."""
    weighed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{operations, facts}: what was found of it when the whole was asked for, where a second person may decide. Its job
    is made only while that still holds. None = no person is asked about this action."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How often its job could not be made: Azure did not answer, or a bug of ours prevented it."""

    __table_args__ = (Index("ix_bulk_targets_running", "job_id", postgresql_where=text("outcome = 'running'")),)
