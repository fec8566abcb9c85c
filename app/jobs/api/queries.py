"""Queries of jobs for callers: lists, one job, history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, text, union_all, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.azure.names import vm_key
from app.azure.values import VmRef
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, first_id_of, last_id_of, number_key, uuid_key
from app.core.letter_case import fold_case
from app.jobs import watches
from app.jobs.errors import JobNotFound
from app.jobs.lifecycle import FOLLOWED, State, Waiting
from app.jobs.models import EARLY, LATE, MOVED_LATE, RAN_APART, Job, JobEvent, JobLabel
from app.jobs.work import Result

WATCH = timedelta(minutes=2)
"""For how long after a read of a job the sweep fetches its percentage and tasks too."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs to list; None = any."""

    kind: Sequence[str] | None = None
    """One of these."""
    state: Sequence[str] | None = None
    vault_id: UUID | None = None
    protected_item_id: UUID | None = None
    parent_id: UUID | None = None
    """The job that they are parts of."""
    origin_rule: UUID | None = None
    vm: VmRef | None = None
    name: str | None = None
    """The VM's name, in any letter case."""
    origin: str | None = None
    reference: str | None = None
    label: tuple[str, str] | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None
    updated_since: datetime | None = None
    started_since: datetime | None = None
    started_until: datetime | None = None
    finished_since: datetime | None = None
    finished_until: datetime | None = None

    @property
    def ran_since(self) -> datetime | None:
        """Nothing that is wanted ended before."""
        return max((at for at in (self.started_since, self.finished_since) if at is not None), default=None)

    @property
    def ran_until(self) -> datetime | None:
        """Nothing that is wanted began after."""
        return min((at for at in (self.started_until, self.finished_until) if at is not None), default=None)


async def get_job(session: AsyncSession, tenant: str, job_id: UUID) -> Job:
    """Raises JobNotFound, also for another tenant's job."""
    job = await session.scalar(select(Job).where(Job.id == job_id, Job.tenant == tenant))
    if job is None:
        raise JobNotFound(f"There is no job {job_id}.", remedy="Take the id from a Location header or GET /v1/jobs.")
    return job


async def queue_position(session: AsyncSession, job: Job) -> int | None:
    """How many queued jobs of the same subscription were due before this one, at most 1,000; None where none counts.

    Over all tenants, because Azure counts them together. Tenants take turns, so this is not the order of sending. Reads
    the queue of work in flight only.
    """
    if job.state != State.QUEUED or job.waiting_reason != Waiting.THROTTLED:
        return None
    found: int | None = await session.scalar(select(func.holdfast_queue_before(job.id)))
    return found


async def add_to_result(session: AsyncSession, job_id: UUID, found: Result) -> None:
    """What only the transaction that applies a job's consequences can know belongs into its result too."""
    await session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(result=func.coalesce(Job.result, literal({}, JSONB)).op("||")(literal(found, JSONB)))
    )


async def watch_job(session: AsyncSession, job: Job, *, poll_seconds: float) -> None:
    """A caller reads the job: have its details fetched for a while. At most one write in half that time."""
    if job.state not in FOLLOWED:
        return
    watched = await session.execute(
        update(Job)
        .where(
            Job.id == job.id,
            Job.state.in_(FOLLOWED),
            or_(Job.watched_until.is_(None), Job.watched_until < NOW + WATCH / 2),
        )
        .values(watched_until=NOW + WATCH)
        .returning(Job.vault_id)
    )
    if watched.first() is not None:
        await watches.look_at_vault(session, job.vault_id, within=min(1.0, poll_seconds))


async def list_jobs(
    session: AsyncSession,
    tenant: str,
    wanted: JobFilter,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
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
    keys = decode_cursor(cursor, "jobs", 1)
    before = uuid_key(keys[0]) if keys is not None else None
    jobs: list[Job] = []
    rows = query.where(*_conditions(wanted, key))
    for part in _parts(rows, wanted, key, None):
        await counter.count(session, part.rows)
    for part in _parts(rows, wanted, key, before):
        if len(jobs) <= limit:
            jobs += await session.scalars(_of_each(part, wanted, limit + 1 - len(jobs)))
    page, last = cut(jobs, limit)
    return page, encode_cursor("jobs", str(last.id)) if last else None


@dataclass(frozen=True, slots=True)
class Part:
    """A range of the list: its rows, and the id they are ordered by, newest first."""

    rows: Select[Job]
    of: type[Job]
    key: InstrumentedAttribute[UUID]


def _of_each(part: Part, wanted: JobFilter, limit: int) -> Select[Job]:
    """The first entries of a part.

    Of several states or kinds each is read through its own index to the end of the page, and what they give is merged:
    with "one of these" an index keeps no order, and a page would read every job that ever failed.
    """
    columns = ((part.of.state, wanted.state), (part.of.kind, wanted.kind))
    several = next(((column, values) for column, values in columns if values is not None and len(values) > 1), None)
    ordered = part.rows.order_by(part.key.desc()).limit(limit)
    if several is None:
        return ordered
    column, values = several
    each = union_all(*(select(ordered.where(column == one).subquery()) for one in dict.fromkeys(values)))
    merged = aliased(Job, each.subquery())
    return select(merged).order_by(merged.id.desc()).limit(limit)


def _parts(
    query: Select[Job], wanted: JobFilter, key: InstrumentedAttribute[UUID], before: UUID | None
) -> Iterator[Part]:
    """The ranges of rows that together are the list below the id `before`, one after the other.

    A job that changed, began or ended within some time was usually created then or shortly before: that is a range of
    ids. The few others have their own indexes. With one query for both, the last page would read every older job (0.2 s
    of a million); so would a plan that reads the few others by id, so their query must not let the planner use ids.
    """
    since, until, few = _ids_of(wanted)
    below = query if before is None else query.where(key < before)
    if few is None:
        yield Part(below, Job, key)
        return
    others = aliased(Job, query.where(text(few)).cte("others").prefix_with("MATERIALIZED", dialect="postgresql"))
    outside = select(others) if before is None else select(others).where(others.id < before)
    if until is not None:
        yield Part(outside.where(others.id > until), others, others.id)
        below = below.where(key <= until)
    if since is not None:
        below = below.where(key >= since)
    yield Part(below, Job, key)
    if since is not None:
        yield Part(outside.where(others.id < since), others, others.id)


def _ids_of(wanted: JobFilter) -> tuple[UUID | None, UUID | None, str | None]:
    """The range of ids for filters by time, and the condition for the few jobs outside this range."""
    since, until = wanted.ran_since, wanted.ran_until
    if since is not None or until is not None:
        first = first_id_of(since, earlier=LATE) if since is not None else None
        return first, last_id_of(until, later=EARLY) if until is not None else None, RAN_APART
    if wanted.updated_since is not None:
        return first_id_of(wanted.updated_since, earlier=LATE), None, MOVED_LATE
    return None, None, None


def _conditions(wanted: JobFilter, key: InstrumentedAttribute[UUID]) -> Iterator[ColumnElement[bool]]:
    among: tuple[tuple[InstrumentedAttribute[str], Sequence[str] | None], ...]
    among = ((Job.kind, wanted.kind), (Job.state, wanted.state))
    yield from (one.in_(values) if len(values) > 1 else one == values[0] for one, values in among if values)
    for column, value in (
        (Job.vault_id, wanted.vault_id),
        (Job.protected_item_id, wanted.protected_item_id),
        (Job.parent_id, wanted.parent_id),
        (Job.origin_rule, wanted.origin_rule),
        (Job.vm_key, vm_key(wanted.vm) if wanted.vm is not None else None),
        (Job.vm_name_key, fold_case(wanted.name) if wanted.name is not None else None),
        (Job.origin, wanted.origin),
        (Job.reference, wanted.reference),
    ):
        if value is not None:
            yield column == value
    for since in (
        (Job.started_at, wanted.started_since),
        (Job.finished_at, wanted.finished_since),
        (Job.updated_at, wanted.updated_since),
    ):
        if since[1] is not None:
            yield since[0] >= since[1]
    for until in ((Job.started_at, wanted.started_until), (Job.finished_at, wanted.finished_until)):
        if until[1] is not None:
            yield until[0] <= until[1]
    # A time of creation is a range of ids, too: that is what makes it cheap. The exact condition stays.
    if wanted.created_since is not None:
        yield and_(Job.created_at >= wanted.created_since, key >= first_id_of(wanted.created_since))
    if wanted.created_until is not None:
        yield and_(Job.created_at <= wanted.created_until, key <= last_id_of(wanted.created_until))


async def list_events(
    session: AsyncSession, tenant: str, job_id: UUID, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[JobEvent], str | None]:
    """Oldest first. Raises JobNotFound."""
    await get_job(session, tenant, job_id)
    query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "events", 1)
    if keys is not None:
        query = query.where(JobEvent.id > number_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("events", last.id) if last else None
