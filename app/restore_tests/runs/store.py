"""Reads and writes the rows of runs for the loop. Each function is a part of one transaction, and none asks Azure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.db.database import NOW
from app.core.db.leases import claim, is_free, left_of, renew, seconds_until_due
from app.core.db.notify import wake
from app.events.quiet_changes import tell_change
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import FOLLOWED, TERMINAL, State
from app.jobs.models import Job
from app.jobs.work import LoopName
from app.recovery_plans.rules import LONGEST_RUN as LONGEST_REHEARSAL
from app.restore_tests.levels import Level
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.rules import UNSENT, Outcome, RunState, RunView

LEASE = timedelta(seconds=60)
"""Renewed with every transaction of the loop, and while Azure is asked."""
NOT_ITS_TURN: Final = "Its turn has not come."
MOST_AT_ONCE: Final = 100
"""Restores of tests that run at once, over all tenants. Tenants share it evenly: `is_its_turn`."""
BUSY: Final = (RunState.RESTORING, RunState.VERIFYING, RunState.KEEPING, RunState.TEARING_DOWN)


@dataclass(frozen=True, slots=True)
class Claimed:
    id: UUID
    fence: int
    leased_for: float = 0.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run that this transaction has locked, with all that `rules.next_step` needs."""

    row: RestoreTestRun
    job: Job
    restore: Job | None
    tear_down: Job | None
    now: datetime
    rehearsal: Job | None = None
    """The recovery run of its round, of a test of a plan."""

    @property
    def definition(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.job.ask["definition"]
        return found

    @property
    def window_ends(self) -> datetime:
        """Of a test of a plan: then its rehearsal must have begun."""
        return (self.job.sent_at or self.job.created_at) + timedelta(minutes=self.job.ask["window_minutes"])

    def view(self, *, is_its_turn: bool = False) -> RunView:
        row, said = self.row, self.definition
        failed = row.outcome not in {None, Outcome.PROVEN}
        return RunView(
            state=RunState(row.state),
            moment=self.now,
            since=row.state_since,
            levels=[Level(one) for one in said["levels"]],
            passed=[Level(one["level"]) for one in row.levels if one["outcome"] == "passed"],
            begin_by=self.window_ends + (LONGEST_REHEARSAL if said.get("plan_id") else timedelta()),
            script_seconds=said["script"]["timeout_seconds"] if said["script"] else 0,
            check_minutes=said["check_minutes"],
            keep_minutes=said["keep_after_failure_minutes" if failed else "keep_after_success_minutes"],
            is_cancelled=self.job.cancel is not None,
            has_verdict=row.verdict is not None,
            is_rehearsing=self.rehearsal is not None and self.rehearsal.state not in TERMINAL,
            is_its_turn=is_its_turn,
            restore=State(self.restore.state) if self.restore is not None else None,
            tear_down=State(self.tear_down.state) if self.tear_down is not None else None,
            tear_downs=row.tear_downs,
        )


# --- which are due ---------------------------------------------------------------------------------------------------
_ROUND = aliased(Job)
_ROUND_RUNS = exists().where(_ROUND.id == RestoreTestRun.job_id, _ROUND.state.in_(FOLLOWED))
OPEN: ColumnElement[bool] = and_(RestoreTestRun.state != RunState.ENDED.value, _ROUND_RUNS)
_PART = aliased(Job)
_WAITS_FOR_RESTORE = or_(
    RestoreTestRun.state == RunState.RESTORING.value,
    and_(RestoreTestRun.state == RunState.TEARING_DOWN.value, RestoreTestRun.tear_downs == 0),
)
_PART_ENDED = exists().where(
    or_(
        and_(_WAITS_FOR_RESTORE, _PART.id == RestoreTestRun.restore_job_id),
        and_(RestoreTestRun.state == RunState.TEARING_DOWN.value, _PART.id == RestoreTestRun.tear_down_job_id),
    ),
    _PART.state.in_(TERMINAL),
)
_CANCELLED = aliased(Job)
_UNSENT_RESTORE = exists().where(_PART.id == RestoreTestRun.restore_job_id, _PART.state.in_(UNSENT))
_JUST_CANCELLED = and_(
    exists().where(_CANCELLED.id == RestoreTestRun.job_id, _CANCELLED.cancel.is_not(None)),
    or_(
        RestoreTestRun.state.in_([RunState.WAITING.value, RunState.VERIFYING.value, RunState.KEEPING.value]),
        and_(RestoreTestRun.state == RunState.RESTORING.value, _UNSENT_RESTORE),
    ),
)
"""Each of these has a next step at once: so none is brought forward again and again."""


async def bring_forward(session: AsyncSession) -> None:
    """Make those due whose restore or tear-down has ended, or whose round was cancelled. No message can be lost."""
    await session.execute(
        update(RestoreTestRun)
        .where(OPEN, RestoreTestRun.due_at > NOW, is_free(RestoreTestRun), or_(_PART_ENDED, _JUST_CANCELLED))
        .values(due_at=NOW)
    )


async def claim_due(session: AsyncSession, *, limit: int) -> list[Claimed]:
    statement = claim(RestoreTestRun, RestoreTestRun.id, where=OPEN, limit=limit, lease=LEASE)
    row = RestoreTestRun
    rows = await session.execute(statement.returning(row.id, row.fence, left_of(row)))
    return [Claimed(*one) for one in rows]


async def go_on(session: AsyncSession, claimed: Claimed) -> float | None:
    """Renew the lease while Azure is asked: its seconds. None = the run is another worker's, or was given back."""
    return await renew(session, RestoreTestRun, RestoreTestRun.id == claimed.id, claimed.fence, lease=LEASE)


async def due_in(session: AsyncSession) -> float | None:
    return await seconds_until_due(session, RestoreTestRun, OPEN)


# --- one run ---------------------------------------------------------------------------------------------------------
async def hold(session: AsyncSession, claimed: Claimed) -> Held | None:
    """The run, locked until this transaction ends, its lease renewed. None = it is not ours any more, or has ended.

    Its round's job is locked first, as a call of the API that ends it does.
    """
    job_id = select(RestoreTestRun.job_id).where(RestoreTestRun.id == claimed.id).scalar_subquery()
    job = await session.scalar(select(Job).where(Job.id == job_id).with_for_update(key_share=True))
    which = (RestoreTestRun.id == claimed.id, RestoreTestRun.fence == claimed.fence, OPEN)
    row = await session.scalar(select(RestoreTestRun).where(*which).with_for_update(of=RestoreTestRun))
    if row is None or job is None:
        return None
    now = (await session.scalars(select(NOW))).one()
    row.lease_until = now + LEASE
    tell_change(session, row.tenant, path_of(row))
    parts = [one for one in (row.restore_job_id, row.tear_down_job_id) if one is not None]
    found = {one.id: one for one in await session.scalars(select(Job).where(Job.id.in_(parts)))} if parts else {}
    restore = found.get(row.restore_job_id) if row.restore_job_id is not None else None
    tear_down = found.get(row.tear_down_job_id) if row.tear_down_job_id is not None else None
    return Held(row, job, restore, tear_down, now, await rehearsal_of(session, job))


def rehearsal_key(job_id: UUID) -> str:
    """The same for every worker. No caller can send it: a header has no spaces."""
    return f"restore test round {job_id}"


async def rehearsal_of(session: AsyncSession, job: Job) -> Job | None:
    if not job.ask["definition"].get("plan_id"):
        return None
    mine = (Job.tenant == job.tenant, Job.caller == job.caller, Job.idempotency_key == rehearsal_key(job.id))
    found: Job | None = await session.scalar(select(Job).where(*mine))
    return found


async def is_its_turn(session: AsyncSession, held: Held) -> bool:
    """Whether a restore may begin for it: locked until the transaction ends, so that no two take one place.

    Restores that people asked for go first: while one of them waits to be sent, no test begins. Each tenant whose tests
    wait or restore has the same share of MOST_AT_ONCE, so none waits for the whole round of another. An earlier run
    that was tried, and waits for something else, stops no later one. A test of a plan has its turns from the plan.
    """
    if held.definition.get("plan_id"):
        return True
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("restore tests begin", 0))))
    busy = RestoreTestRun.state.in_([one.value for one in BUSY])
    of_round = select(func.count()).where(RestoreTestRun.job_id == held.job.id, busy)
    restores = RestoreTestRun.state == RunState.RESTORING.value
    restoring = select(func.count()).where(restores)
    of_tenant = restoring.where(RestoreTestRun.tenant == held.row.tenant)
    wants = and_(OPEN, RestoreTestRun.state == RunState.WAITING.value, _untried(RestoreTestRun))
    tenants = select(func.count(distinct(RestoreTestRun.tenant))).where(or_(restores, wants))
    before = aliased(RestoreTestRun)
    earlier = select(func.count()).where(
        before.job_id == held.job.id,
        before.state == RunState.WAITING.value,
        before.position < held.row.position,
        _untried(before),
    )
    asked_for = exists().where(
        Job.kind == JobKind.RESTORE,
        Job.state == State.QUEUED,
        Job.waiting_reason.is_(None),
        Job.is_background.is_(False),
    )
    counts = [one.scalar_subquery() for one in (of_round, earlier, restoring, of_tenant, tenants)]
    asked: Select[Any] = select(*counts, asked_for)
    of_round_now, before_it, all_now, of_tenant_now, sharing, people_wait = (await session.execute(asked)).one()
    # Those before it have their places: as many as there are begin side by side.
    is_next = of_round_now + before_it < held.definition["max_in_flight"]
    return bool(is_next and all_now < MOST_AT_ONCE and of_tenant_now < share_of(sharing) and not people_wait)


async def call_waiting(session: AsyncSession, held: Held) -> None:
    """A place of the round is free: those that wait for their turn are looked at now."""
    row = RestoreTestRun
    waits = (row.job_id == held.job.id, row.state == RunState.WAITING.value, row.waits_for == NOT_ITS_TURN)
    await session.execute(update(row).where(*waits, row.due_at > NOW, is_free(row)).values(due_at=NOW))
    wake(session, LoopName.TESTING)


def share_of(tenants: int) -> int:
    """How many of MOST_AT_ONCE each may have, where this number of tenants share them."""
    return max(1, -(-MOST_AT_ONCE // max(1, tenants)))


def _untried(run: type[RestoreTestRun]) -> ColumnElement[bool]:
    return or_(run.waits_for.is_(None), run.waits_for == NOT_ITS_TURN)


def path_of(run: RestoreTestRun) -> str:
    return f"/v1/restore-test-runs/{run.id}"


def move(held: Held, state: RunState, **values: Any) -> None:
    """The run goes into this state, whose clock starts now."""
    row = held.row
    row.state, row.state_since, row.updated_at, row.waits_for = state, held.now, held.now, None
    for name, value in values.items():
        setattr(row, name, value)


def note_level(held: Held, entry: Mapping[str, Any], *, measured: Mapping[str, float] | None = None) -> None:
    """A level has ended; the next one's clock starts now."""
    row = held.row
    row.levels = [*row.levels, dict(entry)]
    row.measured = {**row.measured, **(measured or {})}
    row.state_since, row.updated_at, row.waits_for = held.now, held.now, None


def wait(held: Held, why: str | None) -> None:
    """It does not move now, and says why."""
    if held.row.waits_for != why:
        held.row.waits_for, held.row.updated_at = why, held.now


async def put_off(session: AsyncSession, claimed: Claimed, seconds: float) -> None:
    """Give the claim back; due again after these seconds."""
    await session.execute(
        update(RestoreTestRun)
        .where(RestoreTestRun.id == claimed.id, RestoreTestRun.fence == claimed.fence)
        .values(due_at=NOW + timedelta(seconds=seconds), lease_until=None)
    )


async def runs_of(session: AsyncSession, job_id: UUID) -> Sequence[RestoreTestRun]:
    query = select(RestoreTestRun).where(RestoreTestRun.job_id == job_id).order_by(RestoreTestRun.position)
    return (await session.scalars(query)).all()


async def secrets_of(session: AsyncSession, run_id: UUID) -> str | None:
    """As they are stored: encrypted."""
    found: str | None = await session.scalar(select(RestoreTestRun.secrets).where(RestoreTestRun.id == run_id))
    return found
