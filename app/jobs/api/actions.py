"""Actions of a person on a job: cancel it, or resolve one whose outcome is unknown.

The history names who did it and why. A job that was never sent is cancelled at once. For any other job a cancel is only
requested here, and the job ends when Azure's job has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, delete, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.values import AzureJob, VaultRef
from app.core.db.database import NOW
from app.core.db.leases import is_free
from app.core.db.notify import wake
from app.identity.access.caller import Caller
from app.jobs import bounds, later_writes, store, watches
from app.jobs.api.adoption import Adoption, check_free
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.models import ApprovalState
from app.jobs.errors import (
    JobBeingLookedAt,
    JobEnded,
    JobNotCancellable,
    JobNotFound,
    JobOfNewerVersion,
    NothingToResolve,
    Overtaken,
)
from app.jobs.kinds import CANCELLABLE, PARENTS, JobKind
from app.jobs.lifecycle import FOLLOWED, TERMINAL, AttemptState, Observation, State
from app.jobs.models import Attempt, Cancellation, Job, Origin
from app.jobs.queue import claims
from app.jobs.work import JobError, LoopName, TakesSteps, Ticket, Work

Action = Literal["retry", "adopt", "abandon"]
STOPPED_BETWEEN = "stopped between two of its steps: `result` says what was done and what is left"
Works = Mapping[str, Work[Any, Any]]

UNSENT = frozenset({State.QUEUED, State.AWAITING_APPROVAL})
LED_BY: Mapping[JobKind, LoopName] = {
    JobKind.RECOVERY_RUN: LoopName.RECOVERING,
    JobKind.RESTORE_TEST_RUN: LoopName.TESTING,
    JobKind.BULK: LoopName.BULK,
}
"""The loop that leads the parts of each kind of PARENTS."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a job. `azure_job_id`: which Azure job it is, for `adopt`."""

    action: Action
    reason: str
    azure_job_id: str | None = None


# --- cancel ----------------------------------------------------------------------------------------------------------
async def request_cancel(session: AsyncSession, caller: Caller, job_id: UUID, works: Works) -> Job:
    """Cancel the job, or have it cancelled. Asking twice is asking once; a cancelled job is answered as it is.

    Raises JobNotFound, JobEnded, JobNotCancellable.
    """
    job, _ = await _locked(session, caller.tenant, job_id)
    _check_known(job, works)
    state = State(job.state)
    if state is State.CANCELLED:
        return job
    if state in TERMINAL:
        raise JobEnded(
            f"Too late: the job ended as {state}{_at(job.finished_at)}.",
            job=f"/v1/jobs/{job.id}",
            remedy=ENDED_REMEDIES.get(job.kind, ENDED_REMEDY),
        )
    if state is State.NEEDS_ATTENTION:
        raise JobNotCancellable(
            "It is unknown whether Azure has this job, so there is nothing to cancel yet.",
            remedy="Decide with POST /v1/jobs/{id}/resolve: adopt the Azure job, or abandon this one.",
        )
    is_ours = job.origin != Origin.AZURE
    if is_ours and state in UNSENT:
        await withdraw(session, caller, claims.ticket(job), works)
    elif is_ours and (job.kind in PARENTS or isinstance(works[job.kind], TakesSteps)):
        await _stop_parts(session, caller, job)
    else:
        await _ask_azure(session, caller, job)
    await session.refresh(job)
    return job


def _at(moment: datetime | None) -> str:
    """Azure does not always say when a job of its own ended."""
    return f" at {moment:%Y-%m-%d %H:%M:%S} UTC" if moment is not None else ""


def _check_known(job: Job, works: Works) -> None:
    """What the end of a job brings about, only its own kind of work knows."""
    if job.kind not in works:
        raise JobOfNewerVersion(f"This instance knows no {job.kind}.", remedy="Ask again in a minute.")


async def withdraw(session: AsyncSession, caller: Caller, ticket: Ticket, works: Works) -> None:
    """The job was never sent, or waits between two of its steps: end it at once, with its consequences.

    Its row is locked by this transaction, so no worker can claim it meanwhile.
    """
    so_far = await store.so_far(session, works[ticket.kind], ticket)
    state = await store.record(
        session,
        ticket,
        Observation.CANCELLED_UNSENT,
        values={"cancel": _cancel_note(caller.name, "done")} | so_far,
        actor=caller.name,
        detail=STOPPED_BETWEEN if so_far else "withdrawn before it was sent",
    )
    if state is not None:
        await _on_the_trail(session, caller, ticket.id, "done")
        await approval_validity.end(session, ticket.id, ApprovalState.WITHDRAWN)
        await works[ticket.kind].finish(session, ticket, state, None)


async def _stop_parts(session: AsyncSession, caller: Caller, job: Job) -> None:
    """Of a job that leads others, or takes steps: no more begins, and it ends when what has begun has ended."""
    if job.cancel is not None:
        return
    await session.execute(
        update(Job).where(Job.id == job.id).values(cancel=_cancel_note(caller.name, "requested"), updated_at=NOW)
    )
    await store.add_event(session, claims.ticket(job), "cancel_asked", State(job.state), None, actor=caller.name)
    await _on_the_trail(session, caller, job.id, "accepted")
    if job.state == State.SUBMITTING:  # it may be queued again, where no loop looks at it but that of cancels
        await _order_cancel(session, caller, job)
    wake(session, LED_BY.get(JobKind(job.kind), LoopName.OPERATIONS))


async def _ask_azure(session: AsyncSession, caller: Caller, job: Job) -> None:
    if job.kind not in CANCELLABLE:
        raise JobNotCancellable(
            f"A {job.kind} that was sent cannot be cancelled: Azure ends it by itself within minutes.",
            remedy="Follow the job to its end; then undo it with the opposite request.",
        )
    if not await _order_cancel(session, caller, job):
        return
    await session.execute(
        update(Job).where(Job.id == job.id).values(cancel=_cancel_note(caller.name, "requested"), updated_at=NOW)
    )
    await store.add_event(session, claims.ticket(job), "cancel_asked", State(job.state), None, actor=caller.name)
    await _on_the_trail(session, caller, job.id, "accepted")
    wake(session, LoopName.CANCELLING)


async def _order_cancel(session: AsyncSession, caller: Caller, job: Job) -> bool:
    """Let the cancel loop look at the job: whether it did not before."""
    ordered = await session.execute(
        pg_insert(Cancellation)
        .values(id=func.gen_random_uuid(), job_id=job.id, tenant=job.tenant, requested_by=caller.name)
        .on_conflict_do_nothing()
        .returning(Cancellation.id)
    )
    return ordered.first() is not None


async def _on_the_trail(
    session: AsyncSession, caller: Caller, job_id: UUID, outcome: trail.Outcome, **details: str | None
) -> None:
    await trail.record(session, caller, target=f"/v1/jobs/{job_id}", outcome=outcome, job_id=job_id, details=details)


def _cancel_note(name: str, state: str) -> Any:
    return func.jsonb_build_object("state", state, "requested_by", name, "requested_at", NOW, type_=JSONB)


# --- resolve ---------------------------------------------------------------------------------------------------------
async def check_resolvable(
    session: AsyncSession, tenant: str, job_id: UUID, action: Action, *, poll_seconds: float
) -> tuple[Job, VaultRef | None]:
    """The job to decide about and its vault. Raises JobNotFound, NothingToResolve, JobBeingLookedAt or Overtaken."""
    job, is_unheld = await _locked(session, tenant, job_id)
    if job.origin == Origin.AZURE and action != "abandon":
        raise NothingToResolve(
            "Azure's schedule or another tool started this job; Holdfast did not request it.",
            remedy="Make your own request for what you want. If Azure shows no end of this job, abandon it.",
        )
    if job.kind in PARENTS:  # given up, it would leave behind what its parts made, and parts that are still sent
        raise NothingToResolve(
            f"A {job.kind} sends nothing to Azure itself: its parts do.",
            remedy="Resolve the jobs that are its parts (GET /v1/jobs?parent=...), or cancel it.",
        )
    if job.state == State.SUBMITTING and not is_unheld:
        if not await _holds(session, job, bounds.is_long_unknown(poll_seconds)):
            raise JobBeingLookedAt("A worker is sending it or looking it up now.", remedy="Ask again in a minute.")
    elif job.state in FOLLOWED and await _holds(session, job, bounds.is_open_to_a_person(poll_seconds)):
        if action == "retry":
            raise NothingToResolve(
                f"The job is {job.state}: Azure accepted it, so it is not sent again.",
                remedy="Abandon it, or adopt what is there; then make a new request.",
            )
    elif job.state not in {State.NEEDS_ATTENTION, State.SUBMITTING}:
        raise NothingToResolve(
            f"The job is {job.state}: its outcome is known.",
            remedy="Only a job that needs attention, one whose outcome is unknown, or one that has gone on for much "
            "longer than it may (docs/reliability.md, Every job has a way out) waits for a decision.",
        )
    if action == "retry" and job.released_series is not None:
        await _check_not_overtaken(session, job)
    return job, await watches.vault_of(session, job.vault_id)


ENDED_REMEDY = "See what it did: GET /v1/jobs/{id}. To undo it, make the opposite request."
ENDED_REMEDIES: Mapping[str, str] = {
    JobKind.UNPROTECT: "If soft delete keeps the data: POST /v1/protected-items/{id}/undelete.",
    JobKind.PAUSE: 'Resume the item: PATCH /v1/protected-items/{id} {"action": "resume", "policy_id": ...}.',
    JobKind.MOUNT_FILES: "End the session: POST /v1/restores/{id}/unmount.",
    JobKind.RECOVERY_RUN: "What it brought back is in Azure: see `result` of GET /v1/jobs/{id}.",
    JobKind.BULK: "See what became of each target: GET /v1/bulk/{id}/targets. Undo it by the opposite request.",
    JobKind.RESTORE: "What it created is in Azure: see `result` of GET /v1/jobs/{id}; delete what you do not need.",
}
"""What to do instead of cancelling a job that has ended, by its kind."""


async def _holds(session: AsyncSession, job: Job, condition: ColumnElement[bool]) -> bool:
    return (await session.execute(select(Job.id).where(Job.id == job.id, condition))).first() is not None


async def _check_not_overtaken(session: AsyncSession, job: Job) -> None:
    """Raises Overtaken. Checked again at the claim, because a later write may be sent in between."""
    later = await later_writes.later_write(session, job.id)
    if later is not None:
        raise Overtaken(later_writes.DETAIL, job=f"/v1/jobs/{later}", remedy=later_writes.REMEDY)


async def resolve(
    session: AsyncSession,
    caller: Caller,
    job_id: UUID,
    decision: Decision,
    adopted: Adoption | None,
    works: Works,
    *,
    poll_seconds: float,
) -> Job:
    """Write the decision. It raises the fence, so a worker that is still looking the job up writes nothing.

    Raises what `check_resolvable` raises, and AzureJobNotAdoptable when that Azure job belongs to another job of ours.
    """
    job, _ = await check_resolvable(session, caller.tenant, job_id, decision.action, poll_seconds=poll_seconds)
    _check_known(job, works)
    if adopted is not None:
        await _take_over(session, job, adopted.azure)
    unchecked = adopted.unchecked if adopted is not None else None
    ticket = claims.ticket(job)
    detail = f"{decision.action}: {decision.reason}" + (f" (Not checked: {unchecked}.)" if unchecked else "")
    observation, values = _decided(decision, job, adopted.azure if adopted else None)
    so_far = await store.so_far(session, works[job.kind], ticket) if decision.action == "abandon" else {}
    values |= {"fence": Job.fence + 1} | so_far
    state = await store.record(session, ticket, observation, values=values, detail=detail, actor=caller.name)
    await _close_attempts(session, job.id, adopted.azure if adopted else None)
    if state is not None:
        said = {"action": decision.action, "reason": decision.reason, "azure_job_id": decision.azure_job_id}
        said |= {"unchecked": unchecked} if unchecked else {}
        await _on_the_trail(session, caller, job.id, "done", **said)
    if decision.action == "retry":
        # A cancel that waited for the outcome is deleted with the decision; otherwise it would cancel the new attempt.
        own = (Cancellation.job_id == job.id, Cancellation.azure_job_id == "")
        await session.execute(delete(Cancellation).where(*own))
        wake(session, LoopName.SUBMITTING)
    elif decision.action == "adopt":
        await watches.look_at_vault(session, job.vault_id, within=0.0)
        wake(session, LoopName.OPERATIONS)
    elif state is not None:
        if job.origin != Origin.AZURE:
            await works[job.kind].finish(session, ticket, state, None)
        await watches.look_at_items(session, ticket, within=0.0)
    await session.refresh(job)
    return job


_SENT_ANEW: Mapping[str, Any] = {"tasks": [], "taken_as_is": False} | dict.fromkeys(
    (
        "cancel",
        "azure_job_id",
        "azure_job_ids",
        "activity_id",
        "azure_status",
        "operation_url",
        "progress_percent",
        "remaining_seconds",
        "transferred_bytes",
        "total_bytes",
        "as_of",
    ),
    null(),
)
"""Clear the columns about the old Azure job: they are not true of the next one."""


def _decided(decision: Decision, job: Job, adopted: AzureJob | None) -> tuple[Observation, dict[str, Any]]:
    on = store.not_waiting()
    if decision.action == "retry":
        # `released_series` stays: with it the claim checks whether a later write of the series was sent.
        series = {"series": func.coalesce(Job.series, Job.released_series)}
        return Observation.RETRY_DECIDED, on | dict(_SENT_ANEW) | series
    if decision.action == "abandon":
        error = JobError(
            code="abandoned",
            title="A person abandoned the job",
            detail=decision.reason,
            remedy="Its outcome in Azure is not known: check in Azure before you request it again.",
        )
        return Observation.ABANDON_DECIDED, store.failed(error)
    if adopted is None:
        # What is in Azure is as requested, so the result is collected, even if Azure has lost the operation or job.
        return Observation.ADOPT_DECIDED, on | {
            "operation_url": None,
            "azure_job_id": None,
            "azure_job_ids": null(),
            "taken_as_is": True,
        }
    if not job.azure_job_ids:
        on |= {"azure_job_id": adopted.job_id, "azure_status": adopted.status, "operation_url": None}
    return Observation.ADOPT_DECIDED, on


async def _take_over(session: AsyncSession, job: Job, adopted: AzureJob) -> None:
    """Link the job to that Azure job. Raises AzureJobNotAdoptable if it belongs to another job of ours."""
    await check_free(session, job, adopted)
    # A sweep may have taken it in as Azure's own, or for an orphan that is to be cancelled.
    await session.execute(store.forget_taken_in(job.vault_id, adopted.job_id))
    same = func.lower(Cancellation.azure_job_id) == adopted.job_id.lower()
    await session.execute(delete(Cancellation).where(Cancellation.job_id == job.id, same))


async def _close_attempts(session: AsyncSession, job_id: UUID, adopted: AzureJob | None) -> None:
    """The id of an abandoned attempt is kept: if Azure shows a job with it later, that is an orphan."""
    undecided = (Attempt.job_id == job_id, Attempt.state.in_([AttemptState.OPEN, AttemptState.AMBIGUOUS]))
    closing = {"state": AttemptState.RETIRED, "closed_at": NOW}
    if adopted is not None and adopted.activity_id:
        mine = cast(Attempt.id, Text) == literal(adopted.activity_id.lower())
        found = closing | {"state": AttemptState.FOUND}
        await session.execute(update(Attempt).where(*undecided, mine).values(found))
    await session.execute(update(Attempt).where(*undecided).values(closing))


async def _locked(session: AsyncSession, tenant: str, job_id: UUID) -> tuple[Job, bool]:
    """The job, locked until this transaction ends, and whether no worker holds it. Raises JobNotFound."""
    row = (
        await session.execute(
            select(Job, is_free(Job)).where(Job.id == job_id, Job.tenant == tenant).with_for_update(of=Job)
        )
    ).first()
    if row is None:
        raise JobNotFound(f"There is no job {job_id}.", remedy="Take the id from a Location header or GET /v1/jobs.")
    job, is_unheld = row
    return job, bool(is_unheld)
