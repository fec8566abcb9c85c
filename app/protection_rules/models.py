"""The tables of protection rules: the rules, and the VMs that they have asked to protect."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class ProtectionRule(Leased, Base):
    """A protection rule. `due_at`: when the worker's loop weighs it next, where it is enforced."""

    __tablename__ = "protection_rules"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer)
    """The lowest one decides about a VM that several rules select."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{selector, targets, on_lost} as the caller wrote them."""
    mode: Mapped[str] = mapped_column(Text)
    """A `rules.RuleMode`."""
    max_per_hour: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(Text)
    """SHA-256 of what it does: priority, definition and max_per_hour."""
    approved_hash: Mapped[str | None] = mapped_column(Text)
    """The hash that a second person approved."""
    approval_job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The newest job that asked for that."""
    confirmed: Mapped[int] = mapped_column(Integer, server_default="0")
    """How many VMs more it may touch beyond the limit, of those that a caller has confirmed."""
    stopped_at: Mapped[datetime | None] = mapped_column(TZ)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """Of the jobs that it asks for."""
    reference: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{issuer, directory, object_id, name, memberships} of who last wrote it: its jobs are asked for in their name.

    `memberships`: ids of those that gave them the right; not there in rows of older versions."""
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{reason, detail, since, count, limit} while it is enforced and does nothing."""
    counts: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    """Of the VMs when it was last weighed: {protect, unchanged, skipped, conflicts, lost}."""
    weighed_at: Mapped[datetime | None] = mapped_column(TZ)
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """Of what callers change."""

    __table_args__ = (
        Index("ix_protection_rules_tenant_id", "tenant", "id"),
        Index("ix_protection_rules_due_at", "due_at"),
    )


class ProtectionRuleMember(Base):
    """A VM that a rule has asked to protect, at any time, or was refused. It goes with its rule."""

    __tablename__ = "protection_rule_members"

    rule_id: Mapped[UUID] = mapped_column(
        PG_UUID, ForeignKey("protection_rules.id", ondelete="CASCADE"), primary_key=True
    )
    vm_key: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    vm_id: Mapped[str] = mapped_column(Text)
    protected_item_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """Of the last job; None = none was made yet."""
    hash: Mapped[str] = mapped_column(Text)
    """Of the rule when it last asked."""
    selected_hash: Mapped[str] = mapped_column(Text)
    """`definitions.selected_hash_of` the rule when it last selected the VM."""
    job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The last job of kind `protect`; None = none was made yet."""
    refusal: Mapped[str | None] = mapped_column(Text)
    """Why the last job could not be made; None = it was."""
    tries: Mapped[int] = mapped_column(Integer, server_default="1")
    """How often the rule has asked for it, however it was changed."""
    asked_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    pause_job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The job that paused it when the rule lost it. Once the rule selects it again, null."""

    __table_args__ = (Index("ix_protection_rule_members_tenant", "tenant"),)
