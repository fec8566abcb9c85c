"""Makes the job of each target, once, in the transaction that notes it."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.item_states import BACKED_UP_BY_POLICY, ItemState
from app.bulk import store
from app.bulk.models import BulkTarget
from app.bulk.orders import Order, changed_since
from app.bulk.rules import MOST_TRIES, Outcome, approval_ended
from app.bulk.singles import Single, single_of
from app.bulk.store import Claimed, Locked
from app.core.errors import ServiceError
from app.jobs.api.parts import caller_of
from app.jobs.approval import validity
from app.jobs.approval.bound_facts import not_as_agreed
from app.jobs.kinds import JobKind
from app.jobs.requests.enqueue import Asked
from app.jobs.work import JobError, RefusedError
from app.protection.errors import ItemNotReady, VmAlreadyProtected

OPERATION = "create_bulk"
MOST_COUNTED = 1_000


async def read(session: AsyncSession, claimed: Claimed, position: int, now: datetime) -> tuple[Single, Any] | None:
    """The request of this target, and what it must know of our rows before Azure is asked. None = it is not to begin.

    Raises what the single request would be answered.
    """
    found = await _next(session, claimed, position)
    if found is None:
        return None
    locked, target = found
    single = single_of(locked.order.wanted, target.vm_id, target.protected_item_id, now)
    return single, await single.read(session, await caller_of(session, locked.job, OPERATION))


async def _next(session: AsyncSession, claimed: Claimed, position: int) -> tuple[Locked, BulkTarget] | None:
    """The request and this target, both locked. None = the request is another worker's, or was stopped; or it began."""
    locked = await store.lock(session, claimed)
    if locked is None or locked.row.stopped is not None or locked.job.cancel is not None:
        return None
    target = await store.target_at(session, claimed.job_id, position)
    return (locked, target) if target.outcome == Outcome.PENDING else None


async def begin(session: AsyncSession, claimed: Claimed, position: int, single: Single, seen: Any) -> bool:
    """Make the job of this target, and write it down as running: both, or neither.

    False = it is not to begin (any more). Raises what the single request would be answered; RefusedError.
    """
    found = await _next(session, claimed, position)
    if found is None:
        return False
    locked, target = found
    job, order = locked.job, locked.order
    if not await store.may_act(session, locked):  # the next look stops the whole
        return False
    if job.approval_id is not None and not await validity.holds(session, job.id):
        raise RefusedError(approval_ended())
    caller = await caller_of(session, job, OPERATION)
    if target.weighed is not None:
        changed = changed_since(target.weighed, await single.weigh(session, caller, seen))
        if changed:  # what was approved, or found to need no approval, is what is sent
            raise RefusedError(not_as_agreed(f"Since the bulk request was accepted, {changed}"))
    asked = Asked(caller, _key(locked, position), order.targets_hash, job.reference, dict(job.labels))
    child = await single.request(session, asked, seen, job.id)
    target.outcome, target.child_id = Outcome.RUNNING, child.id
    await session.flush()
    return True


def _key(locked: Locked, position: int) -> str:
    """The same for every worker. No caller can send it: a header has no spaces."""
    return f"bulk {locked.job.id} target {position}"


def problem_of(no: ServiceError) -> JobError:
    return JobError(no.code, no.title, no.detail, no.remedy, retryable=no.retryable, azure_code=no.azure_code)


async def refuse(session: AsyncSession, claimed: Claimed, position: int, no: ServiceError | RefusedError) -> None:
    """Its job cannot be made. One that a selector found, and that is as asked already, is left out instead."""
    found = await _next(session, claimed, position)
    if found is None:
        return
    locked, target = found
    is_there = locked.order.is_selected and is_as_asked(locked.order, no)
    target.outcome = Outcome.SKIPPED if is_there else Outcome.REFUSED
    target.problem = (no.error if isinstance(no, RefusedError) else problem_of(no)).as_json()


AS_ASKED = {
    JobKind.PAUSE: {ItemState.PAUSED},
    JobKind.SUSPEND: {ItemState.SUSPENDED},
    JobKind.RESUME: BACKED_UP_BY_POLICY,
}
"""The states in which nothing is left to do."""


def is_as_asked(order: Order, no: Exception) -> bool:
    """Whether it is refused because nothing is left to do."""
    if isinstance(no, VmAlreadyProtected):
        return True
    return isinstance(no, ItemNotReady) and no.facts.get("state") in AS_ASKED.get(order.wanted.action, ())


async def note_try(session: AsyncSession, claimed: Claimed, position: int, *, is_bug: bool) -> None:
    """It could not begin now, and comes after the others. A bug of ours is given up on after some tries."""
    found = await _next(session, claimed, position)
    if found is None:
        return
    _, target = found
    target.tries = min(target.tries + 1, MOST_COUNTED)
    if is_bug and target.tries >= MOST_TRIES:
        target.outcome = Outcome.REFUSED
        target.problem = JobError(
            code="internal_error",
            title="A bug of Holdfast prevents it",
            detail="Its job could not be made. Nothing was sent.",
            remedy="Report it with the id of the bulk request's job; operators find the error in the worker's log.",
        ).as_json()
