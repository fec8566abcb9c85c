"""The mail of each morning: what is open, what came and went the day before, and the daily report of that day.

Written once for each tenant, day and address: the tenant's due row is leased by the transaction that writes, and the
mails of a day have a key of their own.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import uuid_utils.compat as uuids
from sqlalchemy import and_, case, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.kinds import Severity
from app.alerts.mail.writing import keep
from app.alerts.models import Alert, AlertDigest, AlertRule
from app.core.db.database import NOW
from app.core.time_zones import is_zone
from app.identity.access.models import Tenant
from app.reports.models import DailyReport

MORNING = time(7, 0)
"""On the clocks of the tenant's time zone. No zone changes its clocks at this hour."""
LINES = 50
TENANTS_AT_ONCE = 20
_GRAVEST = case({Severity.CRITICAL: 0, Severity.WARNING: 1}, value=Alert.severity, else_=2)


def last_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The newest 07:00 of these clocks that is not after `now`."""
    today = now.astimezone(zone).date()
    at = _morning_of(today, zone)
    return at if at <= now else _morning_of(today - timedelta(days=1), zone)


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    return _morning_of(last_morning(now, zone).date() + timedelta(days=1), zone)


def _morning_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone)


async def write_due(session: AsyncSession, time_zone: str) -> bool:
    """Write the digests of some tenants whose morning has come. Whether there was one.

    `time_zone`: where a tenant has none of its own.
    """
    new = select(Tenant.id, NOW).where(~exists().where(AlertDigest.tenant == Tenant.id))
    await session.execute(pg_insert(AlertDigest).from_select(["tenant", "due_at"], new).on_conflict_do_nothing())
    due = (
        select(AlertDigest.tenant, AlertDigest.last_day)
        .where(AlertDigest.due_at <= NOW)
        .order_by(AlertDigest.due_at)
        .limit(TENANTS_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.execute(due)).all()
    now: datetime = (await session.scalars(select(NOW))).one()
    for row in rows:
        await _write(session, row.tenant, row.last_day, time_zone, now)
    return bool(rows)


async def _write(session: AsyncSession, tenant: str, last_day: date | None, otherwise: str, now: datetime) -> None:
    mine = AlertDigest.tenant == tenant
    found = (await session.execute(select(Tenant.time_zone).where(Tenant.id == tenant))).first()
    if found is None:
        await session.execute(delete(AlertDigest).where(mine))
        return
    name = found.time_zone if found.time_zone is not None and is_zone(found.time_zone) else otherwise
    zone = ZoneInfo(name)
    morning = last_morning(now, zone)
    day = morning.date() - timedelta(days=1)
    # A tenant that is new has no yesterday; of days that no worker was there for, only the last one is told.
    if last_day is not None and day > last_day:
        await _mail(session, tenant, day, name)
    await session.execute(update(AlertDigest).where(mine).values(last_day=day, due_at=next_morning(now, zone)))


async def _mail(session: AsyncSession, tenant: str, day: date, zone: str) -> None:
    addresses = await addresses_of(session, tenant)
    if not addresses:
        return
    subject, text = await _content(session, tenant, day, zone)
    rows = [
        {
            "id": uuids.uuid7(),
            "tenant": tenant,
            "once": f"digest:{day.isoformat()}",
            "recipient": address,
            "subject": subject,
            "body": text,
        }
        for address in addresses
    ]
    await keep(session, rows)


async def addresses_of(session: AsyncSession, tenant: str) -> list[str]:
    """Every address that a rule of the tenant names."""
    rows = await session.scalars(select(AlertRule.mail).where(AlertRule.tenant == tenant, AlertRule.enabled))
    return sorted({address for row in rows for address in row})


async def _content(session: AsyncSession, tenant: str, day: date, zone: str) -> tuple[str, str]:
    starts = datetime.combine(day, time(), ZoneInfo(zone))
    ends = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    mine = (Alert.tenant == tenant, Alert.opened_at.is_not(None), Alert.folded_into.is_(None))
    is_open = Alert.resolved_at.is_(None)
    counted = select(
        func.count().filter(is_open),
        func.count().filter(and_(Alert.opened_at >= starts, Alert.opened_at < ends)),
        func.count().filter(and_(Alert.resolved_at >= starts, Alert.resolved_at < ends)),
    ).where(*mine, or_(is_open, Alert.resolved_at >= starts, Alert.opened_at >= starts))
    opened, came, went = (await session.execute(counted)).one()
    query = select(Alert).where(*mine, is_open).order_by(_GRAVEST, Alert.first_at).limit(LINES)
    lines = [_line(one) for one in (await session.scalars(query)).all()]
    more = [f"... and {opened - len(lines)} more: /v1/alerts?state=open"] if opened > len(lines) else []
    text = [
        f"{day.isoformat()}, {zone}",
        "",
        f"Open now: {opened}. Opened on that day: {came}. Resolved on that day: {went}.",
        *lines,
        *more,
        "",
        *await _report(session, tenant, day, zone),
    ]
    return f"[Holdfast] {day.isoformat()}: {opened} open alerts", "\n".join(text)


def _line(one: Alert) -> str:
    return f"- {one.severity}: {one.title} (since {one.first_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"


async def _report(session: AsyncSession, tenant: str, day: date, zone: str) -> Sequence[str]:
    newest = (
        select(DailyReport.revision, DailyReport.totals)
        .where(DailyReport.tenant == tenant, DailyReport.day == day, DailyReport.time_zone == zone)
        .order_by(DailyReport.revision.desc())
        .limit(1)
    )
    row: Any = (await session.execute(newest)).first()
    path = f"/v1/reports/daily?date={day.isoformat()}"
    if row is None:
        return [f"The daily report is not written yet: {path}"]
    totals = ", ".join(f"{name} {number}" for name, number in row.totals.items())
    return [f"Daily report, revision {row.revision}: {totals}", f"In full: {path}"]
