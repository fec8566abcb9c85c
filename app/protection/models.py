"""The table of protected items."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base
from app.jobs.models import Origin


class ProtectedItem(Base):
    __tablename__ = "protected_items"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("vaults.id"))
    policy_id: Mapped[UUID | None] = mapped_column(PG_UUID, ForeignKey("policies.id"))
    vm_id: Mapped[str] = mapped_column(Text)
    vm_key: Mapped[str] = mapped_column(Text, unique=True)
    """The VM's ARM id in lower case: a VM is protected in one vault at most."""
    vm_name_key: Mapped[str] = mapped_column(Text, Computed("split_part(vm_key, '/', 9)", persisted=True))
    """The VM's name in lower case: the last part of `vm_key`. A column, because row-level security keeps an index on a
    function from being used."""
    state: Mapped[str] = mapped_column(Text)
    """An `ItemState` (app/azure/item_states.py)."""
    azure_state: Mapped[str | None] = mapped_column(Text)
    """Azure's own word, as it came; None until Azure was read."""
    enhanced: Mapped[bool | None]
    """Whether Azure backs it up by the enhanced kind of policy, by the item's own word; None = Azure did not say."""
    excluded_luns: Mapped[list[int] | None] = mapped_column(JSONB)
    included_luns: Mapped[list[int] | None] = mapped_column(JSONB)
    health: Mapped[str | None] = mapped_column(Text)
    health_details: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    last_backup_status: Mapped[str | None] = mapped_column(Text)
    last_backup_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_recovery_point_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    origin: Mapped[str] = mapped_column(Text, server_default=Origin.HOLDFAST.value)
    """An `Origin`: protected by a request of ours, or found in Azure."""
    seen_before_first_backup: Mapped[bool] = mapped_column(server_default="false")
    """Holdfast saw it in a state of `BEFORE_FIRST_BACKUP`: it had no backups then. Set by a trigger for good."""
    vm_missing: Mapped[bool] = mapped_column(server_default="false")
    """The VM did not exist when Azure was last asked for it; its points can still be restored."""
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    purge_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a soft-deleted item's data is purged. Changing the vault's days later does not change it."""
    last_proven_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a restore test of it last passed every level of its own; None = never."""
    proven_level: Mapped[str | None] = mapped_column(Text)
    """The highest level whose proof held then (app/evidence/proofs.py)."""
    rto_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """How long the restore took that proved this level, until it, by Azure's clock."""
    proofs: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB, server_default="{}")
    """By level: {at, rto_seconds} of the last run that proved it (app/evidence/proofs.py)."""
    refuted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a run last judged it and did not prove it: no proof before counts."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_protected_items_tenant_id", "tenant", "id"),
        Index("ix_protected_items_tenant_vault_id", "tenant", "vault_id", "id"),
        # Each filter of the list with the sort key behind it: a page is read in order and stops at its end.
        Index("ix_protected_items_tenant_policy_id", "tenant", "policy_id", "id"),
        Index("ix_protected_items_tenant_state", "tenant", "state", "id"),
        Index("ix_protected_items_tenant_vm_name", "tenant", "vm_name_key", "id"),
        Index("ix_protected_items_tenant_health", "tenant", "health", "id"),
        Index("ix_protected_items_tenant_vm_missing", "tenant", "id", postgresql_where=text("vm_missing")),
        Index("ix_protected_items_tenant_last_point", "tenant", "last_recovery_point_at"),
        Index("ix_protected_items_tenant_updated_at", "tenant", "updated_at"),
        Index("ix_protected_items_policy_id", "policy_id"),
    )
