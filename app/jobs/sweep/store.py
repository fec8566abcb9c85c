"""The claim of a vault, from its begin to its end, and the jobs that are followed there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, case, cast, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.azure.gate import RequestClass
from app.azure.values import VaultRef
from app.budgets.models import AzureBudget
from app.core.db.database import NOW
from app.core.db.leases import claim, hold, left_of, renew, seconds_until_due
from app.jobs.kinds import BEGINS_SEVERAL
from app.jobs.lifecycle import FOLLOWED, NEVER_REACHED_AZURE, Waiting
from app.jobs.models import Attempt, Job, JobHint, Origin, VaultWatch
from app.jobs.queue import claims
from app.jobs.sweep.matching import Tracked
from app.jobs.sweep.next_sweep import NextSweep
from app.jobs.sweep.watch import HINT_FRESH, HINT_PROVEN_FOR, VaultLoad, Watch

LEASE = timedelta(seconds=120)
UNTOUCHED = LEASE + timedelta(seconds=1)
"""A claim sets the due time behind the lease's end. If it is earlier at the end of the sweep, a caller moved it
meanwhile."""


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
        AzureBudget.request_class == RequestClass.JOB_READS.value,
    )
    .order_by(AzureBudget.filled_at.desc())  # of the principal that asks now, should there have been another one
    .limit(1)
    .correlate(VaultWatch)
    .scalar_subquery()
)


_TRUSTS_HINT = (
    select(JobHint.subscription_id)
    .where(
        JobHint.subscription_id == func.lower(VaultWatch.subscription_id),
        JobHint.proven_at > NOW - HINT_PROVEN_FOR,
        JobHint.asked_at > NOW - HINT_FRESH,
        not_(JobHint.blind.has_key(cast(VaultWatch.vault_id, Text))),
    )
    .correlate(VaultWatch)
    .exists()
)
_IS_NAMED = func.coalesce(or_(VaultWatch.swept_at.is_(None), VaultWatch.named_at > VaultWatch.swept_at), False)


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
            VaultWatch.vault_read_at,
            VaultWatch.items_owed_at,
            left_of(VaultWatch).label("leased_for"),
            _BUSY.label("busy"),
            _VAULTS.label("vaults"),
            _LISTS_A_SECOND.label("lists_a_second"),
            _TRUSTS_HINT.label("trusts_hint"),
            and_(VaultWatch.named_at.is_not(None), _IS_NAMED).label("is_named"),
        )
    )
    return [_watch_of(row) for row in rows]


def _watch_of(row: Any) -> Watch:
    return Watch(
        row.vault_id,
        VaultRef(row.subscription_id, row.resource_group, row.name),
        row.fence,
        row.tries,
        row.now,
        tenant=row.tenant,
        leased_for=row.leased_for,
        seen_until=row.seen_until,
        seconds_since_taken_in=(row.now - row.taken_in_at).total_seconds() if row.taken_in_at else None,
        seconds_since_vault_read=(row.now - row.vault_read_at).total_seconds() if row.vault_read_at else None,
        seconds_since_swept=(row.now - row.swept_at).total_seconds() if row.swept_at else 0.0,
        ending=row.ending,
        window_pages=row.window_pages,
        spare=row.spare,
        shortest=row.shortest,
        items_owed_for=(row.now - row.items_owed_at).total_seconds() if row.items_owed_at else None,
        crowd=VaultLoad(max(1, row.busy), row.vaults - row.busy, row.lists_a_second),
        trusts_hint=row.trusts_hint,
        is_named=row.is_named,
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
        is_ours=row.origin != Origin.AZURE,
    )


async def go_on(session: AsyncSession, watch: Watch) -> float | None:
    """Renew the lease of the vault during its sweep. Returns its seconds; None = another worker has taken it over.

    As after the claim: if a notification has moved the due time forward meanwhile, it stays.
    """
    asked = VaultWatch.due_at < VaultWatch.lease_until
    due_at = case((asked, VaultWatch.due_at), else_=NOW + UNTOUCHED)
    ours = VaultWatch.vault_id == watch.vault_id
    return await renew(session, VaultWatch, ours, watch.fence, lease=LEASE, due_at=due_at)


async def give_back(session: AsyncSession, watch: Watch, following: NextSweep, *, spare: float) -> None:
    """End the sweep. The next one is due when that says, or sooner if a caller asked for it meanwhile."""
    again = NOW + timedelta(seconds=following.seconds)
    asked = VaultWatch.due_at < VaultWatch.lease_until
    due_at = case((asked, func.least(VaultWatch.due_at, again)), else_=again)
    usual_at = again if following.usual is None else NOW + timedelta(seconds=following.usual)
    unhinted = None if following.unhinted is None else NOW + timedelta(seconds=following.unhinted)
    learnt = dict(following.learnt) | {"spare": spare, "swept_at": NOW, "due_at": due_at, "usual_at": usual_at}
    learnt["unhinted_due_at"] = unhinted
    ours, tries = VaultWatch.vault_id == watch.vault_id, following.tries
    await hold(session, VaultWatch, ours, watch.fence, lease_until=None, tries=tries, **learnt)
