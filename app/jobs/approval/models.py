"""The table Approval: the second person's decision that a job needs before it is sent."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base


class ApprovalState(StrEnum):
    """pending -> approved | rejected | expired | withdrawn; approved -> used | expired | withdrawn."""

    PENDING = "pending"
    """Nobody has decided."""
    APPROVED = "approved"
    """Another person agreed; nothing was sent yet."""
    REJECTED = "rejected"
    """Another person said no."""
    USED = "used"
    """An attempt of the job is on record. The job may send itself again (throttled, proven absent) while the approval
    still holds."""
    EXPIRED = "expired"
    """Its time was over before it was decided, or used."""
    WITHDRAWN = "withdrawn"
    """The job was cancelled, or the approval did not hold any more."""


OPEN = frozenset({ApprovalState.PENDING, ApprovalState.APPROVED})
"""Not used, and not ended."""
AGREED = frozenset({ApprovalState.APPROVED, ApprovalState.USED})
"""Another person agreed."""


class Approval(Base):
    """One for each job that needs it, made with the job. Written by `validity.py` and by the claim only."""

    __tablename__ = "approvals"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """UUIDv7; `jobs.approval_id` names it, and never changes."""
    tenant: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("jobs.id", ondelete="CASCADE"))
    operation: Mapped[str] = mapped_column(Text)
    """What of the tenant's settings wants a second person for it."""
    words: Mapped[str] = mapped_column(Text)
    """What was requested, in a sentence."""
    request_hash: Mapped[str] = mapped_column(Text)
    """Hash of what the job requested when the approval was created, computed by the database from the job's row
    (`validity.asked_hash`)."""

    requested_by: Mapped[str] = mapped_column(Text)
    """The requester's key: issuer, directory, object id."""
    requested_name: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(TZ)
    expires_at: Mapped[datetime] = mapped_column(TZ)
    """Until then it may be decided; once approved, until then it may be used. By the database's clock."""

    state: Mapped[str] = mapped_column(Text, server_default=ApprovalState.PENDING.value)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(TZ)
    reason: Mapped[str | None] = mapped_column(Text)
    """The decider's."""
    membership_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The membership through which the approver had the role: it must still give it when the approval is used."""
    attempt_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The newest attempt that was made on the strength of it."""
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (
        # The second wall: even if the code has a bug, a caller cannot decide about their own request.
        CheckConstraint("decided_by <> requested_by", name="another_person"),
        CheckConstraint("state IN ('pending', 'approved', 'rejected', 'used', 'expired', 'withdrawn')", name="state"),
        CheckConstraint(
            "state NOT IN ('approved', 'rejected', 'used') OR num_nulls(decided_by, decided_at, membership_id) = 0",
            name="decided",
        ),
        Index("uq_approvals_job_id", "job_id", unique=True),
        Index("ix_approvals_tenant_id", "tenant", "id"),
        Index("ix_approvals_tenant_state_id", "tenant", "state", "id"),
    )
