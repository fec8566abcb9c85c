"""The table of Azure's alerts: one row for each vault that has them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class AlertsState(StrEnum):
    """The state of a vault's alerts in Azure. The API's `AzureAlertsRead.state` lists the same."""

    SETTING = "setting"
    """A job is to set them."""
    READY = "ready"
    """Azure had them as they are shown, when the last job ended."""
    REMOVING = "removing"
    """A job is to remove them."""
    INCOMPLETE = "incomplete"
    """The last job ended badly: some of it may be in Azure. Ask again, or delete."""


class AzureAlerts(Base):
    """What is set, and what may be in Azure. The row goes when a job has removed all of it."""

    __tablename__ = "azure_alerts"

    vault_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    """An `AlertsState`."""
    action_group_id: Mapped[str | None] = mapped_column(Text)
    """The caller's own group; None = Holdfast makes one."""
    emails: Mapped[list[str]] = mapped_column(JSONB)
    severity: Mapped[int] = mapped_column(Integer)
    built_in: Mapped[bool]
    receive: Mapped[bool]
    is_set: Mapped[bool]
    """Whether a job has ended well with these values; until then they are what was asked first."""
    unproven: Mapped[list[dict[str, Any] | None]] = mapped_column(JSONB, server_default="[]")
    """What jobs wanted that began to send since one ended well; None = that all is removed.

    Part of each may be in Azure.
    """
    touched_groups: Mapped[list[str]] = mapped_column(JSONB)
    """Groups of callers that may hold our receiver: it is taken out of each that is not in use any more."""
    token_digest: Mapped[str | None] = mapped_column(Text, unique=True)
    """SHA-256 of the token in the receiver's URL, in hex. The token is kept nowhere here."""
    pending_digest: Mapped[str | None] = mapped_column(Text, unique=True)
    """That of the token which a job is sending; both are good until it has ended."""
    pending_job: Mapped[UUID | None] = mapped_column(PG_UUID)
    job_id: Mapped[UUID] = mapped_column(PG_UUID)
    """The newest job about it."""
    heard_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When an alert of the vault last came in."""
    look_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """The last look at the vault that an alert has brought forward; it may still be to come."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When Azure was last seen to have it so."""

    __table_args__ = (Index("ix_azure_alerts_tenant", "tenant"),)
