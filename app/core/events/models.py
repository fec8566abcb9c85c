"""The tables of events. Triggers write the outbox (migrations/versions/0028_events.py), and the loop of restore tests.

`holdfast_publish_events` moves what is committed to the events.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base


class _Content:
    tenant: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    """An `EventType`, or one that a newer version knows."""
    action: Mapped[str] = mapped_column(Text)
    """created | updated | deleted."""
    resource_kind: Mapped[str] = mapped_column(Text)
    """A `ResourceKind`. Events of one (kind, id) are in the order of the commits."""
    resource_id: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    labels: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Of the job; null: none."""
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The columns of the row that callers may see, by name, as they were after the change (before, if deleted)."""
    was: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Of an update: the columns as they were before; of a job or approval only its state."""


class Outbox(_Content, Base):
    """Events that were not published yet. A transaction that commits late makes older rows visible among newer ones."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(PG_UUID, server_default=func.gen_random_uuid())
    at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)


class Event(_Content, Base):
    """An event that is committed. Positions only grow, and none appears below one that was seen."""

    __tablename__ = "events"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(PG_UUID)
    at: Mapped[datetime] = mapped_column(TZ)

    __table_args__ = (
        Index("uq_events_id", "id", unique=True),
        Index("ix_events_tenant_position", "tenant", "position"),
        Index("ix_events_resource", "resource_id", "position"),
    )
