"""The rows that a sweep reads and writes.

Vaults that are due, the jobs followed there, and a page settled at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, case, func, or_, select, text, true, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.azure.gate import RequestClass
from app.azure.values import VaultRef
from app.budgets.models import AzureBudget
from app.core.clock import monotonic_boottime
from app.core.db.database import NOW
from app.core.db.leases import claim, hold, left_of, renew, seconds_until_due
from app.core.db.notify import ENDED_CHANNEL, WORK_CHANNEL
from app.jobs import store, transitions
from app.jobs.lifecycle import FOLLOWED, NEVER_REACHED_AZURE, TERMINAL, Observation, State, Waiting, after
from app.jobs.models import Attempt, Job, VaultWatch
from app.jobs.queue import claims
from app.jobs.scheduling import VaultLoad
from app.jobs.sweep.matching import Tracked
from app.jobs.work import BEGINS_SEVERAL, LoopName, shown

LEASE = timedelta(seconds=120)
UNTOUCHED = LEASE + timedelta(seconds=1)
"""Where a claim puts the due time: behind the lease's end. If it is earlier at the end, a caller asked meanwhile."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A claimed vault."""

    vault_id: UUID
    vault: VaultRef
    fence: int
    tries: int
    tenant: str = ""
    leased_for: float = LEASE.total_seconds()
    """From the claim on."""
    now: datetime | None = None
    """The database's clock at the claim."""
    seen_until: datetime | None = None
    seconds_since_taken_in: float | None = None
    seconds_since_swept: float = 0.0
    ending: float = 0.0
    window_pages: int = 1
    spare: float = 0.0
    shortest: Mapping[str, float] = field(default_factory=dict)
    crowd: VaultLoad = field(default_factory=VaultLoad)
    """It and the other vaults of its subscription: they share what Azure allows."""
    items_owed_for: float | None = None
    """Seconds since an earlier sweep saw what may have changed items, if no list of them was applied since."""
    claimed: float = field(default_factory=monotonic_boottime)

    def moment(self) -> datetime:
        """The present moment by the database's clock, never later than it is: the claim's, and what has passed since.

        Within a sweep these moments are in order, so they tell what was read before what.
        """
        assert self.now is not None  # noqa: S101 - every claimed watch carries the time of its claim
        return self.now + timedelta(seconds=monotonic_boottime() - self.claimed)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one look says of one job: the row as it shall be."""

    job_id: UUID
    from_state: State
    observation: Observation
    azure_job_id: str | None
    """None = several Azure jobs stand for it, and what is known of them stays as it is."""
    azure_status: str
    changed: bool
    """Whether a caller would see a difference: only then `updated_at` moves."""
    noteworthy: bool
    """Whether it belongs into the history: another status or another task, not another percent."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    """Azure's times; None = it does not tell."""
    progress_percent: float | None = None
    remaining_seconds: float | None = None
    transferred_bytes: int | None = None
    total_bytes: int | None = None
    tasks: Sequence[dict[str, str]] | None = None
    """None = not looked at."""
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    warnings: Sequence[Mapping[str, str | None]] | None = None
    """None = not known (yet)."""
    details_wanted: bool = False
    state: State = field(init=False)
    """What it is from now on, by the table."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", after(self.from_state, self.observation))

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "job_id": str(self.job_id),
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "result": shown(self.result) if self.result is not None else None,
        }


_OTHER = aliased(VaultWatch, name="other")
_VAULTS = (
    select(func.count())
    .where(_OTHER.subscription_id == VaultWatch.subscription_id)
    .correlate(VaultWatch)
    .scalar_subquery()
)
_BUSY = (
    select(func.count())
    .where(_OTHER.subscription_id == VaultWatch.subscription_id, _OTHER.is_busy)
    .correlate(VaultWatch)
    .scalar_subquery()
)
_LISTS_A_SECOND = (
    select(AzureBudget.rate)
    .where(
        AzureBudget.subscription_id == func.lower(VaultWatch.subscription_id),
        AzureBudget.request_class == RequestClass.LIST_JOBS.value,
    )
    .order_by(AzureBudget.filled_at.desc())  # of the principal that asks now, should there have been another one
    .limit(1)
    .correlate(VaultWatch)
    .scalar_subquery()
)


async def claim_vaults(session: AsyncSession, *, limit: int) -> list[Watch]:
    """Lease the vaults that have been due longest.

    Their due time moves to the lease's end in the same statement, so that a wake which arrives during the sweep is the
    sooner of the two and survives `give_back`.
    """
    now = func.clock_timestamp().label("now")
    rows = await session.execute(
        claim(
            VaultWatch, VaultWatch.vault_id, where=true(), limit=limit, lease=LEASE, values={"due_at": NOW + UNTOUCHED}
        ).returning(
            VaultWatch.vault_id,
            VaultWatch.subscription_id,
            VaultWatch.resource_group,
            VaultWatch.name,
            VaultWatch.fence,
            VaultWatch.tries,
            VaultWatch.tenant,
            VaultWatch.seen_until,
            VaultWatch.ending,
            VaultWatch.window_pages,
            VaultWatch.spare,
            VaultWatch.shortest,
            now,
            VaultWatch.taken_in_at,
            VaultWatch.swept_at,
            VaultWatch.items_owed_at,
            left_of(VaultWatch).label("leased_for"),
            _BUSY.label("busy"),
            _VAULTS.label("vaults"),
            _LISTS_A_SECOND.label("lists_a_second"),
        )
    )
    return [_watch_of(row) for row in rows]


def _watch_of(row: Any) -> Watch:
    return Watch(
        row.vault_id,
        VaultRef(row.subscription_id, row.resource_group, row.name),
        row.fence,
        row.tries,
        tenant=row.tenant,
        leased_for=row.leased_for,
        now=row.now,
        seen_until=row.seen_until,
        seconds_since_taken_in=(row.now - row.taken_in_at).total_seconds() if row.taken_in_at else None,
        seconds_since_swept=(row.now - row.swept_at).total_seconds() if row.swept_at else 0.0,
        ending=row.ending,
        window_pages=row.window_pages,
        spare=row.spare,
        shortest=row.shortest,
        items_owed_for=(row.now - row.items_owed_at).total_seconds() if row.items_owed_at else None,
        crowd=VaultLoad(max(1, row.busy), row.vaults - row.busy, row.lists_a_second),
    )


async def due_in(session: AsyncSession) -> float | None:
    return await seconds_until_due(session, VaultWatch, true())


_ARE_NAMED = (
    Job.kind.not_in(BEGINS_SEVERAL),
    Job.azure_job_id.is_not(None),
    Job.azure_job_ids.is_not(None),
    Job.waiting_reason == Waiting.AZURE_UNREACHABLE,
)


async def followed_in(session: AsyncSession, vault_id: UUID) -> list[Tracked]:
    """The jobs of this vault that Azure is working on, with every attempt id that one of its jobs may carry.

    Once an attempt was accepted or found it is the only one: an older one that was given up is an orphan, not this job.
    What may begin several Azure jobs is followed once its operation has named them all, or cannot be read: as long as
    they begin, those that were seen to have ended need not be all.
    """
    attempts = (
        select(func.array_agg(Attempt.id))
        .where(
            Attempt.job_id == Job.id,
            Attempt.state.not_in(sorted(NEVER_REACHED_AZURE)),
            or_(Job.activity_id.is_(None), Attempt.id == Job.activity_id),
        )
        .scalar_subquery()
    )
    since = func.coalesce(Job.sent_at, Job.started_at, Job.created_at).label("since")
    watched = func.coalesce(Job.watched_until > NOW, False).label("watched")
    rows = await session.execute(
        select(
            *claims.TICKET_COLUMNS,
            Job.azure_status,
            Job.progress_percent,
            Job.tasks,
            since,
            func.extract("epoch", NOW - since).label("age"),
            watched,
            attempts.label("attempts"),
            func.extract("epoch", NOW - func.coalesce(Job.as_of, since)).label("unseen"),
            Job.origin,
        )
        .where(Job.vault_id == vault_id, Job.state.in_(FOLLOWED), or_(*_ARE_NAMED))
        .order_by(Job.id)
    )
    return [_tracked(row) for row in rows]


def _tracked(row: Any) -> Tracked:
    return Tracked(
        ticket=claims.ticket(row),
        attempt_ids=frozenset(row.attempts or ()),
        since=row.since,
        age_seconds=float(row.age),
        watched=row.watched,
        azure_status=row.azure_status,
        progress_percent=row.progress_percent,
        tasks=row.tasks,
        unseen_seconds=float(row.unseen),
        is_ours=row.origin != "azure",
    )


_SETTLE = text(f"""
WITH {transitions.FOLLOWING}, seen AS (
    SELECT told.*, following.state FROM jsonb_to_recordset(:settlements) AS told(
        job_id uuid, from_state text, azure_job_id text, azure_status text,
        started_at timestamptz, ended_at timestamptz,
        changed boolean, noteworthy boolean, observation text,
        progress_percent double precision, remaining_seconds double precision,
        transferred_bytes bigint, total_bytes bigint, tasks jsonb, result jsonb, error jsonb,
        warnings jsonb, details_wanted boolean)
    JOIN following ON following.from_state = told.from_state AND following.observation = told.observation
), settled AS (
    UPDATE jobs SET
        {transitions.set_state("seen")},
        azure_job_id = coalesce(seen.azure_job_id, jobs.azure_job_id),
        azure_status = seen.azure_status,
        operation_url = CASE WHEN seen.azure_job_id IS NULL THEN jobs.operation_url END,
        progress_percent = CASE WHEN seen.tasks IS NULL THEN jobs.progress_percent ELSE seen.progress_percent END,
        remaining_seconds = CASE WHEN seen.state = ANY(:terminal) THEN NULL
                                 WHEN seen.tasks IS NULL THEN jobs.remaining_seconds
                                 ELSE seen.remaining_seconds END,
        transferred_bytes = coalesce(seen.transferred_bytes, jobs.transferred_bytes),
        total_bytes = coalesce(seen.total_bytes, jobs.total_bytes),
        tasks = coalesce(seen.tasks, jobs.tasks),
        result = coalesce(seen.result, jobs.result),
        error = coalesce(seen.error, jobs.error),
        warnings = coalesce(seen.warnings, jobs.warnings),
        details_wanted = seen.details_wanted,
        as_of = clock_timestamp(),
        updated_at = CASE WHEN seen.changed OR coalesce(seen.started_at <> jobs.started_at, false)
                          THEN clock_timestamp() ELSE jobs.updated_at END,
        -- By our database's clock: what others started was not sent by us, and its beginning is Azure's.
        sent_at = coalesce(jobs.sent_at, CASE WHEN jobs.origin <> 'azure' THEN jobs.started_at END),
        -- Azure's own times: one clock for both where it tells both, and in no case an end before its beginning.
        started_at = coalesce(seen.started_at, least(jobs.started_at, seen.ended_at)),
        finished_at = CASE WHEN seen.state = ANY(:terminal) THEN
            CASE WHEN seen.started_at IS NULL THEN coalesce(seen.ended_at, greatest(clock_timestamp(), jobs.started_at))
                 ELSE greatest(coalesce(seen.ended_at, clock_timestamp()), seen.started_at) END END,
        waiting_reason = NULL, waiting_since = NULL, waiting_until = NULL, tries = 0,
        cancel = CASE WHEN seen.state = ANY(:terminal)
            THEN jobs.cancel || CASE seen.state WHEN 'cancelled' THEN jsonb_build_object('state', 'done')
                                                ELSE jsonb_build_object('state', 'too_late') END
            ELSE jobs.cancel END
    FROM seen
    WHERE jobs.id = seen.job_id AND jobs.state = seen.from_state
      AND EXISTS (SELECT FROM vault_watches WHERE vault_id = :vault_id AND fence = :fence)
    RETURNING jobs.id, jobs.tenant, jobs.state, jobs.series, seen.azure_status, seen.noteworthy, seen.observation
), event AS (
    INSERT INTO job_events (job_id, tenant, observation, state, detail)
    SELECT id, tenant, observation, state, azure_status FROM settled WHERE noteworthy
)
SELECT id,
    CASE WHEN state = ANY(:terminal) THEN pg_notify(:ended, id::text) END,
    CASE WHEN state = ANY(:terminal) AND series IS NOT NULL THEN pg_notify(:work, :next_loop) END
FROM settled
""").bindparams(bindparam("settlements", type_=JSONB), bindparam("terminal", type_=ARRAY(Text)))  # noqa: S608 - the table


async def settle(session: AsyncSession, watch: Watch, settlements: Sequence[Settlement]) -> set[UUID]:
    """Write a whole page of looks in one statement: the ids that were written.

    A job that has meanwhile reached its end, or a watch that was taken over, leaves its row as it is.
    """
    if not settlements:
        return set()
    rows = await session.execute(
        _SETTLE,
        {
            "settlements": [settlement.as_json() for settlement in settlements],
            "terminal": [state.value for state in TERMINAL],
            "vault_id": watch.vault_id,
            "fence": watch.fence,
            "ended": ENDED_CHANNEL,
            "work": WORK_CHANNEL,
            "next_loop": LoopName.SUBMITTING.value,
        },
    )
    return {row.id for row in rows}


async def say_waiting(session: AsyncSession, job_ids: Sequence[UUID], reason: Waiting, seconds: float) -> None:
    """These jobs are followed, but Azure could not be asked: they wait, and say why.

    A caller sees the difference, so the version moves too: an ETag from before must not answer 304.
    """
    await session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.state.in_(FOLLOWED))
        .values(
            {k: v for k, v in store.waiting(reason, seconds).items() if k not in {"due_at", "tries"}}
            | {"updated_at": NOW}
        )
    )


async def go_on(session: AsyncSession, watch: Watch) -> float | None:
    """Renew the lease of the vault during its sweep. Returns its seconds; None = another worker has taken it over.

    As after the claim: a wake that has come meanwhile stays the sooner one.
    """
    asked = VaultWatch.due_at < VaultWatch.lease_until
    due_at = case((asked, VaultWatch.due_at), else_=NOW + UNTOUCHED)
    ours = VaultWatch.vault_id == watch.vault_id
    return await renew(session, VaultWatch, ours, watch.fence, lease=LEASE, due_at=due_at)


async def give_back(
    session: AsyncSession, watch: Watch, *, seconds: float, tries: int, usual: float | None = None, **learnt: Any
) -> None:
    """End the sweep. The next one is due after this many seconds, or sooner if a caller asked for it meanwhile.

    `usual`: in how many it would be if something could end here by then. `learnt`: other columns of the watch that the
    sweep brought up to date.
    """
    again = NOW + timedelta(seconds=seconds)
    asked = VaultWatch.due_at < VaultWatch.lease_until
    due_at = case((asked, func.least(VaultWatch.due_at, again)), else_=again)
    usual_at = again if usual is None else NOW + timedelta(seconds=usual)
    learnt |= {"swept_at": NOW, "due_at": due_at, "usual_at": usual_at, "tries": tries}
    await hold(session, VaultWatch, VaultWatch.vault_id == watch.vault_id, watch.fence, lease_until=None, **learnt)
