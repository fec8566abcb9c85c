"""The tables of webhooks: the webhooks, their deliveries, and how far the events were handed out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class Webhook(Leased, Base):
    """A receiver. One worker at a time delivers to it: it holds the lease of this row."""

    __tablename__ = "webhooks"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    types: Mapped[list[str]] = mapped_column(JSONB)
    """Types of events, or patterns such as `holdfast.job.*`."""
    filter: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """{label: "key=value", vault_id}; what is left out filters nothing."""
    state: Mapped[str] = mapped_column(Text, server_default="active")
    disabled_reason: Mapped[str | None] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    """Encrypted (app/core/secret_box.py)."""
    previous_secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted; it signs as well until `previous_valid_until`."""
    previous_valid_until: Mapped[datetime | None] = mapped_column(TZ)
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """Of what callers see and change; deliveries do not change it."""
    after_position: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Events behind this position are for it: the newest one when it was made."""
    failures: Mapped[int] = mapped_column(server_default="0")
    """Since the last success: resources with an attempt that failed; once the circuit is open, attempts (rules.py)."""
    failing_lanes: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """Those resources, as lanes."""
    failing_since: Mapped[datetime | None] = mapped_column(TZ)
    """The first of these."""
    paused_until: Mapped[datetime | None] = mapped_column(TZ)
    """Nothing is sent before: the receiver failed, or asked for it."""
    tested_at: Mapped[datetime | None] = mapped_column(TZ)
    """When a caller last had a test event sent."""

    __table_args__ = (
        Index("ix_webhooks_tenant_id", "tenant", "id"),
        Index("ix_webhooks_due", "due_at", postgresql_where=text("state = 'active'")),
    )


class WebhookDelivery(Base):
    """One event for one webhook."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    webhook_id: Mapped[UUID] = mapped_column(PG_UUID)
    event_id: Mapped[UUID] = mapped_column(PG_UUID)
    event_type: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger)
    """Of the event."""
    lane: Mapped[str] = mapped_column(Text)
    """The resource, `kind/id`: deliveries of one lane are sent one after another."""
    turn: Mapped[int] = mapped_column(BigInteger)
    """The order within the lane, together with the position: later for what is replayed (enqueueing.py)."""
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    is_head: Mapped[bool]
    """Whether it is the first of its lane that has not ended: only heads are sent."""
    due_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    attempts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """[{at, status, body, error}] (rules.logged)."""
    tries: Mapped[int] = mapped_column(server_default="0")
    """Attempts since it was handed out or replayed."""
    first_at: Mapped[datetime | None] = mapped_column(TZ)
    """Of these, the first."""
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    ended_at: Mapped[datetime | None] = mapped_column(TZ)

    __table_args__ = (
        Index("uq_webhook_deliveries_event", "webhook_id", "event_id", unique=True),
        Index("ix_webhook_deliveries_list", "webhook_id", "id"),
        Index("ix_webhook_deliveries_open", "webhook_id", "id", postgresql_where=text("state <> 'delivered'")),
        Index(
            "ix_webhook_deliveries_due", "webhook_id", "due_at", postgresql_where=text("state = 'pending' AND is_head")
        ),
        Index(
            "ix_webhook_deliveries_lane",
            "webhook_id",
            "lane",
            "turn",
            "position",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_webhook_deliveries_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )


class WebhookCursor(Base):
    """How far the events were handed out: one row, belongs to no tenant."""

    __tablename__ = "webhook_cursors"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
