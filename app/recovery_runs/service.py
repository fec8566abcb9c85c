"""Asks for recovery runs, reads them, and writes what a person decides at a gate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.letter_case import fold_case
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.work import LoopName
from app.recovery_plans.preflight import MemberReport, Report
from app.recovery_plans.rules import GateKind, Mode
from app.recovery_plans.service import get_plan
from app.recovery_runs import orders, rules
from app.recovery_runs.errors import (
    GateNotFound,
    GateNotWaiting,
    PointsNotKnown,
    RunNotFound,
    RunNotPossible,
    RunOpen,
)
from app.recovery_runs.models import RecoveryMember, RecoveryRun
from app.recovery_runs.orders import Order
from app.recovery_runs.row_json import ORDER, WAVES
from app.recovery_runs.rules import Decision, MemberState, WaveState
from app.recovery_runs.store import path_of


# --- asking ----------------------------------------------------------------------------------------------------------
def check_possible(report: Report) -> None:
    """Raises RunNotPossible if a member that may not fail cannot be restored, PointsNotKnown if that is not known.

    A member that may fail stops no run: it is one that failed, with its reason. But one must be left.
    """
    failed = [one for one in report.members if not one.is_ok and not one.candidate.may_fail]
    if failed:
        raise RunNotPossible(
            f"{len(failed)} of {len(report.members)} members cannot be restored, and may not fail; nothing was begun. "
            f"The first: {_why(failed[0])}",
            remedy="POST .../preflight shows every check. Mend the causes, or let these members fail (may_fail).",
            members=[_shown(one) for one in failed[:20]],
        )
    unknown = [one for one in report.members if one.unknown is not None]
    if any(not one.candidate.may_fail for one in unknown) or (unknown and not report.possible):
        raise PointsNotKnown(
            f"Of {len(unknown)} members it is not known now whether they can be restored; nothing was begun. "
            f"The first: {unknown[0].unknown}",
            retry_after=10,
            remedy="Send the request again after Retry-After. In a hurry: POST /v1/restores takes single VMs even now.",
        )
    if not report.possible:
        raise RunNotPossible(
            "No member of the plan can be restored; nothing was begun.",
            remedy="POST .../preflight shows every check.",
            members=[_shown(one) for one in report.members[:20]],
        )


def _why(report: MemberReport) -> str:
    error = report.error
    return error.detail if error is not None else ""


def _shown(report: MemberReport) -> dict[str, str | None]:
    error = report.error
    return {
        "protected_item_id": str(report.candidate.item_id),
        "code": error.code if error is not None else None,
        "detail": _why(report),
        "remedy": error.remedy if error is not None else None,
    }


async def request_run(
    session: AsyncSession, asked: Asked, order: Order, *, of_test: bool = False
) -> tuple[Job, RecoveryRun]:
    """Record the run and its job. An equal request with the same Idempotency-Key is the same run.

    `of_test`: a restore test needs it.

    Raises PlanNotFound or RunOpen.
    """
    await get_plan(session, asked.caller.tenant, order.plan_id, hold=True)  # two runs of a plan take turns here
    run_id = uuids.uuid7()
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.RECOVERY_RUN,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=path_of(run_id),
            resource_id=run_id,
            sensitive=orders.sensitive(order),
            is_background=of_test,
        ),
    )
    if not is_new:
        return job, await run_of(session, job)
    await check_none_open(session, asked.caller.tenant, order.plan_id, order.mode)
    run = _run(run_id, job, order)
    session.add(run)
    await session.flush()
    session.add_all(_members(run, order))
    await session.flush()
    await session.refresh(run)
    return job, run


def _run(run_id: UUID, job: Job, order: Order) -> RecoveryRun:
    waves = [rules.Wave(wave.name, wave.gate) for wave in order.plan.waves]
    return RecoveryRun(
        id=run_id,
        tenant=job.tenant,
        plan_id=order.plan_id,
        job_id=job.id,
        mode=order.mode,
        plan_hash=order.hash,
        promised_rto_seconds=order.plan.promised_rto_seconds,
        point_spread_seconds=order.spread_seconds,
        waves=WAVES.dump_python(waves, mode="json"),
    )


def _members(run: RecoveryRun, order: Order) -> list[RecoveryMember]:
    return [
        RecoveryMember(
            run_id=run.id,
            position=position,
            tenant=run.tenant,
            protected_item_id=one.protected_item_id,
            vm_id=one.vm_id,
            wave=one.wave,
            may_fail=one.may_fail,
            state=MemberState.WAITING if one.decided is not None else MemberState.FAILED,
            recovery_point_at=one.point_at,
            error=one.error,
        )
        for position, one in enumerate(order.members)
    ]


async def check_none_open(session: AsyncSession, tenant: str, plan_id: UUID, mode: Mode) -> None:
    """Two runs of one plan would make the same VMs. Raises RunOpen."""
    found = await session.scalar(
        select(RecoveryRun.id)
        .where(
            RecoveryRun.tenant == tenant,
            RecoveryRun.plan_id == plan_id,
            RecoveryRun.mode == mode.value,
            RecoveryRun.ended_at.is_(None),
        )
        .limit(1)
    )
    if found is not None:
        raise RunOpen(
            f"A run of this plan in the mode {mode} has not ended.",
            remedy="Follow it, or cancel its job.",
            run=path_of(found),
        )


# --- reading ---------------------------------------------------------------------------------------------------------
async def run_of(session: AsyncSession, job: Job) -> RecoveryRun:
    """The run that a job of this kind leads."""
    return (await session.scalars(select(RecoveryRun).where(RecoveryRun.job_id == job.id))).one()


async def get_run(session: AsyncSession, tenant: str, run_id: UUID) -> tuple[RecoveryRun, Job]:
    """Raises RunNotFound, also for another tenant's run."""
    query = select(RecoveryRun, Job).join(Job, Job.id == RecoveryRun.job_id)
    row = (await session.execute(query.where(RecoveryRun.id == run_id, RecoveryRun.tenant == tenant))).first()
    if row is None:
        raise _no_such_run(run_id)
    return row.RecoveryRun, row.Job


def _no_such_run(run_id: UUID) -> RunNotFound:
    return RunNotFound(f"There is no recovery run {run_id}.", remedy="Take the id from GET /v1/recovery-runs.")


async def members_of(
    session: AsyncSession, runs: Sequence[UUID]
) -> dict[UUID, list[tuple[RecoveryMember, Job | None]]]:
    """The members of these runs in their order, each with the job of its restore."""
    rows = await session.execute(
        select(RecoveryMember, Job)
        .outerjoin(Job, Job.id == RecoveryMember.job_id)
        .where(RecoveryMember.run_id.in_(runs))
        .order_by(RecoveryMember.run_id, RecoveryMember.position)
    )
    found: dict[UUID, list[tuple[RecoveryMember, Job | None]]] = {run_id: [] for run_id in runs}
    for row in rows:
        found[row.RecoveryMember.run_id].append((row.RecoveryMember, row.Job))
    return found


async def list_runs(
    session: AsyncSession,
    tenant: str,
    *,
    plan_id: UUID | None,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[tuple[RecoveryRun, Job]], str | None]:
    """Newest first: the page, and the cursor of the next one."""
    query = (
        select(RecoveryRun, Job)
        .join(Job, Job.id == RecoveryRun.job_id)
        .where(RecoveryRun.tenant == tenant)
        .order_by(RecoveryRun.id.desc())
        .limit(limit + 1)
    )
    if plan_id is not None:
        query = query.where(RecoveryRun.plan_id == plan_id)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "recovery_runs", 1)
    if keys is not None:
        query = query.where(RecoveryRun.id < uuid_key(keys[0]))
    rows = [(row.RecoveryRun, row.Job) for row in await session.execute(query)]
    page, last = cut(rows, limit)
    return page, encode_cursor("recovery_runs", str(last[0].id)) if last else None


# --- gates -----------------------------------------------------------------------------------------------------------
async def decide_gate(
    session: AsyncSession, caller: Caller, run_id: UUID, wave: str, *, go: bool, reason: str
) -> tuple[RecoveryRun, Job]:
    """Write the decision; the loop acts on it. The same decision again changes nothing.

    Raises RunNotFound, GateNotFound or GateNotWaiting.
    """
    query = select(RecoveryRun).where(RecoveryRun.id == run_id, RecoveryRun.tenant == caller.tenant)
    run = await session.scalar(query.with_for_update())
    if run is None:
        raise _no_such_run(run_id)
    waves = WAVES.validate_python(run.waves)
    number = next((n for n, one in enumerate(waves) if fold_case(one.name) == fold_case(wave)), None)
    if number is None:
        raise GateNotFound(
            f"The run has no wave {wave}.", remedy="Take its name from `waves` of GET /v1/recovery-runs/{id}."
        )
    found = waves[number]
    if found.decision is not None and found.decision.go is go:
        return await get_run(session, caller.tenant, run_id)
    now = (await session.scalars(select(NOW))).one()
    is_over = run.stopped is not None or run.ended_at is not None or found.is_late(now)
    if found.gate.kind is not GateKind.PERSON or found.state is not WaveState.GATE or found.decision or is_over:
        raise GateNotWaiting(
            _not_waiting(found, now), remedy="See `waves` of GET /v1/recovery-runs/{id}; to stop a run, cancel its job."
        )
    waves[number] = replace(found, decision=Decision(go, reason, caller.name, now))
    run.waves, run.due_at, run.updated_at = WAVES.dump_python(waves, mode="json"), now, now
    said = {"wave": found.name, "decision": "go" if go else "stop", "reason": reason}
    await trail.record(session, caller, target=path_of(run_id), job_id=run.job_id, always=said)
    wake(session, LoopName.RECOVERING)
    tell_change(session, caller.tenant, path_of(run_id))
    await session.flush()
    return await get_run(session, caller.tenant, run_id)


def _not_waiting(wave: rules.Wave, now: datetime) -> str:
    if wave.decision is not None:
        return f"{wave.decision.by} has decided already: {'go' if wave.decision.go else 'stop'}."
    if wave.gate.kind is not GateKind.PERSON:
        return f"The gate of the wave {wave.name} asks no person: it is {wave.gate.kind}."
    if wave.is_late(now) and wave.gate_until is not None:
        return f"The time for a decision was over at {wave.gate_until.isoformat(timespec='seconds')}."
    return f"The wave {wave.name} is {wave.state}: its gate is not waiting for a decision."
