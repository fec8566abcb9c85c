"""Whether an approval is valid: one SQL condition for all who check it.

The claim checks it in the statement that writes the attempt, with the job, its approval and the approver's membership
locked. So it sees everything that was withdrawn before; what is withdrawn later comes after the sending. All code that
ends an approval locks its job first, so that a decision, a cancel, an expiry and a claim exclude each other.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.identity.access.models import Member
from app.identity.access.second_person import APPROVER, Operation
from app.identity.tokens.principal import BETWEEN
from app.jobs.approval.models import AGREED, OPEN, Approval, ApprovalState
from app.jobs.lifecycle import State, Waiting
from app.jobs.models import Job


def asked_hash(operation: SQLColumnExpression[str], words: SQLColumnExpression[str]) -> ColumnElement[str]:
    """SHA-256 (hex) of what the job requests, computed from its present row.

    The hashed text is a JSON array, so two different requests have different texts. JSONB has one spelling of each
    value.
    """
    asked = func.jsonb_build_array(
        Job.id,
        Job.tenant,
        Job.caller,
        Job.kind,
        Job.ask,
        Job.resource,
        Job.resource_id,
        Job.vault_id,
        Job.protected_item_id,
        Job.azure_region,
        operation,
        words,
    )
    return func.encode(func.sha256(func.convert_to(cast(asked, Text), "UTF8")), "hex")


def person_of(key: SQLColumnExpression[str] | SQLColumnExpression[str | None]) -> ColumnElement[str]:
    """A caller's key without its issuer: callers with the same one count as one person (`is_same_person`)."""
    return func.substr(key, func.strpos(key, BETWEEN))


IS_AS_ASKED: ColumnElement[bool] = and_(
    Approval.id == Job.approval_id,
    Approval.job_id == Job.id,
    Approval.tenant == Job.tenant,
    Approval.requested_by == Job.caller,
    Approval.request_hash == asked_hash(Approval.operation, Approval.words),
)
"""The approval of this job, if the job's request is unchanged since the approval was created."""

IS_STILL_APPROVER: ColumnElement[bool] = and_(
    Member.id == Approval.membership_id,
    Member.tenant == Approval.tenant,
    Member.roles.cast(JSONB).contains([APPROVER]),
    or_(
        Member.kind != "principal",
        func.concat_ws(BETWEEN, Member.issuer, Member.directory, Member.object_id) == Approval.decided_by,
    ),
)
"""The membership through which the approver had the role still gives it. (Groups and app roles of the directory are in
tokens only; they were checked at the decision.)"""

HOLDS: ColumnElement[bool] = and_(
    IS_AS_ASKED,
    Approval.state.in_(AGREED),
    Approval.expires_at > NOW,
    person_of(Approval.decided_by) != person_of(Approval.requested_by),
    IS_STILL_APPROVER,
)
"""A job, its approval, and the approver's membership: it may be sent now."""

MAY_BE_DECIDED: ColumnElement[bool] = and_(
    IS_AS_ASKED, Approval.state == ApprovalState.PENDING, Approval.expires_at > NOW
)

LOST: ColumnElement[bool] = and_(
    Job.approval_id.is_not(None),
    or_(
        and_(Job.state == State.AWAITING_APPROVAL, ~exists().where(MAY_BE_DECIDED)),
        and_(Job.state == State.QUEUED, ~exists().where(HOLDS)),
    ),
)
"""It needs a word that it has not, and will not get."""


_ASKED = (
    "id", "tenant", "job_id", "operation", "words", "request_hash", "requested_by", "requested_name", "requested_at",
    "expires_at", "updated_at",
)  # fmt: skip
"""The columns of a new approval."""


async def ask(session: AsyncSession, job: Job, operation: Operation, words: str, hours: float) -> None:
    """Insert the approval of a new job, and write into the job that it waits for it."""
    named: tuple[ColumnElement[str], ColumnElement[str]] = (literal(operation, Text), literal(words, Text))
    made = (
        insert(Approval)
        .from_select(
            _ASKED,
            select(
                Job.approval_id,
                Job.tenant,
                Job.id,
                *named,
                asked_hash(*named),
                Job.caller,
                Job.requested_by,
                Job.created_at,
                NOW + timedelta(hours=hours),
                Job.created_at,
            ).where(Job.id == job.id),
            include_defaults=False,
        )
        .returning(Approval.job_id, Approval.requested_at, Approval.expires_at)
        .cte("made")
    )
    written = await session.execute(
        update(Job)
        .where(Job.id == made.c.job_id)
        .values(waiting_reason=Waiting.APPROVAL, waiting_since=made.c.requested_at, waiting_until=made.c.expires_at)
        .returning(Job.waiting_since, Job.waiting_until)
    )
    since, until = written.one()
    job.waiting_reason, job.waiting_since, job.waiting_until = Waiting.APPROVAL, since, until


async def holds(session: AsyncSession, job_id: UUID) -> bool:
    """Whether the approval of a job that is locked holds; it and the approver's membership stay so until the end."""
    found = select(Job.id).where(Job.id == job_id, HOLDS).with_for_update(read=True, of=(Approval, Member))
    return await session.scalar(found) is not None


async def end(session: AsyncSession, job_id: UUID, state: ApprovalState) -> None:
    """End an unused approval: `EXPIRED` or `WITHDRAWN`. The job must be locked."""
    await session.execute(
        update(Approval).where(Approval.job_id == job_id, Approval.state.in_(OPEN)).values(state=state, updated_at=NOW)
    )


def used_for(attempt: Any) -> Any:
    """The statement that uses the approvals of these attempts (a CTE with `id` and `job_id`)."""
    return (
        update(Approval)
        .where(Approval.job_id == attempt.c.job_id)
        .values(state=ApprovalState.USED, attempt_id=attempt.c.id, updated_at=NOW)
    )
