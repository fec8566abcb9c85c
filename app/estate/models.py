"""The tables of the estate: machines, scopes, facts, drifts, and the due row of the loop."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class EstateReading(Leased, Base):
    """The due row of the loop: one reading serves all tenants. Contains no tenant's data."""

    __tablename__ = "estate_readings"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    began_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the newest reading began."""


class EstateVm(Base):
    """A machine as one tenant may see it. A machine of two tenants has two rows."""

    __tablename__ = "estate_vms"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    vm_key: Mapped[str] = mapped_column(Text, primary_key=True)
    """The ARM id, folded (`azure.names.vm_key`)."""
    vm_id: Mapped[str] = mapped_column(Text)
    location: Mapped[str] = mapped_column(Text)
    os: Mapped[str | None] = mapped_column(Text)
    size: Mapped[str | None] = mapped_column(Text)
    disks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """[{name, size_gib, lun}], the OS disk first, whose `lun` is null."""
    tags: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """As Azure has them."""
    tags_folded: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """By key in one letter case: Azure's tag names have none."""
    item_vault_id: Mapped[str | None] = mapped_column(Text)
    """ARM id of the vault that holds an item of it, by Resource Graph."""
    item_vault_key: Mapped[str | None] = mapped_column(Text)
    item_state: Mapped[str | None] = mapped_column(Text)
    """Azure's word for that item."""
    items_known: Mapped[bool] = mapped_column(server_default="false")
    """Whether items could be read when it was last seen: else nothing says that it has none."""
    is_current: Mapped[bool] = mapped_column(server_default="true")
    """Whether the newest reading of its scope showed it."""
    as_of: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """When it was last seen."""


class EstateScope(Base):
    """What one tenant is granted, a subscription or a resource group, and how reading it went."""

    __tablename__ = "estate_scopes"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    """The ARM id."""
    read_at: Mapped[datetime | None] = mapped_column(TZ)
    """When its machines and items were last read, both."""
    checked_at: Mapped[datetime | None] = mapped_column(TZ)
    """When Azure itself last said that nothing is in it."""
    code: Mapped[str | None] = mapped_column(Text)
    """An `UnreachableCode`; None = the newest reading of it went well."""
    detail: Mapped[str | None] = mapped_column(Text)


class EstateFacts(Base):
    """What was last found in order of an item or a vault: changes are compared with this."""

    __tablename__ = "estate_facts"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_key: Mapped[str] = mapped_column(Text, primary_key=True)
    """`item:` and the VM's key, or `policy:` or `vault:` and the id."""
    subject: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A `drift_rules.Subject`."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    checked_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """When it was last compared. A job of Holdfast that ended since explains a difference."""
    counted: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """Jobs of Holdfast that ended shortly before and have explained what they changed: each does so once."""


class EstateWeakening(Base):
    """What is weaker in one vault than it was, in one way, by all drifts of it that are open: the blast radius.

    Each change of it is an event (migrations/versions, of this table).
    """

    __tablename__ = "estate_weakenings"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID)
    vault: Mapped[str] = mapped_column(Text)
    """Its name."""
    kind: Mapped[str] = mapped_column(Text)
    """A `tamper.radius.WeakeningKind`: the kind of alert that it is."""
    signature: Mapped[str] = mapped_column(Text)
    """Of the drifts and policies it was weighed from (`tamper.weighing`): it is weighed again when this changes."""
    subjects: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Up to 100: [{kind, id, name, vm_id}]."""
    change: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{before, after, drift} of the first; `drifts`: how many there are; {added, is_worse} since the last weighing."""
    radius: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`tamper.radius.weighed`."""
    seen_at: Mapped[datetime] = mapped_column(TZ)
    weighed_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    resolved_at: Mapped[datetime | None] = mapped_column(TZ)

    __table_args__ = (
        Index(
            "uq_estate_weakenings_open",
            "tenant",
            "vault_id",
            "kind",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )


class EstateDrift(Base):
    """A weakening that no job of Holdfast explains."""

    __tablename__ = "estate_drifts"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """A `drift_rules.DriftKind`."""
    subject_key: Mapped[str] = mapped_column(Text)
    subject: Mapped[dict[str, Any]] = mapped_column(JSONB)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """None = the item is not there any more."""
    azure_job_id: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    resolved_at: Mapped[datetime | None] = mapped_column(TZ)

    __table_args__ = (
        Index("ix_estate_drifts_tenant_id", "tenant", "id"),
        Index(
            "uq_estate_drifts_open",
            "tenant",
            "subject_key",
            "kind",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )
