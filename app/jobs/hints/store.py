"""Claims the subscriptions, reads what is compared with the hint, writes what follows. All times are the database's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.gate import RequestClass
from app.budgets.models import AzureBudget
from app.core.db.database import NOW
from app.core.db.leases import claim, hold, is_free, seconds_until_due
from app.core.db.notify import wake
from app.core.metrics import HintFigures
from app.jobs.hints.news import Followed, vault_key
from app.jobs.hints.pacing import Allowance
from app.jobs.hints.trust import Ended, Trust
from app.jobs.lifecycle import TERMINAL
from app.jobs.models import Job, JobHint, Origin, VaultWatch
from app.jobs.sweep.watch import HINT_FRESH, HINT_PROVEN_FOR
from app.jobs.work import LoopName

LEASE = timedelta(seconds=90)
AT_ONCE = 1000
"""Subscriptions: as many as one query takes."""
_TERMINAL = [state.value for state in TERMINAL]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A subscription whose turn it is."""

    subscription_id: str
    fence: int
    now: datetime
    trust: Trust
    seconds_since_asked: float
    """0 = never, or too long ago to count."""
    saved: float
    spent: int
    is_refused: bool
    tries: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """Its vaults, and what Azure allows there."""

    followed: Sequence[Followed]
    allowed: Allowance
    tenants: frozenset[str]


async def add_missing(session: AsyncSession) -> None:
    """A row for each subscription with followed vaults, and no others."""
    subscription_id = func.lower(VaultWatch.subscription_id)
    followed = select(subscription_id.label("id")).where(~exists().where(JobHint.subscription_id == subscription_id))
    await session.execute(
        pg_insert(JobHint).from_select([JobHint.subscription_id], followed.distinct()).on_conflict_do_nothing()
    )
    is_followed = exists().where(func.lower(VaultWatch.subscription_id) == JobHint.subscription_id)
    await session.execute(delete(JobHint).where(~is_followed, is_free(JobHint)))


async def claim_due(session: AsyncSession) -> list[Claimed]:
    """Lease every subscription that is due: one query asks about all of them, and one replica at a time asks."""
    rows = await session.execute(
        claim(JobHint, JobHint.subscription_id, where=true(), limit=AT_ONCE, lease=LEASE).returning(
            JobHint, func.clock_timestamp().label("now")
        )
    )
    return [_claimed(row.JobHint, row.now) for row in rows]


def _claimed(row: JobHint, now: datetime) -> Claimed:
    blind = {UUID(vault): datetime.fromisoformat(at) for vault, at in row.blind.items()}
    lag = None if row.lag_seconds is None else timedelta(seconds=row.lag_seconds)
    since = (now - row.asked_at) if row.asked_at is not None else HINT_FRESH
    seconds = since.total_seconds() if since < HINT_FRESH else 0.0
    trust = Trust(lag, row.proven_at if since < HINT_FRESH else None, blind)
    return Claimed(row.subscription_id, row.fence, now, trust, seconds, row.saved, row.spent, row.is_refused, row.tries)


async def due_in(session: AsyncSession) -> float | None:
    return await seconds_until_due(session, JobHint, true())


async def subscriptions(session: AsyncSession, ids: Collection[str]) -> dict[str, Subscription]:
    """Those that have followed vaults, by id in lower case."""
    subscription_id = func.lower(VaultWatch.subscription_id)
    is_pending = or_(VaultWatch.due_at <= NOW, ~is_free(VaultWatch))
    rows = await session.execute(
        select(VaultWatch, subscription_id.label("id"), is_pending.label("pending"))
        .where(subscription_id.in_(list(ids)))
        .order_by(VaultWatch.vault_id)
    )
    budgets = await session.execute(
        select(AzureBudget.subscription_id, AzureBudget.rate, AzureBudget.spent)
        .where(AzureBudget.subscription_id.in_(list(ids)), AzureBudget.request_class == RequestClass.JOB_READS.value)
        .order_by(AzureBudget.filled_at)  # the newest principal counts, should there have been another one
    )
    of: dict[str, list[Any]] = {}
    for row in rows:
        of.setdefault(row.id, []).append(row)
    rates = {row.subscription_id: (row.rate, row.spent) for row in budgets}
    return {found: _subscription(rows, *rates.get(found, (None, 0))) for found, rows in of.items()}


def _subscription(rows: Sequence[Any], rate: float | None, spent: int) -> Subscription:
    watches: list[VaultWatch] = [row.VaultWatch for row in rows]
    followed = [
        Followed(
            one.vault_id,
            vault_key(one.subscription_id, one.resource_group, one.name),
            one.listed_at,
            one.named_at,
            one.swept_at,
        )
        for one in watches
    ]
    busy = sum(one.is_busy for one in watches)
    return Subscription(
        followed,
        Allowance(busy, len(watches) - busy, rate, spent, sum(row.pending for row in rows)),
        frozenset(one.tenant for one in watches),
    )


_KNOWN = text("""
    SELECT asked.vault_id, asked.job_id, jobs.state = ANY (:terminal) AS has_ended
    FROM unnest(:vaults, :jobs) AS asked (vault_id, job_id)
    JOIN jobs ON jobs.vault_id = asked.vault_id AND lower(jobs.azure_job_id) = asked.job_id
""").bindparams(
    bindparam("vaults", type_=ARRAY(PG_UUID)),
    bindparam("jobs", type_=ARRAY(Text)),
    bindparam("terminal", value=_TERMINAL, type_=ARRAY(Text)),
)


async def known_jobs(session: AsyncSession, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], bool]:
    """Whether these have ended, as far as they have rows: by vault and Azure's job id in lower case."""
    if not asked:
        return {}
    vaults, jobs = zip(*asked, strict=True)
    rows = await session.execute(_KNOWN, {"vaults": list(vaults), "jobs": list(jobs)})
    return {(vault_id, job_id): has_ended for vault_id, job_id, has_ended in rows}


async def ended_since(session: AsyncSession, subscription: Subscription, since: datetime) -> list[Ended]:
    """What lists have shown to have ended since then (Azure's clock), in these vaults and their own region."""
    rows = await session.execute(
        select(Job.vault_id, func.lower(Job.azure_job_id).label("job_id"), Job.finished_at, Job.as_of).where(
            Job.tenant.in_(subscription.tenants),
            Job.finished_at >= since,
            Job.vault_id.in_([one.vault_id for one in subscription.followed]),
            Job.state.in_(_TERMINAL),
            Job.azure_job_id.is_not(None),
            Job.azure_region.is_(None),
        )
    )
    return [Ended(row.vault_id, row.job_id, row.finished_at, row.as_of) for row in rows]


async def taken_in_since(session: AsyncSession, subscription: Subscription, since: datetime) -> dict[UUID, datetime]:
    """When a list last showed a job there that was not known, by vault. Only where that was since then (our clock)."""
    rows = await session.execute(
        select(Job.vault_id, func.max(Job.created_at).label("at"))
        .where(
            Job.tenant.in_(subscription.tenants),
            Job.created_at >= since,
            Job.vault_id.in_([one.vault_id for one in subscription.followed]),
            Job.origin == Origin.AZURE,
        )
        .group_by(Job.vault_id)
    )
    return {row.vault_id: row.at for row in rows if row.vault_id is not None}


async def bring_forward(session: AsyncSession, vault_ids: Sequence[UUID], *, limit: int) -> int:
    """Have the first `limit` of these that are not due anyway swept now, in this order. Returns how many."""
    if limit <= 0 or not vault_ids:
        return 0
    order = func.array_position(literal(list(vault_ids), ARRAY(PG_UUID)), VaultWatch.vault_id)
    chosen = (
        select(VaultWatch.vault_id)
        .where(VaultWatch.vault_id.in_(vault_ids), VaultWatch.due_at > NOW, is_free(VaultWatch))
        .order_by(order)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    changed = await session.execute(
        update(VaultWatch)
        .where(VaultWatch.vault_id.in_(chosen))
        .values(due_at=NOW, named_at=NOW)
        .returning(VaultWatch.vault_id)
    )
    count = len(changed.all())
    if count:
        wake(session, LoopName.OBSERVING)
    return count


async def stop_waiting(
    session: AsyncSession, subscription_id: str, vault_ids: Collection[UUID] | None, *, within: float
) -> None:
    """These vaults (None = all) are swept as without the hint, those that are late `within` these seconds.

    Not all at once: that would be refused.
    """
    later = NOW + func.random() * timedelta(seconds=within)
    conditions: list[ColumnElement[bool]] = [
        func.lower(VaultWatch.subscription_id) == subscription_id,
        VaultWatch.unhinted_due_at.is_not(None),
    ]
    if vault_ids is not None:
        conditions.append(VaultWatch.vault_id.in_(vault_ids))
    due_at = func.least(VaultWatch.due_at, func.greatest(VaultWatch.unhinted_due_at, later))
    usual_at = func.least(VaultWatch.usual_at, due_at)
    await session.execute(
        update(VaultWatch).where(*conditions).values(due_at=due_at, usual_at=usual_at, unhinted_due_at=None)
    )


async def is_still_ours(session: AsyncSession, claimed: Claimed) -> bool:
    """Whether the subscription is still ours; then no other replica takes it over before the transaction ends."""
    held = await session.execute(
        select(JobHint.fence)
        .where(JobHint.subscription_id == claimed.subscription_id, JobHint.fence == claimed.fence)
        .with_for_update()
    )
    return held.first() is not None


async def give_back(session: AsyncSession, claimed: Claimed, *, seconds: float, **changes: Any) -> bool:
    """End the turn of a subscription. False: another replica has taken it over, and nothing was written."""
    return await hold(
        session,
        JobHint,
        JobHint.subscription_id == claimed.subscription_id,
        claimed.fence,
        lease_until=None,
        due_at=NOW + timedelta(seconds=seconds),
        **changes,
    )


def trust_columns(trust: Trust) -> dict[str, Any]:
    return {
        "proven_at": trust.proven_at,
        "lag_seconds": None if trust.lag is None else trust.lag.total_seconds(),
        "blind": {str(vault): at.isoformat() for vault, at in trust.blind.items()},
    }


async def hint_figures(session: AsyncSession) -> HintFigures:
    """For the metrics."""
    is_fresh = JobHint.asked_at > NOW - HINT_FRESH
    is_used = and_(is_fresh, JobHint.proven_at > NOW - HINT_PROVEN_FOR)
    state = case((JobHint.is_refused, "refused"), (is_used, "used"), (is_fresh, "left_alone"), else_="not_needed")
    lag = func.max(case((is_used, JobHint.lag_seconds)))
    rows = (await session.execute(select(state, func.count(), lag, func.sum(JobHint.brought)).group_by(state))).all()
    return HintFigures(
        {name: count for name, count, _, _ in rows},
        max((seconds or 0.0 for _, _, seconds, _ in rows), default=0.0),
        sum(int(brought) for _, _, _, brought in rows),
    )
