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
from app.jobs.lifecycle import FOLLOWED, Waiting
from app.jobs.models import Attempt, Job
from app.jobs.scheduling import longest_interval
from app.jobs.work import JobKind, Ticket

NOT_VISIBLE_POLLS = 20
"""10 minutes: Azure says that a write has ended well, and what is there is not as asked. Recorded writes are visible
with the answer or within seconds."""
NO_END_POLLS = 240
"""2 hours: an operation that comes to no end and names no job. The longest one recorded took four minutes."""
LONG_RUNNING_POLLS = 2880
"""24 hours: a backup or restore that Azure shows as running. Large ones do take hours."""
LONG_RUNNING = frozenset({JobKind.BACKUP, JobKind.RESTORE})
KNOWN_STATUSES = ("InProgress", "Cancelling")
"""Azure's words for a job that goes on. One never seen is taken for running, and may be an end."""


def not_visible(poll_seconds: float) -> timedelta:
    return timedelta(seconds=NOT_VISIBLE_POLLS * poll_seconds)


def no_end(poll_seconds: float) -> timedelta:
    return timedelta(seconds=NO_END_POLLS * poll_seconds)


def unseen(poll_seconds: float) -> timedelta:
    """An hour: longer than two looks are ever apart."""
    return timedelta(seconds=longest_interval(poll_seconds))


_ACCEPTED_AT = func.coalesce(
    select(Attempt.closed_at).where(Attempt.id == Job.activity_id).correlate(Job).scalar_subquery(),
    select(func.max(Attempt.closed_at)).where(Attempt.job_id == Job.id).correlate(Job).scalar_subquery(),
    Job.sent_at,
    case((Job.origin != "azure", Job.started_at)),
    Job.created_at,
)
"""When Azure took it, or it was found there; by our database's clock (what others started: when it was taken in).

What is found without a name has no activity id: then it is when the newest attempt was decided on. `sent_at` is when it
was first claimed, and a job that was throttled may have waited for hours since.
"""


async def is_not_carried_out(session: AsyncSession, ticket: Ticket, poll_seconds: float) -> bool:
    """Whether Azure's yes has been believed for long enough.

    Since it was first not visible; where looks failed in between, since Azure took the write.
    """
    waits = and_(Job.waiting_reason == Waiting.OUTCOME_UNKNOWN, Job.waiting_since < NOW - not_visible(poll_seconds))
    return await _holds(session, ticket.id, or_(waits, NOW - no_end(poll_seconds) > _ACCEPTED_AT))


async def is_long_broken(session: AsyncSession, ticket: Ticket, poll_seconds: float) -> bool:
    """Whether a bug of ours has kept it from being sent for an hour."""
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
    """Of a job that Azure works on: whether a person may decide about it, for nothing else may ever end it.

    Azure was not seen to say anything of it for an hour; or it says so in a word never seen; or a cancel has been on
    its way for that long; or it has gone on for longer than anything of its kind does.
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
    """Of a job whose outcome is looked for: whether nothing of it can still be on its way.

    A worker that holds it only looks then. The fence goes up with a decision: what it writes does not count.
    """
    newest = select(func.max(Attempt.opened_at)).where(Attempt.job_id == Job.id).correlate(Job).scalar_subquery()
    return func.coalesce(newest < NOW - unseen(poll_seconds), literal(value=False))
