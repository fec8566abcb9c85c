"""The tables of alerts: alerts, the members of storms, rules, silences, mails, and where the loops stand."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, SmallInteger, Text, or_, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased

_NOT_RESOLVED = text("resolved_at IS NULL")


def path_of(alert_id: UUID) -> str:
    return f"/v1/alerts/{alert_id}"


class Alert(Base):
    """Something that is wrong: written when it is found, opened when its grace has ended, told unless silenced."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """UUIDv7: sorts by the time of writing."""
    tenant: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """An `AlertKind`."""
    key: Mapped[str] = mapped_column(Text)
    """The thing and the cause (findings.py)."""
    thing: Mapped[str] = mapped_column(Text)
    """The key up to its first slash."""
    storm_key: Mapped[str | None] = mapped_column(Text)
    """Of which storm it may be a part: cause and place; None = of none."""
    is_storm: Mapped[bool] = mapped_column(Boolean, server_default="false")
    severity: Mapped[str] = mapped_column(Text)
    """A `Severity`, as the rule said when it was found."""
    state: Mapped[str] = mapped_column(Text)
    """An `AlertState`."""
    subject: Mapped[str] = mapped_column(Text)
    vm_id: Mapped[str | None] = mapped_column(Text)
    vault_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    labels: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    title: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    count: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column(TZ)
    last_at: Mapped[datetime] = mapped_column(TZ)
    seen_at: Mapped[datetime] = mapped_column(TZ)
    """When its newest event was recorded: storms are counted by this."""
    events: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """The ids of its newest events."""
    webhook_ids: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """To which webhooks it is sent also where they ask for other types: as the rule said when it was told."""
    due_at: Mapped[datetime] = mapped_column(TZ)
    """While it is not told, or is worse than it was told: when it is looked at next."""
    opened_at: Mapped[datetime | None] = mapped_column(TZ)
    """None = its grace has not ended, or its kind is off: it is not shown."""
    told_at: Mapped[datetime | None] = mapped_column(TZ)
    """When it was announced last. None = no event and no mail did: it is silenced, or not opened."""
    told_size: Mapped[int | None] = mapped_column(Integer)
    """How many things it was about when it was announced: of a storm, its members."""
    is_worse: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """Since it was announced: it is announced again when it is due."""
    silenced_by: Mapped[UUID | None] = mapped_column(PG_UUID)
    acknowledged_at: Mapped[datetime | None] = mapped_column(TZ)
    acknowledged_by: Mapped[str | None] = mapped_column(Text)
    acknowledged_reason: Mapped[str | None] = mapped_column(Text)
    resolved_at: Mapped[datetime | None] = mapped_column(TZ)
    folded_into: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The storm that it became a part of, and was resolved by."""
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (
        Index("uq_alerts_open", "tenant", "kind", "key", unique=True, postgresql_where=_NOT_RESOLVED),
        Index("ix_alerts_thing", "tenant", "kind", "thing", postgresql_where=_NOT_RESOLVED),
        Index("ix_alerts_storm", "tenant", "kind", "storm_key", "seen_at", postgresql_where=_NOT_RESOLVED),
        Index(
            "ix_alerts_due_at", "due_at", postgresql_where=text("(told_at IS NULL OR is_worse) AND resolved_at IS NULL")
        ),
        Index("ix_alerts_tenant_id", "tenant", "id"),
        Index("ix_alerts_resolved_at", "resolved_at"),
    )


UNTOLD = (or_(Alert.told_at.is_(None), Alert.is_worse), Alert.resolved_at.is_(None))
"""What is announced when it is due."""


class AlertMember(Base):
    """One of the things that a storm is about, while it is not well."""

    __tablename__ = "alert_members"

    alert_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    thing: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_alert_members_thing", "tenant", "kind", "thing"),)


class AlertRule(Base):
    """What a tenant wants otherwise than by default, for one kind."""

    __tablename__ = "alert_rules"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    enabled: Mapped[bool] = mapped_column(Boolean)
    severity: Mapped[str | None] = mapped_column(Text)
    """None = as by default."""
    grace_seconds: Mapped[int | None] = mapped_column(Integer)
    """None = as by default."""
    webhook_ids: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    mail: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)


class AlertSilence(Base):
    """A window in which alerts that it names are recorded, and not sent. What is None names no one of them."""

    __tablename__ = "alert_silences"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    vault_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    label: Mapped[str | None] = mapped_column(Text)
    """`key:value` of the job's labels."""
    from_at: Mapped[datetime] = mapped_column(TZ)
    until_at: Mapped[datetime] = mapped_column(TZ)
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (Index("ix_alert_silences_tenant_id", "tenant", "id"),)


class AlertCursor(Leased, Base):
    """Where the loop of alerts stands: in the events, and in time. Contains no tenant's data."""

    __tablename__ = "alert_cursors"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, server_default="0")


class AlertWeakness(Base):
    """How many newest points of an item, one after another, were of a weaker kind than expected."""

    __tablename__ = "alert_weaknesses"

    protected_item_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    points: Mapped[int] = mapped_column(Integer)
    newest_at: Mapped[datetime] = mapped_column(TZ)
    """The newest of them; a point is counted once."""


class AlertMail(Leased, Base):
    """A mail to one address: due until it is sent, or given up."""

    __tablename__ = "alert_mails"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """Also its Message-ID: what is sent twice is known as the same."""
    tenant: Mapped[str] = mapped_column(Text)
    once: Mapped[str] = mapped_column(Text)
    """What it tells, so that it is written once: `opened:{alert}`, `worse:{alert}:{count}`, `resolved:{alert}`,
    `digest:{date}`, `folded:{mail}`."""
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    """A `MailState`."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    ended_at: Mapped[datetime | None] = mapped_column(TZ)

    __table_args__ = (
        Index("uq_alert_mails_once", "tenant", "once", "recipient", unique=True),
        Index("ix_alert_mails_due_at", "due_at", postgresql_where=text("state = 'pending'")),
        Index("ix_alert_mails_recipient", "tenant", "recipient", "ended_at"),
        Index("ix_alert_mails_ended_at", "ended_at"),
    )


class AlertDigest(Leased, Base):
    """When a tenant's morning mail is due next: the due row of the loop that writes it."""

    __tablename__ = "alert_digests"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    last_day: Mapped[date | None] = mapped_column(Date)
    """The day whose digest was written last."""
