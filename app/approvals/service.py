"""Reads approvals, and records decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.approvals import rules
from app.approvals.errors import ApprovalNotFound
from app.approvals.rules import Asked, Verdict
from app.audit import trail
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.identity.access.caller import Caller
from app.identity.access.models import Member
from app.identity.access.second_person import APPROVER
from app.identity.errors import RoleMissing
from app.jobs import store
from app.jobs.api.actions import Works
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.models import Approval, ApprovalState
from app.jobs.lifecycle import Observation, State
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.requests.enqueue import goes_on

View = Literal["mine", "to_decide"]


@dataclass(frozen=True, slots=True)
class ApprovalFilter:
    """Which approvals to list; None = any. `view`: what the caller asked for, or what awaits their decision."""

    state: str | None = None
    job_id: UUID | None = None
    view: View | None = None


# --- reading ---------------------------------------------------------------------------------------------------------
def _of_tenant(tenant: str) -> Select[Approval, Job]:
    return select(Approval, Job).join(Job, Job.id == Approval.job_id).where(Approval.tenant == tenant)


async def get_approval(session: AsyncSession, tenant: str, approval_id: UUID) -> tuple[Approval, Job]:
    """Raises ApprovalNotFound, also for another tenant's approval."""
    row = (await session.execute(_of_tenant(tenant).where(Approval.id == approval_id))).first()
    if row is None:
        raise _no_such(approval_id)
    return row.Approval, row.Job


def _no_such(approval_id: UUID) -> ApprovalNotFound:
    return ApprovalNotFound(f"There is no approval {approval_id}.", remedy="Take the id from GET /v1/approvals.")


async def list_approvals(
    session: AsyncSession,
    caller: Caller,
    wanted: ApprovalFilter,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[tuple[Approval, Job]], str | None]:
    """Newest first: the page, and the cursor of the next one."""
    query = _of_tenant(caller.tenant).where(*_conditions(caller, wanted)).order_by(Approval.id.desc()).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "approvals", 1)
    if keys is not None:
        query = query.where(Approval.id < uuid_key(keys[0]))
    page, last = cut([(row.Approval, row.Job) for row in await session.execute(query)], limit)
    return page, encode_cursor("approvals", str(last[0].id)) if last else None


def _conditions(caller: Caller, wanted: ApprovalFilter) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(Approval.state == wanted.state)
    if wanted.job_id is not None:
        found.append(Approval.job_id == wanted.job_id)
    if wanted.view == "mine":
        found.append(Approval.requested_by == caller.key)
    elif wanted.view == "to_decide":
        by_another = approval_validity.person_of(Approval.requested_by) != approval_validity.person_of(
            literal(caller.key)
        )
        found += [Approval.state == ApprovalState.PENDING, Approval.expires_at > NOW, by_another]
    return found


# --- deciding --------------------------------------------------------------------------------------------------------
async def decide(
    session: AsyncSession, caller: Caller, approval_id: UUID, verdict: Verdict, reason: str, works: Works
) -> tuple[Approval, Job]:
    """Agree or decline. The job is queued, or has failed with its consequences, when this transaction commits.

    Raises ApprovalNotFound, OwnRequest, ApprovalDecided, ApprovalExpired, ApprovalWithdrawn; and RoleMissing when the
    caller is no approver according to the database now (not to a cache).
    """
    approval, job, asked = await _hold(session, caller.tenant, approval_id)
    if not rules.check_may_decide(asked, caller.key, verdict):
        return approval, job
    membership_id = await _hold_membership(session, caller)
    await _write(session, caller, approval, verdict, reason, membership_id)
    ticket = claims.ticket(job)
    if verdict == "approved":
        observation, values = Observation.APPROVED, store.not_waiting()
    else:
        observation, values = Observation.REJECTED, store.failed(rules.rejected(caller.name, reason))
    state = await store.record(session, ticket, observation, values=values, detail=reason, actor=caller.name)
    await trail.record(
        session,
        caller,
        target=f"/v1/approvals/{approval_id}",
        job_id=job.id,
        approval_id=approval_id,
        details={"reason": reason, "asked": approval.words},
        always={
            "verdict": verdict,
            "operation": approval.operation,
            "request_hash": approval.request_hash,
            "before": ApprovalState.PENDING,
            "after": verdict,
        },
    )
    if state is State.QUEUED:
        await goes_on(session, job)
    elif state is not None:
        await works[job.kind].finish(session, ticket, state, None)
    await session.refresh(approval)
    await session.refresh(job)
    return approval, job


async def _hold(session: AsyncSession, tenant: str, approval_id: UUID) -> tuple[Approval, Job, Asked]:
    """The approval and its job, locked until this transaction ends. Raises ApprovalNotFound.

    Another approver, a canceller, the clock and a claim all lock the job first: the second one sees what the
    first one wrote.
    """
    held = await session.execute(
        _of_tenant(tenant)
        .add_columns(
            (Approval.expires_at <= NOW).label("is_expired"), approval_validity.IS_AS_ASKED.label("is_as_asked")
        )
        .where(Approval.id == approval_id)
        .with_for_update(of=[Job, Approval])
    )
    row = held.first()
    if row is None:
        raise _no_such(approval_id)
    approval, job = row.Approval, row.Job
    asked = Asked(
        approval.requested_by,
        approval.state,
        approval.decided_by,
        approval.decided_name,
        is_expired=row.is_expired,
        is_waiting=job.state == State.AWAITING_APPROVAL,
        is_as_asked=row.is_as_asked,
    )
    return approval, job, asked


async def _hold_membership(session: AsyncSession, caller: Caller) -> UUID:
    """The membership that makes the caller an approver, unchanged until this transaction ends. Raises RoleMissing."""
    named = [UUID(found.id) for found in caller.membership.entries if APPROVER in found.roles]
    held = await session.scalar(
        select(Member.id)
        .where(Member.id.in_(named), Member.tenant == caller.tenant, cast(Member.roles, JSONB).contains([APPROVER]))
        .order_by(Member.id)
        .limit(1)
        .with_for_update(read=True)
    )
    if held is None:
        raise RoleMissing(
            "You do not have the role approver in this tenant.",
            remedy="Ask an administrator of the tenant for the role approver.",
            roles=[APPROVER],
        )
    return held


async def _write(
    session: AsyncSession, caller: Caller, approval: Approval, verdict: Verdict, reason: str, membership_id: UUID
) -> None:
    """Start the validity of the approval: as long as the time allowed for the decision. The job must be sent in it."""
    lasts = Approval.expires_at - Approval.requested_at
    until = {"expires_at": NOW + lasts} if verdict == "approved" else {}
    await session.execute(
        update(Approval)
        .where(Approval.id == approval.id, Approval.state == ApprovalState.PENDING)
        .values(
            state=verdict,
            decided_by=caller.key,
            decided_name=caller.name,
            decided_at=NOW,
            reason=reason,
            membership_id=membership_id,
            updated_at=NOW,
            **until,
        )
    )
