"""The table of vaults."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DateTime, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.azure.values import VaultRef
from app.core.db.database import NOW, Base


class VaultState(StrEnum):
    """The state of a vault. The API's `VaultRead.state` lists the same.

    The row is deleted when Azure does not have the vault any more.
    """

    CREATING = "creating"
    """Requested; Azure does not have it yet."""
    ADOPTING = "adopting"
    """It is in Azure, and is read for the first time."""
    READY = "ready"
    """Azure has it."""
    DELETING = "deleting"
    """Its deletion was asked for: nothing new is accepted for it."""


NOT_READ_YET = frozenset({VaultState.CREATING, VaultState.ADOPTING})
"""Holdfast has not read it from Azure: if its job fails, the row goes."""


class Vault(Base):
    __tablename__ = "vaults"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    subscription_id: Mapped[str] = mapped_column(Text)
    resource_group: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    arm_key: Mapped[str] = mapped_column(Text, unique=True)
    """The ARM id in lower case: Azure's names know no case, so ours must not either."""
    location: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    """A `VaultState`."""
    redundancy: Mapped[str | None] = mapped_column(Text)
    cross_region_restore: Mapped[bool | None]
    soft_delete_state: Mapped[str | None] = mapped_column(Text)
    soft_delete_days: Mapped[int | None] = mapped_column(Integer)
    immutability: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    is_guarded: Mapped[bool | None]
    """Whether a Resource Guard protects it; None = Azure has not said so yet. It is in no event."""
    gone_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when Azure says that there is no such vault, although Holdfast did not delete it."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When Azure was last seen saying so."""

    __table_args__ = (Index("ix_vaults_tenant_id", "tenant", "id"),)

    @property
    def ref(self) -> VaultRef:
        return VaultRef(self.subscription_id, self.resource_group, self.name)
