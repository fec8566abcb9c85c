"""The loop that writes the daily reports: each day of each tenant once it is over, and revisions of it later.

A day is written when the grace of its last run has ended, at most 12 hours after the day: until then a late backup may
still begin. For three days it is looked at every hour whether something of it became known since: a job that ended
late, a vault that could be read again. Then the next revision is written, ever less often (`rules.may_change`). Each
tenant has a due row, leased like everything in the background; a report is inserted only where there is none of its
number, so two workers never write two.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
import uuid_utils.compat as uuids
from sqlalchemy import delete, exists, func, select, text, true
from sqlalchemy.dialects.postgresql import Insert, distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from app.audit import trail
from app.core.clock import Clock, SystemClock
from app.core.db.database import NOW, Database
from app.core.db.leases import claim, hold, renew, seconds_until_due
from app.core.time_zones import is_zone
from app.cost.months.shares import MOST_DAYS
from app.identity.access.models import Tenant
from app.jobs.models import Job
from app.reports import daily, rules
from app.reports.day.calendar_day import Day, day_of
from app.reports.day.contents import Report
from app.reports.models import DailyReport, ReportLink, ReportSchedule

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
LOOK_EVERY = timedelta(hours=1)
"""How often a tenant is looked at: new ones are found, written reports are checked."""
AFTER = timedelta(minutes=10)
"""So long after a moment the sweeps have seen what was in Azure at that moment."""
OVERLAP = timedelta(minutes=5)
"""A job that was changed just before a report was made may have been committed after it."""
PRUNED_AT_ONCE = 100
LINKS_KEPT = timedelta(days=1)
"""So long after its end a link is known to have been one: who opens it does not guess."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A tenant whose reports this worker looks at now."""

    tenant: str
    fence: int
    time_zone: str
    since: datetime
    """When the tenant was made: no report is written of the time before."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest revision of a day."""

    revision: int
    digest: str
    written_at: datetime
    is_open: bool
    """Something was running, or not known."""


class ReportLoop:
    """`clock` says which days are over; due times and leases are the database's."""

    def __init__(self, database: Database, *, time_zone: str, kept_days: float, clock: Clock | None = None) -> None:
        self._database = database
        self._time_zone = time_zone
        self._kept_days = kept_days
        self._clock = clock or SystemClock()

    async def run_once(self) -> float | None:
        """Write what one tenant lacks. Returns the seconds until the next tenant is due."""
        async with self._database.begin() as session:
            row = (await session.execute(_CLAIM)).first()
            if row is None:
                await session.execute(_enrol())
                return await seconds_until_due(session, ReportSchedule, true())
            turn = await self._turn(session, row)
        if turn is not None:
            await self._write(turn)
        return 0.0

    async def _turn(self, session: AsyncSession, row: Any) -> Turn | None:
        """None: the tenant is gone, and now its due row too."""
        tenant = (
            await session.execute(select(Tenant.time_zone, Tenant.created_at).where(Tenant.id == row.tenant))
        ).first()
        if tenant is None:
            await session.execute(delete(ReportSchedule).where(ReportSchedule.tenant == row.tenant))
            return None
        zone = tenant.time_zone if tenant.time_zone is not None and is_zone(tenant.time_zone) else self._time_zone
        return Turn(row.tenant, row.fence, zone, tenant.created_at)

    async def _write(self, turn: Turn) -> None:
        now = self._clock.now()
        async with self._database.begin() as session:
            written = await _newest(session, turn, now)
            changed_at = await _changed_at(session, turn)
        days = rules.dates_to_write(turn.time_zone, now, since=turn.since, written=written)
        later = [await self._first(turn, day_of(on, turn.time_zone), now) for on in days]
        for on, newest in written.items():
            day = day_of(on, turn.time_zone)
            has_news = changed_at is not None and changed_at >= newest.written_at - OVERLAP
            if rules.may_change(day, now, newest.revision, newest.written_at) and (has_news or newest.is_open):
                await self._again(turn, day, newest, now)
        today = day_of(rules.today(turn.time_zone, now), turn.time_zone)
        due_at = min([now + LOOK_EVERY, today.ends + AFTER, *(at for at in later if at is not None)])
        await self._end(turn, max(due_at - now, timedelta(seconds=1)))

    async def _first(self, turn: Turn, day: Day, now: datetime) -> datetime | None:
        """Write the day's first revision; or return when that can be done."""
        report = await daily.make_now(self._database, turn.tenant, day, now)
        settled_at = rules.settled_at(day, report.settles_at) + AFTER
        if settled_at > now:
            return settled_at
        await self._insert(turn, day, 1, report, now)
        return None

    async def _again(self, turn: Turn, day: Day, newest: Newest, now: datetime) -> None:
        """Write the day's next revision, if it would say something else."""
        report = await daily.make_now(self._database, turn.tenant, day, now)
        if report.digest != newest.digest:
            await self._insert(turn, day, newest.revision + 1, report, now)

    async def _insert(self, turn: Turn, day: Day, revision: int, report: Report, now: datetime) -> None:
        """Nothing, where another worker has taken the tenant over, or has written it.

        It is written at `now`, which is from before the facts were read: what came later is news.
        """
        ours = ReportSchedule.tenant == turn.tenant
        said = {"date": day.date.isoformat(), "time_zone": day.time_zone, "revision": revision}
        async with self._database.begin() as session:
            if await renew(session, ReportSchedule, ours, turn.fence, lease=LEASE) is None:
                return
            made = await session.scalar(_new(turn.tenant, day, revision, report, now))
            if made is None:
                return
            details = said | {"totals": dict(report.head["totals"])}
            target = f"/v1/reports/{made}"
            await trail.record_own(session, turn.tenant, action="write_report", target=target, details=details)
        log.info("report.written", tenant=turn.tenant, **said)

    async def _end(self, turn: Turn, within: timedelta) -> None:
        async with self._database.begin() as session:
            await hold(
                session,
                ReportSchedule,
                ReportSchedule.tenant == turn.tenant,
                turn.fence,
                lease_until=None,
                due_at=NOW + within,
            )
            now = self._clock.now()
            await prune(session, rules.first_kept(now, kept_days=self._kept_days), now.date())


_CLAIM = claim(ReportSchedule, ReportSchedule.tenant, where=true(), limit=1, lease=LEASE).returning(
    ReportSchedule.tenant, ReportSchedule.fence
)


def _new(tenant: str, day: Day, revision: int, report: Report, now: datetime) -> ReturningInsert[Any]:
    values = {
        "id": uuids.uuid7(),
        "tenant": tenant,
        "day": day.date,
        "time_zone": day.time_zone,
        "revision": revision,
        "written_at": now,
        "totals": report.head["totals"],
        "head": report.head,
        "items": report.items,
        "nights": report.nights,
        "digest": report.digest,
    }
    return pg_insert(DailyReport).values(values).on_conflict_do_nothing().returning(DailyReport.id)


def _enrol() -> Insert:
    """A due row for each tenant that has none."""
    new = select(Tenant.id).where(~exists().where(ReportSchedule.tenant == Tenant.id))
    return pg_insert(ReportSchedule).from_select(["tenant"], new).on_conflict_do_nothing()


async def _newest(session: AsyncSession, turn: Turn, now: datetime) -> dict[date, Newest]:
    """The newest revision of each of the last days, oldest first."""
    since = rules.today(turn.time_zone, now) - timedelta(days=rules.CATCH_UP_DAYS + 1)
    rows = await session.execute(
        select(DailyReport.day, DailyReport.revision, DailyReport.digest, DailyReport.written_at, DailyReport.totals)
        .where(DailyReport.tenant == turn.tenant, DailyReport.time_zone == turn.time_zone, DailyReport.day >= since)
        .ext(distinct_on(DailyReport.day))
        .order_by(DailyReport.day, DailyReport.revision.desc())
    )
    return {
        row.day: Newest(row.revision, row.digest, row.written_at, bool(row.totals["running"] or row.totals["unknown"]))
        for row in rows
    }


async def _changed_at(session: AsyncSession, turn: Turn) -> datetime | None:
    """When a job of the tenant changed last; None = it has none."""
    return await session.scalar(select(func.max(Job.updated_at)).where(Job.tenant == turn.tenant))


_OLD_HISTORY = text("""
DELETE FROM item_history WHERE id IN (
    SELECT old.id FROM item_history AS old WHERE old.at < CAST(:first_kept AS date) - interval '2 days' AND (
        EXISTS (
            SELECT FROM item_history AS newer WHERE newer.protected_item_id = old.protected_item_id
            AND newer.at < CAST(:first_kept AS date) - interval '2 days' AND (newer.at, newer.id) > (old.at, old.id)
        ) OR (old.state IS NULL AND NOT EXISTS (
            SELECT FROM item_history AS older WHERE older.protected_item_id = old.protected_item_id
            AND (older.at, older.id) < (old.at, old.id)
        ))
    ) LIMIT :most
)
""")
"""What no report needs any more: something newer holds since before the first one that is kept."""


async def prune(session: AsyncSession, first_kept: date, today: date) -> None:
    """Delete reports before their retention, of all tenants, and links that are over. A batch each time.

    What items were is kept while days without a worker may be charged afterwards (app/cost/months/shares.py).
    """
    history = min(first_kept, today - timedelta(days=MOST_DAYS))
    await session.execute(_OLD_HISTORY, {"first_kept": history, "most": PRUNED_AT_ONCE})
    old = select(DailyReport.id).where(DailyReport.day < first_kept).limit(PRUNED_AT_ONCE)
    await session.execute(delete(DailyReport).where(DailyReport.id.in_(old)))
    await session.execute(delete(ReportLink).where(ReportLink.expires_at < NOW - LINKS_KEPT))
