"""What callers read of jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.leases import NOW
from app.core.pages import cut, decode_cursor, encode_cursor, first_id_of, last_id_of, number_key, uuid_key
from app.jobs import watches
from app.jobs.errors import JobNotFound
from app.jobs.lifecycle import FOLLOWED, State
from app.jobs.models import LATE, MOVED_LATE, Job, JobEvent, JobLabel

WATCH = timedelta(minutes=2)
"""How long one look at a job has the observer fetch its percent and tasks too."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs to list; None = whatever."""

    kind: str | None = None
    state: str | None = None
    vault_id: UUID | None = None
    protected_item_id: UUID | None = None
    origin: str | None = None
    reference: str | None = None
    label: tuple[str, str] | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None
    updated_since: datetime | None = None


async def get_job(session: AsyncSession, tenant: str, job_id: UUID) -> Job:
    """Raises JobNotFound, also for another tenant's job."""
    job = await session.scalar(select(Job).where(Job.id == job_id, Job.tenant == tenant))
    if job is None:
        raise JobNotFound(f"There is no job {job_id}.", remedy="Take the id from a Location header or GET /v1/jobs.")
    return job


async def queue_position(session: AsyncSession, job: Job) -> int | None:
    """How many queued jobs of the same subscription are sent before this one, at most 1,000; None where none counts.

    Over all tenants, because Azure counts them together. Reads the queue of work in flight only.
    """
    if job.state != State.QUEUED or job.waiting_reason != "throttled":
        return None
    found: int | None = await session.scalar(select(func.holdfast_queue_before(job.id)))
    return found


async def add_to_result(session: AsyncSession, job_id: UUID, found: dict[str, Any]) -> None:
    """What only the transaction that applies a job's consequences can know belongs into its result too."""
    await session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(result=func.coalesce(Job.result, literal({}, JSONB)).op("||")(literal(found, JSONB)))
        .execution_options(synchronize_session=False)
    )


async def watch_job(session: AsyncSession, job: Job, *, poll_seconds: float) -> None:
    """Somebody is looking: have its details fetched for a while. At most one write in half that time."""
    if job.state not in FOLLOWED:
        return
    watched = await session.execute(
        update(Job)
        .where(
            Job.id == job.id, Job.state.in_(FOLLOWED),
            or_(Job.watched_until.is_(None), Job.watched_until < NOW + WATCH / 2),
        )
        .values(watched_until=NOW + WATCH)
        .returning(Job.vault_id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if watched.first() is not None:
        await watches.look_at_vault(session, job.vault_id, within=min(1.0, poll_seconds))


async def list_jobs(
    session: AsyncSession, tenant: str, wanted: JobFilter, *, limit: int, cursor: str | None
) -> tuple[list[Job], str | None]:
    """Newest first: the page, and the cursor of the next one.

    Each filter has an index with the sort key behind it, so that a page is one range, read backwards until it is full
    (tests/jobs/test_plans.py reads the plans).
    """
    key: InstrumentedAttribute[UUID] = Job.id
    query = select(Job).where(Job.tenant == tenant)
    if wanted.label is not None:
        name, value = wanted.label
        key = JobLabel.job_id
        query = query.join(JobLabel, JobLabel.job_id == Job.id).where(
            JobLabel.tenant == tenant, JobLabel.name == name, JobLabel.value == value
        )
    query = query.where(*_conditions(wanted, key))
    keys = decode_cursor(cursor, "jobs", 1)
    before = uuid_key(keys[0]) if keys is not None else None
    jobs: list[Job] = []
    for part in _parts(query, wanted.updated_since, key, before):
        if len(jobs) <= limit:
            jobs += await session.scalars(part.limit(limit + 1 - len(jobs)))
    page, last = cut(jobs, limit)
    return page, encode_cursor("jobs", str(last.id)) if last else None


def _parts(
    query: Select[Job], updated_since: datetime | None, key: InstrumentedAttribute[UUID], before: UUID | None
) -> Iterator[Select[Job]]:
    """The queries whose rows, one after the other, are the list below the id `before`.

    What changed since T was made after T or shortly before; that is a range of ids. The rest, made before and changed
    all the same, are few and have an index of their own. In one query the last page would read every older job in
    vain (0.2 s of a million), and so would the planner's idea of those few: it must not think of ids.
    """
    ordered = query.order_by(key.desc())
    if before is not None:
        ordered = ordered.where(key < before)
    if updated_since is None:
        yield ordered
        return
    shortly_before = first_id_of(updated_since, earlier=LATE)
    yield ordered.where(key >= shortly_before)
    few = query.where(text(MOVED_LATE)).cte("late").prefix_with("MATERIALIZED", dialect="postgresql")
    late = aliased(Job, few)
    yield select(late).where(late.id < min(shortly_before, before or shortly_before)).order_by(late.id.desc())


def _conditions(wanted: JobFilter, key: InstrumentedAttribute[UUID]) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Job.kind, wanted.kind), (Job.state, wanted.state), (Job.vault_id, wanted.vault_id),
        (Job.protected_item_id, wanted.protected_item_id), (Job.origin, wanted.origin),
        (Job.reference, wanted.reference),
    ):  # fmt: skip
        if value is not None:
            yield column == value
    # A time of creation is a range of ids, too: that is what makes it cheap. The exact condition stays.
    if wanted.created_since is not None:
        yield and_(Job.created_at >= wanted.created_since, key >= first_id_of(wanted.created_since))
    if wanted.created_until is not None:
        yield and_(Job.created_at <= wanted.created_until, key <= last_id_of(wanted.created_until))
    if wanted.updated_since is not None:
        yield Job.updated_at >= wanted.updated_since


async def list_events(
    session: AsyncSession, tenant: str, job_id: UUID, *, limit: int, cursor: str | None
) -> tuple[list[JobEvent], str | None]:
    """Oldest first. Raises JobNotFound."""
    await get_job(session, tenant, job_id)
    query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id).limit(limit + 1)
    keys = decode_cursor(cursor, "events", 1)
    if keys is not None:
        query = query.where(JobEvent.id > number_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("events", last.id) if last else None
