"""The tables of policies and of their revisions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class PolicyState(StrEnum):
    """Where a policy is. The API's `PolicyRead.state` lists the same."""

    CREATING = "creating"
    """Asked for; Azure does not have it yet."""
    READY = "ready"
    """Azure has it; a change may be under way (`pending_job_id`)."""
    DELETING = "deleting"
    """Its deletion was asked for: nothing new is accepted for it."""


class Policy(Base):
    __tablename__ = "policies"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("vaults.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    """The name in lower case: Azure's names know no case."""
    state: Mapped[str] = mapped_column(Text)
    """A `PolicyState`."""
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """A PolicyDefinition; None when Azure's policy cannot be said in our words."""
    raw: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Azure's own JSON, kept for what we cannot say."""
    revision: Mapped[int] = mapped_column(Integer, server_default="0")
    """The number of its newest revision; 0 before Azure has it."""
    pending_job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The newest write that has not ended. Its acceptance is a change of the row: an ETag is good for one write."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("uq_policies_vault_name", "vault_id", "name_key", unique=True),)


class PolicyRevision(Base):
    """The definition of a policy from a point in time on. Written once, never changed; deleted with its policy."""

    __tablename__ = "policy_revisions"

    policy_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("policies.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    raw: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The write that made it; None when it was found in Azure."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
