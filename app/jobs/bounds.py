"""Time limits of a job's states: when a job that does not progress is ended or put before a person.

The clocks put a job before a person (`needs_attention`); the call is `resolve`, which is open to a job that Azure
works on once one of these times is over. docs/reliability.md has them as a table (Every job has a way out). All of
them scale with POLL_SECONDS; the figures in words are those of the default of 30 s.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import FOLLOWED, Waiting
from app.jobs.models import Attempt, Job, Origin
from app.jobs.scheduling import longest_interval
from app.jobs.work import Ticket

NOT_VISIBLE_POLLS = 20
"""10 minutes: Azure reports that a write has ended well, but a GET shows something else than requested. Recorded writes
were visible with the answer or within seconds."""
NO_END_POLLS = 240
"""2 hours: an operation that comes to no end and names no job. The longest one recorded took four minutes."""
LONG_RUNNING_POLLS = 2880
"""24 hours: a backup or restore that Azure shows as running. Large ones do take hours."""
LONG_RUNNING = frozenset({JobKind.BACKUP, JobKind.RESTORE})
KNOWN_STATUSES = ("InProgress", "Cancelling")
"""Azure's statuses of a job that has not ended. An unknown status is treated as running, but it may be an end."""


def not_visible(poll_seconds: float) -> timedelta:
    return timedelta(seconds=NOT_VISIBLE_POLLS * poll_seconds)


def no_end(poll_seconds: float) -> timedelta:
    return timedelta(seconds=NO_END_POLLS * poll_seconds)


def unseen(poll_seconds: float) -> timedelta:
    """An hour: the longest polling interval, so a sweep that lists the job would have shown it."""
    return timedelta(seconds=longest_interval(poll_seconds))


_ACCEPTED_AT = func.coalesce(
    select(Attempt.closed_at).where(Attempt.id == Job.activity_id).correlate(Job).scalar_subquery(),
    select(func.max(Attempt.closed_at)).where(Attempt.job_id == Job.id).correlate(Job).scalar_subquery(),
    Job.sent_at,
    case((Job.origin != Origin.AZURE, Job.started_at)),
    Job.created_at,
)
"""When Azure accepted the job, or it was found there (for jobs that others started: when it was recorded); by our
database's clock.

A job that was adopted without an Azure job has no activity id: then it is when the newest attempt was closed. Not
`sent_at`, the time of the first claim: a throttled job may have waited for hours since.
"""


async def is_not_carried_out(session: AsyncSession, ticket: Ticket, poll_seconds: float) -> bool:
    """Whether the time limit has passed within which an accepted write must become visible.

    Counted since the write was first not visible; if reads failed in between, since Azure accepted the write.
    """
    waits = and_(Job.waiting_reason == Waiting.OUTCOME_UNKNOWN, Job.waiting_since < NOW - not_visible(poll_seconds))
    return await _holds(session, ticket.id, or_(waits, NOW - no_end(poll_seconds) > _ACCEPTED_AT))


async def is_long_broken(session: AsyncSession, ticket: Ticket, poll_seconds: float) -> bool:
    """Whether a bug of Holdfast has prevented sending for an hour."""
    return await _holds(
        session,
        ticket.id,
        and_(Job.waiting_reason == Waiting.INTERNAL_ERROR, Job.waiting_since < NOW - unseen(poll_seconds)),
    )


async def has_no_end(session: AsyncSession, ticket: Ticket, poll_seconds: float) -> bool:
    """Whether Azure has worked on it for long without an end or a job."""
    return await _holds(session, ticket.id, NOW - no_end(poll_seconds) > _ACCEPTED_AT)


async def _holds(session: AsyncSession, job_id: UUID, condition: ColumnElement[bool]) -> bool:
    return (await session.execute(select(Job.id).where(Job.id == job_id, condition))).first() is not None


def is_open_to_a_person(poll_seconds: float) -> ColumnElement[bool]:
    """Whether a person may resolve a job that Azure works on, because perhaps nothing else will end it.

    For an hour Azure has not shown the job, or has shown it with an unknown status, or has not carried out a cancel; or
    the job has run for longer than jobs of its kind do.
    """
    hour = unseen(poll_seconds)
    began = _ACCEPTED_AT
    longest = case(
        (Job.kind.in_(sorted(LONG_RUNNING)), timedelta(seconds=LONG_RUNNING_POLLS * poll_seconds)),
        else_=no_end(poll_seconds),
    )
    asked_at = cast(Job.cancel["requested_at"].astext, DateTime(timezone=True))
    return and_(
        Job.state.in_(FOLLOWED),
        or_(
            func.coalesce(Job.as_of, began) < NOW - hour,
            and_(Job.azure_status.not_in(KNOWN_STATUSES), began < NOW - hour),
            and_(Job.cancel.is_not(None), asked_at < NOW - hour),
            began < NOW - longest,
        ),
    )


def is_long_unknown(poll_seconds: float) -> ColumnElement[bool]:
    """Whether a job with an unknown outcome may be resolved: no request of it can still be on its way.

    A worker that has claimed it then only reads. A decision raises the fence, so that worker writes nothing.
    """
    newest = select(func.max(Attempt.opened_at)).where(Attempt.job_id == Job.id).correlate(Job).scalar_subquery()
    return func.coalesce(newest < NOW - unseen(poll_seconds), literal(value=False))
