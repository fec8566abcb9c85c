"""The tables of the health of items: what is expected of each next, what was missed, and the rules of the tenant."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base


class ItemHealth(Base):
    """What is expected of an item next: the due row of the loop `health`.

    A row of its own: the item's row is the version that callers and caches compare, and nothing of it changes here.
    """

    __tablename__ = "item_health"

    protected_item_id: Mapped[UUID] = mapped_column(
        PG_UUID, ForeignKey("protected_items.id", ondelete="CASCADE"), primary_key=True
    )
    tenant: Mapped[str] = mapped_column(Text)
    # --- which facts this was found from: if one of them has changed, the item is looked at again
    seen_item_at: Mapped[datetime | None] = mapped_column(TZ)
    """`updated_at` of the item."""
    seen_policy_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    seen_revision: Mapped[int | None] = mapped_column(Integer)
    seen_rule_at: Mapped[datetime | None] = mapped_column(TZ)
    """`updated_at` of its own rule."""
    seen_tenant_rule_at: Mapped[datetime | None] = mapped_column(TZ)
    """`updated_at` of the tenant's rule. Compared by itself: the newer of the two hides that the other is gone."""
    seen_os: Mapped[str | None] = mapped_column(Text)
    expects_backups: Mapped[bool] = mapped_column(Boolean, server_default="false")
    holds_since: Mapped[datetime | None] = mapped_column(TZ)
    """Since when its policy, as it is now, holds for it; None while no backups are expected."""
    # --- what follows from them
    state: Mapped[str] = mapped_column(Text, server_default="unknown")
    """A `RpoState`: right until `look_at`."""
    look_at: Mapped[datetime | None] = mapped_column(TZ, server_default=NOW)
    """From when on the state may be another one though no fact changes; None = never. It is in the past while a miss
    waits for a look at Azure: then only `known.state_in_sql` knows the state."""
    source: Mapped[str | None] = mapped_column(Text)
    objective_seconds: Mapped[int | None] = mapped_column(BigInteger)
    grace_seconds: Mapped[int | None] = mapped_column(BigInteger)
    due_at: Mapped[datetime | None] = mapped_column(TZ)
    late_at: Mapped[datetime | None] = mapped_column(TZ)
    """`due_at` and the grace."""
    last_point_at: Mapped[datetime | None] = mapped_column(TZ)
    missed_since: Mapped[datetime | None] = mapped_column(TZ)
    """Set while a miss is on record that has not ended."""
    expected_kind: Mapped[str | None] = mapped_column(Text)
    """A `Consistency`: of which kind its points shall be."""
    # --- what was read of it in Azure
    os: Mapped[str | None] = mapped_column(Text)
    """linux or windows; None until Azure was read."""
    vm_tags: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """The VM's tags when it was last seen, by folded key; None = it was not seen yet. They outlive the VM: a plan finds
    it by them when it is gone."""
    point_kind: Mapped[str | None] = mapped_column(Text)
    """A `Consistency`: of the point of `point_kind_of`."""
    point_kind_of: Mapped[datetime | None] = mapped_column(TZ)
    """The time of the newest point that was read."""
    kind_asked_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the worker last asked Azure for its points."""

    __table_args__ = (
        # The filter `rpo`: what is settled by state and in the order of the page, and the few that are to be looked at.
        Index("ix_item_health_tenant_state", "tenant", "state", "protected_item_id"),
        Index("ix_item_health_tenant_look_at", "tenant", "look_at"),
        Index("ix_item_health_look_at", "look_at"),
    )


class HealthEvent(Base):
    """One miss, or its end. Written once, never changed; kept when the item is deleted, until it is pruned."""

    __tablename__ = "item_health_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    protected_item_id: Mapped[UUID] = mapped_column(PG_UUID)
    vm_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """A `HealthEventKind` (assessment.py)."""
    at: Mapped[datetime] = mapped_column(TZ)
    """When it happened: a miss at the end of the grace, a recovery at the time of the point, however late it was
    seen."""
    due_at: Mapped[datetime] = mapped_column(TZ)
    """The run, or the time of the rule, that was missed."""
    grace_seconds: Mapped[int] = mapped_column(BigInteger)
    objective_seconds: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str | None] = mapped_column(Text)
    point_at: Mapped[datetime | None] = mapped_column(TZ)
    """Of a miss, the newest point before it; of a recovery, the point that ended it."""
    recorded_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (
        Index("uq_item_health_events_once", "protected_item_id", "due_at", "kind", unique=True),
        Index("ix_item_health_events_tenant_at", "tenant", "at", "id"),
    )


class Expectation(Base):
    """What a tenant expects of one item, or of all of its items (`protected_item_id` None). None = as by default."""

    __tablename__ = "expectations"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    protected_item_id: Mapped[UUID | None] = mapped_column(
        PG_UUID, ForeignKey("protected_items.id", ondelete="CASCADE")
    )
    objective_seconds: Mapped[int | None] = mapped_column(BigInteger)
    objective_since: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """When this objective was set: it owes nothing for the time before. Another grace leaves it as it is."""
    grace_seconds: Mapped[int | None] = mapped_column(BigInteger)
    consistency: Mapped[str | None] = mapped_column(Text)
    linux_scripts_expected: Mapped[bool | None] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (
        Index("uq_expectations_tenant", "tenant", unique=True, postgresql_where=text("protected_item_id IS NULL")),
        Index(
            "uq_expectations_item",
            "protected_item_id",
            unique=True,
            postgresql_where=text("protected_item_id IS NOT NULL"),
        ),
    )
