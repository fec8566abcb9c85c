"""The table of policies of Azure that Holdfast has assigned: one row for each rule that has one."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base


class PolicyState(StrEnum):
    """The state of a rule's assignment in Azure. `AzurePolicyRead.state` lists the same, and `not_assigned`."""

    SETTING = "setting"
    """A job is to set it."""
    READY = "ready"
    """Azure had it as it is shown, when the last job ended."""
    REMOVING = "removing"
    """A job is to remove it."""
    INCOMPLETE = "incomplete"
    """The last job ended badly: some of it may be in Azure. Ask again, or delete."""


class AzurePolicy(Base):
    """What is assigned, and what may be in Azure. The row goes when a job has removed all of it."""

    __tablename__ = "azure_policies"

    rule_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    """A `PolicyState`."""
    wanted: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A `rules.Wanted`: what a job has set; until one has, what was asked first."""
    vault_id: Mapped[UUID] = mapped_column(PG_UUID)
    """Of the newest request."""
    policy_id: Mapped[UUID] = mapped_column(PG_UUID)
    is_set: Mapped[bool]
    """Whether a job has ended well with these values."""
    unproven: Mapped[list[dict[str, Any] | None]] = mapped_column(JSONB, server_default="[]")
    """What jobs wanted that began to send since one ended well; None = that all is removed."""
    touched: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Scopes that may hold an assignment of ours."""
    roles: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Role assignments of ours, `rules.RoleOnRecord`: noted before each was sent."""
    remediation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The newest one of ours, `rules.RemediationOnRecord`."""
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Of the job that sends: `rules.Notes`, with its id."""
    job_id: Mapped[UUID] = mapped_column(PG_UUID)
    """The newest job about it."""
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    as_of: Mapped[datetime | None] = mapped_column(TZ)
    """When Azure was last seen to have it so."""

    __table_args__ = (
        Index("ix_azure_policies_tenant", "tenant"),
        Index("ix_azure_policies_vault_id", "vault_id"),
    )
