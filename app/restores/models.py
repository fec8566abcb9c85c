"""The table of restores. The request is stored here, its outcome on the job."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class Restore(Base):
    __tablename__ = "restores"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("jobs.id"), unique=True)
    protected_item_id: Mapped[UUID] = mapped_column(PG_UUID)
    recovery_point: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The point chosen; None while Azure could not be asked, then the worker chooses before it sends."""
    target: Mapped[dict[str, Any]] = mapped_column(JSONB)
    target_sources: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Where each id of the target comes from (targets.Filled); None = all from the request."""
    preflight: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """The checks before the acceptance (preflight.Check), with their results at that time."""
    session_operation_id: Mapped[str | None] = mapped_column(Text)
    """Of files that are mounted: Azure's name of the operation, by which it answers the script. Never the script."""
    session_expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_ended_by: Mapped[str | None] = mapped_column(Text)
    """`holdfast` by request, or `azure`: it was found ended."""
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    """When something of this row changed: with the job's own time, the version of what callers see."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)

    __table_args__ = (
        Index("ix_restores_tenant_id", "tenant", "id"),
        Index("ix_restores_tenant_item_id", "tenant", "protected_item_id", "id"),
    )


class RestoreInventory(Base):
    """What was in the group before a restore was sent, and what it had made at its end. Written by workers only.

    A tear-down (app/tear_down) deletes nothing that was there before, and compares what is there with what was made.
    Reading it takes rights in Azure that a restore does not need: where they are missing, it is not known.
    """

    __tablename__ = "restore_inventories"

    restore_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("restores.id", ondelete="CASCADE"), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text, index=True)
    group_id: Mapped[str] = mapped_column(Text)
    before: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """The ids in the group, folded, without what comes before the group's name; None = not known."""
    before_error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it is not known: {azure_code, detail}."""
    before_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    made: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """results.Made of each thing, as it was when the restore had ended; None = not known."""
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
