"""Reads and writes the rows of bulk requests for the loop. Each function is a part of one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.bulk import rules
from app.bulk.models import BulkRequest, BulkTarget
from app.bulk.orders import Order, permission_of
from app.bulk.row_json import ORDER
from app.bulk.rules import BAD, Outcome, Step, Stop, View
from app.core.db.database import NOW
from app.core.db.leases import claim, is_free, seconds_until_due
from app.identity.access.later_rights import Person, still_has
from app.identity.tokens.principal import BETWEEN
from app.jobs import store as job_store
from app.jobs.api.actions import UNSENT
from app.jobs.lifecycle import FOLLOWED, TERMINAL, WELL, Observation, State, Waiting
from app.jobs.models import Job
from app.jobs.queue.claims import ticket
from app.jobs.work import JobError

LEASE = timedelta(seconds=60)
"""Renewed with every transaction of the loop."""
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Claimed:
    job_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Locked:
    """A request and its job that this transaction has locked. `now`: by the database's clock."""

    row: BulkRequest
    job: Job
    now: datetime

    @property
    def order(self) -> Order:
        return ORDER.validate_python(self.job.ask)


@dataclass(frozen=True, slots=True)
class Held(Locked):
    """The same with all that `rules.advance` needs."""

    view: View


# --- which are due ---------------------------------------------------------------------------------------------------
OPEN: ColumnElement[bool] = and_(
    BulkRequest.ended_at.is_(None), exists().where(Job.id == BulkRequest.job_id, Job.state.in_(FOLLOWED))
)
_TARGET_ENDED = exists().where(
    BulkTarget.job_id == BulkRequest.job_id,
    BulkTarget.outcome == Outcome.RUNNING.value,
    Job.id == BulkTarget.child_id,
    Job.state.in_(TERMINAL),
)
_JUST_CANCELLED = and_(
    BulkRequest.stopped.is_(None), exists().where(Job.id == BulkRequest.job_id, Job.cancel.is_not(None))
)


async def bring_forward(session: AsyncSession) -> None:
    """Make those due of which a job has ended, or which a person cancelled.

    Found in the rows, not told by their writers: so no way of ending a job can be forgotten, and a message that is
    lost costs time only.
    """
    await session.execute(
        update(BulkRequest)
        .where(OPEN, BulkRequest.due_at > NOW, is_free(BulkRequest), or_(_TARGET_ENDED, _JUST_CANCELLED))
        .values(due_at=NOW)
    )


async def claim_due(session: AsyncSession, *, limit: int) -> list[Claimed]:
    statement = claim(BulkRequest, BulkRequest.job_id, where=OPEN, limit=limit, lease=LEASE)
    rows = await session.execute(statement.returning(BulkRequest.job_id, BulkRequest.fence))
    return [Claimed(row.job_id, row.fence) for row in rows]


async def due_in(session: AsyncSession) -> float | None:
    return await seconds_until_due(session, BulkRequest, OPEN)


# --- one request -----------------------------------------------------------------------------------------------------
async def lock(session: AsyncSession, claimed: Claimed) -> Locked | None:
    """The request, locked until this transaction ends, its lease renewed. None = it is not ours any more, or has ended.

    Its job is locked first, as a call of the API that ends it does (`close`).
    """
    job = await session.scalar(select(Job).where(Job.id == claimed.job_id).with_for_update(key_share=True))
    which = (BulkRequest.job_id == claimed.job_id, BulkRequest.fence == claimed.fence, OPEN)
    found = select(BulkRequest, NOW.label("now")).where(*which).with_for_update(of=BulkRequest)
    row = (await session.execute(found)).first()
    if row is None or job is None:
        return None
    request, now = row.BulkRequest, row.now
    request.lease_until = now + LEASE
    if request.ends_by is None:
        request.ends_by = now + rules.LONGEST
    return Locked(request, job, now)


async def hold(session: AsyncSession, claimed: Claimed) -> Held | None:
    """As `lock`, with what has become of the targets written down."""
    locked = await lock(session, claimed)
    if locked is None:
        return None
    await _settle(session, claimed.job_id)
    rows = (await session.execute(_COUNTED.where(BulkTarget.job_id == claimed.job_id))).all()
    stop = Stop(locked.row.stopped) if locked.row.stopped is not None else None
    view = View(
        counts={Outcome(row.outcome): row.number for row in rows},
        needs_person=sum(row.needs_person for row in rows),
        unsent=sum(row.unsent for row in rows),
        max_in_flight=locked.order.max_in_flight,
        at=locked.now,
        ends_by=locked.row.ends_by or locked.now,
        is_cancelled=locked.job.cancel is not None,
        may_act=await may_act(session, locked),
        stop=stop,
    )
    return Held(locked.row, locked.job, locked.now, view)


async def may_act(session: AsyncSession, locked: Locked) -> bool:
    """Whether the person who asked for it still may: as long as this transaction lasts."""
    issuer, directory, object_id = locked.job.caller.split(BETWEEN, 2)
    person = Person(issuer, directory, object_id, locked.order.memberships)
    return await still_has(session, locked.job.tenant, person, permission_of(locked.order.wanted.action))


_OF_CHILD = and_(Job.id == BulkTarget.child_id, BulkTarget.outcome == Outcome.RUNNING.value)
_COUNTED = (
    select(
        BulkTarget.outcome,
        func.count().label("number"),
        func.count().filter(Job.state == State.NEEDS_ATTENTION).label("needs_person"),
        func.count().filter(Job.state.in_(UNSENT)).label("unsent"),
    )
    .outerjoin(Job, _OF_CHILD)
    .group_by(BulkTarget.outcome)
)
"""How far the targets are."""

WITHDRAWN = JobError(
    code="withdrawn",
    title="Its job was withdrawn before it was sent",
    detail="Its job was cancelled before anything was sent to Azure.",
    remedy="Ask again for what you still want.",
)
CANCELLED = JobError(
    code="job_cancelled",
    title="Its job was cancelled",
    detail="Its job was cancelled after Azure had taken it.",
    remedy="See its job for what it did; ask again for what you still want.",
)
_WAS_UNSENT = and_(Job.state == State.CANCELLED, Job.activity_id.is_(None))
OUTCOME_NOW: ColumnElement[str] = case(
    (BulkTarget.outcome != Outcome.RUNNING.value, BulkTarget.outcome),
    (Job.state.in_(WELL), Outcome.SUCCEEDED.value),
    (_WAS_UNSENT, Outcome.SKIPPED.value),
    (Job.state.in_(TERMINAL), Outcome.FAILED.value),
    else_=BulkTarget.outcome,
)
"""The outcome of a target, with its job joined: also after the loop has ended."""
PROBLEM_NOW: ColumnElement[Any] = case(
    (BulkTarget.outcome != Outcome.RUNNING.value, BulkTarget.problem),
    (_WAS_UNSENT, literal(WITHDRAWN.as_json(), JSONB)),
    (Job.state == State.CANCELLED, literal(CANCELLED.as_json(), JSONB)),
    (Job.state == State.FAILED, Job.error),
    else_=BulkTarget.problem,
)


async def _settle(session: AsyncSession, job_id: UUID) -> None:
    """Write down what has become of those whose job has ended."""
    await session.execute(
        update(BulkTarget)
        .where(
            BulkTarget.job_id == job_id,
            BulkTarget.outcome == Outcome.RUNNING.value,
            Job.id == BulkTarget.child_id,
            Job.state.in_(TERMINAL),
        )
        .values(outcome=OUTCOME_NOW, problem=PROBLEM_NOW)
    )


async def target_at(session: AsyncSession, job_id: UUID, position: int) -> BulkTarget:
    which = (BulkTarget.job_id == job_id, BulkTarget.position == position)
    return (await session.scalars(select(BulkTarget).where(*which))).one()


async def pending(session: AsyncSession, job_id: UUID, limit: int) -> Sequence[int]:
    """The positions of those that come next. One that could not be done yet comes after the others."""
    if limit <= 0:
        return ()
    which = (BulkTarget.job_id == job_id, BulkTarget.outcome == Outcome.PENDING.value)
    found = select(BulkTarget.position).where(*which).order_by(BulkTarget.tries, BulkTarget.position).limit(limit)
    return (await session.scalars(found)).all()


async def unsent(session: AsyncSession, job_id: UUID) -> Sequence[UUID]:
    """The jobs of targets that were made and not sent."""
    which = (BulkTarget.job_id == job_id, BulkTarget.outcome == Outcome.RUNNING.value)
    found = select(Job.id).join(BulkTarget, BulkTarget.child_id == Job.id).where(*which, Job.state.in_(UNSENT))
    return (await session.scalars(found)).all()


async def write(session: AsyncSession, held: Held, step: Step, *, blocked: bool = False) -> None:
    """What follows, and what the job shows of it. `blocked`: none of those that come next could begin."""
    if step.stop is not None and held.row.stopped is None:
        held.row.stopped = step.stop.value
        await _skip(session, held.job.id, step.stop)
    await session.flush()
    if step.has_ended:
        return
    counts, mine = counts_of(held, step), ticket(held.job)
    reason = Waiting.MEMBER if blocked else step.waiting
    is_cancelling = held.job.cancel is not None and mine.state is State.RUNNING
    if counts == held.job.counts and reason == held.job.waiting_reason and not is_cancelling:
        return
    values = job_store.not_waiting() if reason is None else job_store.waiting(reason, 0.0) | {"waiting_until": None}
    seen = Observation.CANCEL_ACCEPTED if is_cancelling else Observation.STILL_RUNNING
    await job_store.record(session, mine, seen, values=values | {"counts": counts}, quiet=not is_cancelling)


def outcomes_of(held: Held, step: Step) -> dict[Outcome, int]:
    """How many targets there are of each outcome, once the step is written."""
    counts = {one: held.view.of(one) for one in Outcome}
    if step.stop is not None:
        counts[Outcome.SKIPPED] += counts[Outcome.PENDING]
        counts[Outcome.PENDING] = 0
    return counts


def counts_of(held: Held, step: Step) -> dict[str, int]:
    return rules.counts_of(outcomes_of(held, step), held.view.needs_person)


async def _skip(session: AsyncSession, job_id: UUID, stop: Stop) -> None:
    which = (BulkTarget.job_id == job_id, BulkTarget.outcome == Outcome.PENDING.value)
    problem = rules.skipped_by(stop).as_json()
    await session.execute(update(BulkTarget).where(*which).values(outcome=Outcome.SKIPPED.value, problem=problem))


async def put_off(session: AsyncSession, claimed: Claimed, *, longest: timedelta) -> None:
    """Give the claim back; due again after `longest`, or when its time is over."""
    later = NOW + longest
    again = case((BulkRequest.ends_by < later, BulkRequest.ends_by), else_=later)
    await session.execute(
        update(BulkRequest)
        .where(BulkRequest.job_id == claimed.job_id, BulkRequest.fence == claimed.fence)
        .values(due_at=again, lease_until=None)
    )


# --- the end ---------------------------------------------------------------------------------------------------------
async def end(session: AsyncSession, held: Held, step: Step) -> None:
    """The request has ended, and so does its job."""
    outcomes, counts = outcomes_of(held, step), counts_of(held, step)
    held.row.ended_at, held.row.lease_until = held.now, None
    await session.flush()
    seen = rules.observation_of(step.stop, outcomes)
    error = rules.error_of(step.stop, outcomes, await _named(session, held.job.id))
    values = job_store.succeeded(_result(held, outcomes)) | {"counts": counts}
    if seen is Observation.ENDED_BADLY:
        values |= job_store.failed(error)
    elif seen is Observation.ENDED_WITH_WARNINGS:
        values["warnings"] = [
            {name: getattr(error, name) for name in ("code", "title", "detail", "remedy", "azure_code")}
        ]
    await job_store.record(session, ticket(held.job), seen, values=values)


def _result(held: Held, outcomes: dict[Outcome, int]) -> dict[str, object]:
    return {
        "resources": [],
        "targets": held.job.resource,
        "outcomes": {outcome.value: number for outcome, number in outcomes.items() if number},
        "unreachable": list(held.order.unreachable),
    }


async def _named(session: AsyncSession, job_id: UUID) -> str:
    """Some of the targets that did not succeed: `vm-1 (vm_already_protected), ...`."""
    which = (BulkTarget.job_id == job_id, BulkTarget.outcome.in_([one.value for one in BAD]))
    found = select(BulkTarget.vm_id, BulkTarget.problem).where(*which).order_by(BulkTarget.position)
    rows = (await session.execute(found.limit(MOST_NAMED + 1))).all()
    said = [f"{row.vm_id.rpartition('/')[2]} ({(row.problem or {}).get('code', 'failed')})" for row in rows]
    return ", ".join(said[:MOST_NAMED]) + (", and more" if len(said) > MOST_NAMED else "")


async def close(session: AsyncSession, job_id: UUID) -> None:
    """The job has ended without its loop: withdrawn, not approved, or not as approved."""
    ended = (
        update(BulkRequest)
        .where(BulkRequest.job_id == job_id, BulkRequest.ended_at.is_(None))
        .values(ended_at=NOW, lease_until=None, stopped=Stop.CANCELLED.value)
        .returning(BulkRequest.job_id)
    )
    if (await session.execute(ended)).first() is None:
        return
    await _skip(session, job_id, Stop.CANCELLED)
    counted = select(BulkTarget.outcome, func.count().label("number")).group_by(BulkTarget.outcome)
    rows = (await session.execute(counted.where(BulkTarget.job_id == job_id))).all()
    counts = rules.counts_of({Outcome(row.outcome): row.number for row in rows}, 0)
    await session.execute(update(Job).where(Job.id == job_id).values(counts=counts))
