"""Reads and writes the rows of runs for the loop. Each function is a part of one transaction, and none asks Azure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, case, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.leases import claim, is_free, left_of, renew, seconds_until_due
from app.events.quiet_changes import tell_change
from app.identity.access.models import Tenant
from app.jobs import store as job_store
from app.jobs.lifecycle import FOLLOWED, TERMINAL, Observation, State, Waiting
from app.jobs.models import Job
from app.jobs.queue.claims import ticket
from app.recovery_plans.models import RecoveryPlan
from app.recovery_plans.rules import LONGEST_RUN, GateKind
from app.recovery_runs import outcomes, rules
from app.recovery_runs.models import RecoveryMember, RecoveryRun
from app.recovery_runs.row_json import WAVES
from app.recovery_runs.rules import MemberState, Run, Step, Stop, Wave, WaveState

LEASE = timedelta(seconds=15)
"""Renewed with every transaction of the loop, and while Azure is asked."""
RUNS_AT_ONCE = 100
"""Of deleted tenants; each has 100 members at most."""


@dataclass(frozen=True, slots=True)
class Claimed:
    id: UUID
    fence: int
    leased_for: float = 0.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A run and its job that this transaction has locked. `now`: by the database's clock."""

    row: RecoveryRun
    job: Job
    now: datetime


@dataclass(frozen=True, slots=True)
class MemberJob:
    """What a run looks at of the job of a restore."""

    id: UUID
    state: str
    sent_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    error: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Held(Locked):
    """The same with all that `rules.advance` needs."""

    members: Sequence[RecoveryMember]
    jobs: Mapping[UUID, MemberJob]
    """Of the members' restores, by id."""

    @property
    def waves(self) -> list[Wave]:
        return WAVES.validate_python(self.row.waves)

    def job_of(self, member: RecoveryMember) -> MemberJob | None:
        return self.jobs.get(member.job_id) if member.job_id is not None else None

    def state_of(self, member: RecoveryMember) -> State | None:
        job = self.job_of(member)
        return State(job.state) if job is not None else None

    @property
    def run(self) -> Run:
        members = [
            rules.Member(one.position, one.wave, one.may_fail, MemberState(one.state), self.state_of(one))
            for one in self.members
        ]
        stop = Stop(self.row.stopped["code"]) if self.row.stopped is not None else None
        ends_by = self.row.ends_by or self.now + LONGEST_RUN
        return Run(self.waves, members, self.now, ends_by, self.job.cancel is not None, stop)


# --- which are due ---------------------------------------------------------------------------------------------------
_JOB_RUNS = exists().where(Job.id == RecoveryRun.job_id, Job.state.in_(FOLLOWED))
OPEN: ColumnElement[bool] = and_(RecoveryRun.ended_at.is_(None), _JOB_RUNS)
_MEMBER_ENDED = exists().where(
    RecoveryMember.run_id == RecoveryRun.id,
    RecoveryMember.state == MemberState.RESTORING.value,
    Job.id == RecoveryMember.job_id,
    Job.state.in_(TERMINAL),
)
_JUST_CANCELLED = and_(
    RecoveryRun.stopped.is_(None), exists().where(Job.id == RecoveryRun.job_id, Job.cancel.is_not(None))
)


async def bring_forward(session: AsyncSession) -> None:
    """Make those due of which a restore has ended, or which a person cancelled.

    Found in the rows, not told by their writers: so no way of ending a job can be forgotten, and a message that is
    lost costs time only.
    """
    await session.execute(
        update(RecoveryRun)
        .where(OPEN, RecoveryRun.due_at > NOW, is_free(RecoveryRun), or_(_MEMBER_ENDED, _JUST_CANCELLED))
        .values(due_at=NOW)
    )


async def claim_due(session: AsyncSession, *, limit: int) -> list[Claimed]:
    statement = claim(RecoveryRun, RecoveryRun.id, where=OPEN, limit=limit, lease=LEASE)
    rows = await session.execute(statement.returning(RecoveryRun.id, RecoveryRun.fence, left_of(RecoveryRun)))
    return [Claimed(*row) for row in rows]


async def go_on(session: AsyncSession, claimed: Claimed) -> float | None:
    """Renew the lease while Azure is asked: its seconds. None = the run is another worker's, or was given back."""
    return await renew(session, RecoveryRun, RecoveryRun.id == claimed.id, claimed.fence, lease=LEASE)


async def due_in(session: AsyncSession) -> float | None:
    return await seconds_until_due(session, RecoveryRun, OPEN)


# --- one run ---------------------------------------------------------------------------------------------------------
async def lock(session: AsyncSession, claimed: Claimed) -> Locked | None:
    """The run, locked until this transaction ends, its lease renewed. None = it is not ours any more, or has ended.

    Its job is locked first, as a call of the API that ends it does (`close`).
    """
    of_run = select(RecoveryRun.job_id).where(RecoveryRun.id == claimed.id).scalar_subquery()
    job = await session.scalar(select(Job).where(Job.id == of_run).with_for_update(key_share=True))
    which = (RecoveryRun.id == claimed.id, RecoveryRun.fence == claimed.fence, OPEN)
    found = select(RecoveryRun, NOW.label("now")).where(*which).with_for_update(of=RecoveryRun)
    row = (await session.execute(found)).first()
    if row is None or job is None:
        return None
    run, now = row.RecoveryRun, row.now
    run.lease_until = now + LEASE
    if run.started_at is None:
        run.started_at, run.ends_by, run.updated_at = now, now + LONGEST_RUN, now
    return Locked(run, job, now)


_SEEN = (Job.id, Job.state, Job.sent_at, Job.started_at, Job.finished_at, Job.error)


async def hold(session: AsyncSession, claimed: Claimed) -> Held | None:
    """As `lock`, with the members."""
    locked = await lock(session, claimed)
    if locked is None:
        return None
    ordered = select(RecoveryMember).order_by(RecoveryMember.position)
    members = (await session.scalars(ordered.where(RecoveryMember.run_id == claimed.id))).all()
    ids = [one.job_id for one in members if one.job_id is not None]
    rows = await session.execute(select(*_SEEN).where(Job.id.in_(ids))) if ids else ()
    jobs = {row.id: MemberJob(*row) for row in rows}
    return Held(locked.row, locked.job, locked.now, members, jobs)


async def member_at(session: AsyncSession, locked: Locked, position: int) -> RecoveryMember:
    """Of a run that is locked."""
    which = (RecoveryMember.run_id == locked.row.id, RecoveryMember.position == position)
    return (await session.scalars(select(RecoveryMember).where(*which))).one()


async def write(session: AsyncSession, held: Held, step: Step) -> None:
    """The waves and members as the step has them, and what the job shows of it."""
    row = held.row
    before, shown = held.waves, WAVES.dump_python(list(step.waves), mode="json")
    is_changed = bool(step.states) or shown != row.waves or (step.stop is not None and row.stopped is None)
    for member in held.members:
        if member.position in step.states:
            _settle(held, member, step.states[member.position])
    row.waves = shown
    row.gate = _gate_of(row.gate, step)
    if step.stop is not None and row.stopped is None:
        row.stopped = {"code": step.stop.value, "detail": _why(step)}
    if is_changed:
        note_change(session, held)
    await session.flush()
    await _tell(session, held, before, step)
    if not step.has_ended:
        await _show(session, held, step)


def note_change(session: AsyncSession, held: Locked) -> None:
    """Callers see something new of the run."""
    held.row.updated_at = held.now
    tell_change(session, held.row.tenant, path_of(held.row.id))


def path_of(run_id: UUID) -> str:
    return f"/v1/recovery-runs/{run_id}"


def _settle(held: Held, member: RecoveryMember, state: MemberState) -> None:
    member.state = state
    job = held.job_of(member)
    if job is None:
        return
    member.finished_at = job.finished_at
    if state is MemberState.FAILED:
        member.error = job.error
    else:
        member.rto_seconds = _rto(held.row, job)


def _rto(run: RecoveryRun, job: MemberJob) -> float | None:
    """Until it was sent by our clock, then as long as Azure says that it took: the two clocks need not agree."""
    if run.started_at is None or job.sent_at is None or job.started_at is None or job.finished_at is None:
        return None
    waited = (job.sent_at - run.started_at).total_seconds()
    return max(0.0, waited) + max(0.0, (job.finished_at - job.started_at).total_seconds())


def _gate_of(was: dict[str, Any] | None, step: Step) -> dict[str, Any] | None:
    """The gate that is waited at, or that was waited at before and has opened or closed."""
    for wave in step.waves:
        if wave.state is WaveState.GATE and step.waiting is Waiting.GATE and wave.gate_since is not None:
            until = wave.gate_until
            return _as_json(wave, "waiting") | {"until": until.isoformat() if until is not None else None}
    if was is None or was["state"] != "waiting":
        return was
    (wave,) = [one for one in step.waves if one.name == was["wave"]]
    ended = {WaveState.DONE: "open", WaveState.FAILED: "closed"}.get(wave.state, "waiting")
    return was | _as_json(wave, ended)


def _as_json(wave: Wave, state: str) -> dict[str, Any]:
    shown: dict[str, Any] = WAVES.dump_python([wave], mode="json")[0]
    kept = {"wave": wave.name, "kind": wave.gate.kind.value, "state": state}
    return kept | {"since": shown["gate_since"], "decision": shown["decision"]}


def _why(step: Step) -> str | None:
    """What a person must know of the wave in which the run was stopped. None = everything was back by then."""
    wave = next((one for one in step.waves if one.state is not WaveState.DONE), None)
    if wave is None:
        return None
    if step.stop is Stop.GATE_CLOSED and wave.decision is not None:
        return f"{wave.decision.by} said stop after the wave {wave.name}: {wave.decision.reason}"
    if step.stop is Stop.GATE_EXPIRED and wave.gate.kind is GateKind.CHECK and wave.unready:
        return f"After the wave {wave.name} these were not ready: {', '.join(wave.unready)}"
    if wave.gate_since is not None and step.stop is not Stop.MEMBERS_FAILED:
        return f"At the gate of the wave {wave.name}"
    return f"In the wave {wave.name}" if wave.began_at is not None else "Before its first wave"


async def _tell(session: AsyncSession, held: Held, before: Sequence[Wave], step: Step) -> None:
    """The history of the job: when which wave began and ended."""
    mine = ticket(held.job)
    for was, wave in zip(before, step.waves, strict=True):
        if wave.state is was.state or wave.began_at is None:
            continue
        if was.state is WaveState.WAITING:
            await job_store.add_event(session, mine, "wave_began", mine.state, f"Wave {wave.name}.")
        if wave.state in {WaveState.DONE, WaveState.FAILED}:
            said = "wave_done" if wave.state is WaveState.DONE else "wave_failed"
            await job_store.add_event(session, mine, said, mine.state, f"Wave {wave.name}.")


def write_check(session: AsyncSession, held: Held, number: int, unready: tuple[str, ...]) -> None:
    """What a look at the VMs of a wave found."""
    waves = held.waves
    waves[number] = replace(waves[number], checked_at=held.now, unready=unready)
    held.row.waves = WAVES.dump_python(waves, mode="json")
    note_change(session, held)


async def _show(session: AsyncSession, held: Held, step: Step) -> None:
    """Counts, and what is waited for, on the job. A member that waits for a quota is shown by `show_waiting`."""
    until = step.again_at if step.waiting is Waiting.GATE else None
    is_blocked = bool(step.begin) and held.job.waiting_reason == Waiting.MEMBER
    await show_waiting(session, held, Waiting.MEMBER if is_blocked else step.waiting, until)


async def show_waiting(
    session: AsyncSession, held: Held, reason: Waiting | None, until: datetime | None = None
) -> None:
    """Written where it is something new."""
    counts = counts_of(held)
    mine = ticket(held.job)
    is_cancelling = held.job.cancel is not None and mine.state is State.RUNNING
    if counts == held.job.counts and reason == held.job.waiting_reason and not is_cancelling:
        return
    values: dict[str, Any] = job_store.not_waiting()
    if reason is not None:
        values = job_store.waiting(reason, 0.0) | {"waiting_until": until}
    seen = Observation.CANCEL_ACCEPTED if is_cancelling else Observation.STILL_RUNNING
    await job_store.record(session, mine, seen, values=values | {"counts": counts}, quiet=not is_cancelling)


def counts_of(held: Held) -> dict[str, int]:
    return outcomes.counts_of([(MemberState(one.state), held.state_of(one)) for one in held.members])


async def put_off(session: AsyncSession, claimed: Claimed, until: datetime | None, *, longest: timedelta) -> None:
    """Give the claim back; due again then, or after `longest`."""
    later = NOW + longest
    again = later if until is None else case((later < until, later), else_=until)
    await session.execute(
        update(RecoveryRun)
        .where(RecoveryRun.id == claimed.id, RecoveryRun.fence == claimed.fence)
        .values(due_at=again, lease_until=None)
    )


# --- what deleted tenants left ---------------------------------------------------------------------------------------
async def forget_deleted_tenants(session: AsyncSession) -> None:
    """All their plans, each with an entry on the trail; of their runs one batch. Old runs: app/jobs/loops/prune.py."""
    plans = cast("Table", RecoveryPlan.__table__)
    await trail.delete_on_record(
        session,
        plans,
        ~exists().where(Tenant.id == plans.c.tenant),
        action="delete_recovery_plan",
        path="/v1/recovery-plans/",
        job_id=None,
        says=("name",),
    )
    runs = select(RecoveryRun.id).where(~exists().where(Tenant.id == RecoveryRun.tenant))
    found = (await session.scalars(runs.limit(RUNS_AT_ONCE).with_for_update(skip_locked=True))).all()
    if found:
        await session.execute(delete(RecoveryMember).where(RecoveryMember.run_id.in_(found)))
        await session.execute(delete(RecoveryRun).where(RecoveryRun.id.in_(found)))
