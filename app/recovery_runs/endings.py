"""Writes the end of a run: its job, what came back, and the entry on the audit trail. Parts of one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.events.quiet_changes import tell_change
from app.jobs import store as job_store
from app.jobs.lifecycle import Observation, State
from app.jobs.models import Job
from app.jobs.queue.claims import ticket
from app.recovery_runs import outcomes, rules
from app.recovery_runs.models import RecoveryMember, RecoveryRun
from app.recovery_runs.outcomes import Ended
from app.recovery_runs.row_json import WAVES
from app.recovery_runs.rules import MemberState, Step, Stop
from app.recovery_runs.store import Held, counts_of, path_of


async def end(session: AsyncSession, held: Held, step: Step) -> None:
    """The run has ended, and so does its job."""
    ids = [one.job_id for one in held.members if one.job_id is not None]
    results = {row.id: row.result for row in await session.execute(select(Job.id, Job.result).where(Job.id.in_(ids)))}
    row, members = held.row, [_ended(held, one, results) for one in held.members]
    row.rto_seconds = outcomes.rto_of(members)
    row.ended_at, row.lease_until = held.now, None
    await session.flush()
    result = outcomes.result_of(
        members, spread=row.point_spread_seconds, rto=row.rto_seconds, promised=row.promised_rto_seconds
    )
    seen = outcomes.observation_of(step.stop, members)
    values = job_store.succeeded(result) | {"counts": counts_of(held)}
    detail = row.stopped["detail"] if row.stopped is not None else None
    if seen is Observation.ENDED_BADLY:
        values |= job_store.failed(outcomes.error_of(step.stop, members, detail))
    state = await job_store.record(session, ticket(held.job), seen, values=values, detail=detail)
    await _note(session, row, str(state or held.job.state), values["counts"])


def _ended(held: Held, member: RecoveryMember, results: Mapping[UUID, dict[str, Any] | None]) -> Ended:
    result = results.get(member.job_id) if member.job_id is not None else None
    resources = (result or {}).get("resources", [])
    restore = f"/v1/restores/{member.restore_id}" if member.restore_id is not None else None
    return Ended(
        str(member.protected_item_id),
        member.vm_id,
        member.may_fail,
        MemberState(member.state),
        held.state_of(member),
        restore,
        resources,
        member.rto_seconds,
    )


async def close(session: AsyncSession, run_id: UUID, state: State) -> None:
    """The run's job has ended without its loop: withdrawn, not approved, or refused before it began."""
    which = (RecoveryRun.id == run_id, RecoveryRun.ended_at.is_(None))
    row = await session.scalar(select(RecoveryRun).where(*which).with_for_update())
    if row is None:
        return
    now = (await session.scalars(select(NOW))).one()
    error = await session.scalar(select(Job.error).where(Job.id == row.job_id)) if state is State.FAILED else None
    row.stopped = _why_closed(state, error)
    row.waves = WAVES.dump_python(list(rules.closed(WAVES.validate_python(row.waves), now)), mode="json")
    if row.gate is not None and row.gate["state"] == "waiting":
        row.gate = row.gate | {"state": "closed"}
    row.ended_at, row.updated_at, row.lease_until = now, now, None
    await session.flush()
    waiting = (RecoveryMember.run_id == run_id, RecoveryMember.state == MemberState.WAITING.value)
    await session.execute(update(RecoveryMember).where(*waiting).values(state=MemberState.SKIPPED.value))
    counted = select(RecoveryMember.state, func.count()).where(RecoveryMember.run_id == run_id)
    counts = {str(of): number for of, number in await session.execute(counted.group_by(RecoveryMember.state))}
    tell_change(session, row.tenant, path_of(run_id))
    await _note(session, row, state.value, counts)


def _why_closed(state: State, error: Mapping[str, Any] | None) -> dict[str, str | None]:
    """The job's own error; a job without one was withdrawn."""
    if error is not None:
        return {"code": str(error["code"]), "detail": error.get("detail") or error.get("title")}
    return {"code": Stop.CANCELLED.value, "detail": f"Its job ended as {state} before it began"}


async def _note(session: AsyncSession, run: RecoveryRun, state: str, counts: Mapping[str, int]) -> None:
    """The end of a run is a decision of Holdfast: on the trail, in numbers."""
    stopped = run.stopped["code"] if run.stopped is not None else None
    said = {"state": state, "mode": run.mode, "plan_id": str(run.plan_id), "stopped": stopped, "members": dict(counts)}
    await trail.record_own(
        session, run.tenant, action="end_recovery_run", target=path_of(run.id), job_id=run.job_id, details=said
    )
