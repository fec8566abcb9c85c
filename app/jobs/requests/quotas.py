"""Quotas of a tenant for backups, restores and tear-downs, counted in the transaction that accepts one more.

Counted after the row was inserted, and the transaction is undone where it is one too many: so a replay, which inserts
nothing, is never refused. Who counts holds a lock of this tenant and quota until its transaction ends; without it two
requests at once would each see one place left. A tenant without the quota pays nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.db.database import NOW
from app.core.http.pages import first_id_of
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaExceeded
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED
from app.jobs.models import Job, Origin

RESTORES = "concurrent_restores"
BACKUPS = "backups_per_vm_and_day"
TEAR_DOWNS = "concurrent_tear_downs"

RETRY_SECONDS = 60.0
"""When to ask again for a restore: they take minutes to hours."""


_PARENT = aliased(Job)


async def hold_quota(
    session: AsyncSession, caller: Caller, quota: str, *, of: str = "", default: int | None = None
) -> int | None:
    """The tenant's limit, locked until this transaction ends; `default` where it has none. None = not limited.

    `of`: what is counted apart from the rest (one VM). The last lock a transaction takes: while it waits
    here, it must hold nothing that the other transaction may still want.
    """
    limit = caller.membership.quotas.get(quota, default)
    if limit is not None:
        key = func.hashtextextended(f"holdfast quota|{caller.tenant}|{quota}|{of}", 0)
        await session.execute(select(func.pg_advisory_xact_lock(key)))
    return limit


async def check_restores(session: AsyncSession, caller: Caller, *, of_test: bool = False) -> None:
    """Whether the restore or mount just recorded is still within the quota. Raises QuotaExceeded.

    Those count that have not ended, also while they wait for an approval; a renewal of a mount counts while it runs,
    but is not refused. What was started outside does not count. Restores of restore tests count among themselves and
    with the others, but a restore that a person asks for is not refused because of them.
    """
    kinds = (JobKind.RESTORE, JobKind.MOUNT_FILES)
    which = true() if of_test else Job.is_background.is_(False)
    await _check_open(session, caller, RESTORES, "restores and mounts", kinds, which)


async def check_tear_downs(session: AsyncSession, caller: Caller) -> None:
    """Whether the tear-down just recorded is still within the quota. Raises QuotaExceeded.

    Those count that have not ended, those of restore tests too: these are never refused, so that no test leaves
    something behind because of a quota.
    """
    await _check_open(session, caller, TEAR_DOWNS, "tear-downs", (JobKind.TEAR_DOWN,))


async def _check_open(
    session: AsyncSession, caller: Caller, quota: str, what: str, kinds: Sequence[JobKind], *which: ColumnElement[bool]
) -> None:
    limit = await hold_quota(session, caller, quota)
    if limit is None:
        return
    count = select(func.count()).where(
        Job.tenant == caller.tenant,
        Job.state.in_(NOT_ENDED),
        Job.kind.in_(kinds),
        Job.origin == Origin.HOLDFAST,
        *which,
    )
    used = int(await session.scalar(count) or 0) - 1
    if used >= limit:
        raise QuotaExceeded(
            f"{used} {what} of your tenant have not ended, and {limit} may run at once.",
            remedy=f"Wait for one to end, or cancel one (GET /v1/jobs?kind={kinds[0]}&state=running).",
            quota=quota,
            limit=limit,
            used=used,
            retry_after=RETRY_SECONDS,
        )


async def check_backups(session: AsyncSession, caller: Caller, item_id: UUID, now: datetime) -> None:
    """Whether the backup just recorded is within its VM's quota for the day. Raises QuotaExceeded.

    The day is UTC's, by the database's clock; every accepted backup counts, however it ended. Backups of the schedule
    do not. `now` only bounds what is read.
    """
    limit = await hold_quota(session, caller, BACKUPS, of=str(item_id))
    if limit is None:
        return
    today = func.date_trunc("day", NOW, "UTC")
    counted = select(func.count(), func.extract("epoch", today + timedelta(days=1) - NOW)).where(
        Job.tenant == caller.tenant,
        Job.protected_item_id == item_id,
        Job.kind == JobKind.BACKUP,
        Job.origin == Origin.HOLDFAST,
        Job.created_at >= today,
        Job.id >= first_id_of(now, earlier=timedelta(days=2)),
    )
    count, seconds_left = (await session.execute(counted)).one()
    used = count - 1
    if used >= limit:
        raise QuotaExceeded(
            f"{used} backups of this VM were asked for today (UTC), and {limit} may be a day.",
            remedy="Ask again tomorrow, or ask for a higher quota.",
            quota=BACKUPS,
            limit=limit,
            used=used,
            retry_after=float(seconds_left),
        )
