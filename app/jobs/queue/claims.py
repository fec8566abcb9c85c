"""Claims due jobs for a worker, and inserts an attempt for those that are to be sent."""

from collections.abc import Collection
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Integer,
    Interval,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    insert,
    join,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.leases import claim, lease_of, seconds_until_due
from app.identity.access.models import Member
from app.jobs import transitions
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.models import Approval
from app.jobs.kinds import PARENTS
from app.jobs.lifecycle import FOLLOWED, NEVER_REACHED_AZURE, AttemptState, Observation, State, Waiting
from app.jobs.models import Attempt, Job, JobEvent
from app.jobs.queue.rounds import IS_QUEUED, in_rounds, in_turn
from app.jobs.work import AttemptOnRecord, Ticket

TICKET_COLUMNS = (
    Job.id,
    Job.kind,
    Job.tenant,
    Job.state,
    Job.fence,
    Job.ask,
    Job.resource_id,
    Job.vault_id,
    Job.protected_item_id,
    Job.tries,
    Job.operation_url,
    Job.azure_job_id,
    Job.series,
    Job.azure_job_ids,
    Job.azure_region,
    Job.updated_at,
    Job.taken_as_is,
    Job.released_series,
    Job.is_background,
)

UNDER_WAY = (State.SUBMITTING, State.RUNNING, State.CANCELLING, State.NEEDS_ATTENTION)


def before_in_series(other: type[Job], mine: type[Job]) -> ColumnElement[bool]:
    """What a job of a series waits for: one that is in progress, or an earlier one that is still queued.

    Earlier by the database's clock, because ids use the clock of the process that accepted the request.
    """
    tie = and_(other.created_at == mine.created_at, other.id < mine.id)
    earlier = and_(other.state == State.QUEUED, or_(other.created_at < mine.created_at, tie))
    return and_(other.series == mine.series, other.id != mine.id, or_(other.state.in_(UNDER_WAY), earlier))


def ticket(row: Any) -> Ticket:
    return Ticket(**{column.key: getattr(row, column.key) for column in TICKET_COLUMNS} | {"state": State(row.state)})


_OTHER = aliased(Job)
_SENDABLE: ColumnElement[bool] = and_(
    IS_QUEUED,
    Job.cancel.is_(None),
    or_(Job.series.is_(None), ~exists().where(before_in_series(_OTHER, Job))),
    ~exists().where(Attempt.job_id == Job.id, Attempt.state == literal_column(f"'{AttemptState.OPEN}'")),
)
QUEUED_ROWS: ColumnElement[bool] = and_(_SENDABLE, Job.approval_id.is_(None))
APPROVED_ROWS: ColumnElement[bool] = and_(
    _SENDABLE,
    Job.approval_id.is_not(None),
    exists().select_from(join(Approval, Member, true())).where(approval_validity.HOLDS),
)
"""Jobs that need an approval and have a valid one."""
UNRESOLVED_ROWS: ColumnElement[bool] = Job.state == State.SUBMITTING
OPERATION_ROWS: ColumnElement[bool] = and_(
    Job.state.in_(FOLLOWED), Job.azure_job_id.is_(None), Job.azure_job_ids.is_(None), Job.kind.not_in(sorted(PARENTS))
)


def known(rows: ColumnElement[bool], kinds: Collection[str] | None) -> ColumnElement[bool]:
    """The rows whose kind this worker knows: for the same kinds the same object, so that statements are composed once.

    During an upgrade older workers run beside newer ones. A worker neither claims nor counts jobs of a kind that it
    does not know.
    """
    return rows if kinds is None else _known(rows, frozenset(kinds))


@cache
def _known(rows: ColumnElement[bool], kinds: frozenset[str]) -> ColumnElement[bool]:
    return and_(rows, Job.kind.in_(sorted(kinds)))


_LIMIT: BindParameter[int] = bindparam("at_most", type_=Integer)
_LEASE: BindParameter[timedelta] = bindparam("leased_for", type_=Interval)
_AFTER: BindParameter[str] = bindparam("after_tenant", type_=Text)


def _due_to_send(kinds: Collection[str] | None) -> CTE:
    """The jobs to be sent now, locked; of those that need an approval, with it and the approver's membership.

    Two lists in one: the approvals are looked at for the few that need one, through an index of those alone. They come
    first, among the jobs of their own tenant.
    """
    approved: ColumnElement[bool] = and_(_SENDABLE, Job.approval_id.is_not(None), approval_validity.HOLDS)
    ordinary = known(QUEUED_ROWS, kinds)
    return in_rounds(
        [known(APPROVED_ROWS, kinds), ordinary],
        [(known(approved, kinds), (Approval, Member)), (ordinary, ())],
        after=_AFTER,
        limit=_LIMIT,
    )


async def claim_queued(
    session: AsyncSession, *, limit: int, lease: timedelta, kinds: Collection[str] | None = None, after: str = ""
) -> list[tuple[Ticket, UUID]]:
    """Claim due queued jobs and put one attempt each on record, in one statement: (ticket, attempt id).

    Tenants take turns (rounds.py), beginning behind the tenant `after`: that of the last ticket of the claim before.
    An approval that a job needs is used in it, too: no attempt of such a job is on record without one that held then.
    """
    statement = _claiming(None if kinds is None else frozenset(kinds))
    rows = await session.execute(statement, {_LIMIT.key: limit, _LEASE.key: lease, _AFTER.key: after})
    return [(ticket(row), row.attempt_id) for row in rows]


@cache
def _claiming(kinds: frozenset[str] | None) -> Select[Any]:
    """Composed once for each set of kinds: that costs more than running it."""
    due = _due_to_send(kinds)
    claimed = (
        lease_of(
            Job,
            Job.id,
            due,
            lease=_LEASE,
            values={
                **transitions.moved(State.QUEUED, Observation.CLAIMED),
                "started_at": func.coalesce(Job.started_at, NOW),
                "sent_at": func.coalesce(Job.sent_at, Job.started_at, NOW),
                "waiting_reason": func.nullif(Job.waiting_reason, Waiting.BLOCKED),
                "waiting_job_id": None,
            },
        )
        .returning(*TICKET_COLUMNS, Job.caller, Job.requested_by, Job.resource, Job.approval_id)
        .cte("claimed")
    )
    attempt = (
        insert(Attempt)
        .from_select(
            ["id", "job_id", "tenant"],
            select(func.gen_random_uuid(), claimed.c.id, claimed.c.tenant),
            include_defaults=False,
        )
        .returning(Attempt.id, Attempt.job_id)
        .cte("attempt")
    )
    return (
        select(claimed, attempt.c.id.label("attempt_id"))
        .join(attempt, attempt.c.job_id == claimed.c.id)
        .join(due, due.c.id == claimed.c.id)
        .order_by(due.c.round, *in_turn(claimed.c.tenant, _AFTER))
        .add_cte(
            _event_of(claimed, attempt), approval_validity.used_for(attempt).cte("used"), _entry_of(claimed, attempt)
        )
    )


def _event_of(claimed: CTE, attempt: CTE) -> CTE:
    event = insert(JobEvent).from_select(
        ["job_id", "tenant", "observation", "state", "attempt_id"],
        select(
            claimed.c.id,
            claimed.c.tenant,
            literal(Observation.CLAIMED.value),
            claimed.c.state,
            attempt.c.id,
        ).join(attempt, attempt.c.job_id == claimed.c.id),
    )
    return event.cte("event")


def _entry_of(claimed: CTE, attempt: CTE) -> CTE:
    """Every sending is on the audit trail, under the name of the requester."""
    return trail.entries_from(
        claimed.join(attempt, attempt.c.job_id == claimed.c.id),
        **trail.actor_of(claimed.c.caller, claimed.c.requested_by),
        tenant=claimed.c.tenant,
        action=literal("attempt"),
        target=func.coalesce(claimed.c.resource, ""),
        outcome=trail.outcome("done"),
        job_id=claimed.c.id,
        approval_id=claimed.c.approval_id,
        attempt_id=attempt.c.id,
        details=trail.details(kind=claimed.c.kind),
    )


async def claim_rows(
    session: AsyncSession, where: ColumnElement[bool], *, limit: int, lease: timedelta
) -> list[Ticket]:
    """Claim due jobs without changing their state: for the loops that only read Azure."""
    rows = await session.execute(_claiming_rows(where, limit, lease))
    return [ticket(row) for row in rows]


@lru_cache(maxsize=256)
def _claiming_rows(where: ColumnElement[bool], limit: int, lease: timedelta) -> Any:
    return claim(Job, Job.id, where=where, limit=limit, lease=lease).returning(*TICKET_COLUMNS)


async def queued_due_in(session: AsyncSession, kinds: Collection[str] | None = None) -> float | None:
    """Seconds until the next job can be sent."""
    found = [await due_in(session, known(rows, kinds)) for rows in (QUEUED_ROWS, APPROVED_ROWS)]
    return min((seconds for seconds in found if seconds is not None), default=None)


async def due_in(session: AsyncSession, where: ColumnElement[bool]) -> float | None:
    """Seconds until the next of these jobs is due."""
    return await seconds_until_due(session, Job, where)


async def attempts_of(session: AsyncSession, job_ids: list[UUID]) -> dict[UUID, list[AttemptOnRecord]]:
    """The attempts that may have reached Azure, oldest first, with their age by the database's clock.

    Those that certainly did not (`not_acted`, `refused`) are left out, and so are orphans: what they started is being
    cancelled. Retired ones stay, because Azure may still show a job of theirs.
    """
    rows = await session.execute(
        select(
            Attempt.job_id, Attempt.id, Attempt.opened_at, func.extract("epoch", NOW - Attempt.opened_at).label("age")
        )
        .where(Attempt.job_id.in_(job_ids), Attempt.state.not_in([*sorted(NEVER_REACHED_AZURE), AttemptState.ORPHANED]))
        .order_by(Attempt.opened_at)
    )
    found: dict[UUID, list[AttemptOnRecord]] = {job_id: [] for job_id in job_ids}
    for row in rows:
        found[row.job_id].append(AttemptOnRecord(row.id, row.opened_at, float(row.age)))
    return found
