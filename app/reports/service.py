"""Reads written reports, and makes and opens the links to them."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import uuid_utils.compat as uuids
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.time_zones import is_zone
from app.identity.access.caller import Caller
from app.identity.access.models import Tenant
from app.reports.day.calendar_day import NIGHTS, Day, day_of
from app.reports.day.changes import Earlier
from app.reports.day.contents import stamp
from app.reports.day.stored import HeadJson, ItemJson
from app.reports.errors import ReportNotFound
from app.reports.models import DailyReport, ReportLink

LISTED = (
    DailyReport.id,
    DailyReport.day,
    DailyReport.time_zone,
    DailyReport.revision,
    DailyReport.written_at,
    DailyReport.totals,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A report as it is answered: written, or (revision 0, no `written_at`) made from what is known now."""

    head: HeadJson
    items: Sequence[ItemJson]


async def zone_of_tenant(session: AsyncSession, tenant: str, otherwise: str) -> str:
    """The tenant's own time zone; `otherwise` where it has none, or one that this machine does not know."""
    own = await session.scalar(select(Tenant.time_zone).where(Tenant.id == tenant))
    return own if own is not None and is_zone(own) else otherwise


async def name_of_tenant(session: AsyncSession, tenant: str) -> str:
    """Its id, where it is gone."""
    return await session.scalar(select(Tenant.name).where(Tenant.id == tenant)) or tenant


async def list_reports(
    session: AsyncSession,
    tenant: str,
    *,
    day: date | None,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[Sequence[Any], str | None]:
    """Newest first, and the cursor of the next page. Without the contents, which are large."""
    query = select(*LISTED).where(DailyReport.tenant == tenant).order_by(DailyReport.id.desc()).limit(limit + 1)
    if day is not None:
        query = query.where(DailyReport.day == day)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "reports", 1)
    if keys is not None:
        query = query.where(DailyReport.id < uuid_key(keys[0]))
    page, last = cut((await session.execute(query)).all(), limit)
    return page, encode_cursor("reports", str(last.id)) if last else None


async def find_written(session: AsyncSession, tenant: str, day: Day, revision: int | None) -> Written | None:
    """This revision, or the newest; None = it was not written."""
    query = select(DailyReport).where(
        DailyReport.tenant == tenant, DailyReport.time_zone == day.time_zone, DailyReport.day == day.date
    )
    if revision is not None:
        query = query.where(DailyReport.revision == revision)
    row = await session.scalar(query.order_by(DailyReport.revision.desc()).limit(1))
    if row is None:
        return None
    head = cast("HeadJson", row.head)
    return Written(head | {"revision": row.revision, "written_at": stamp(row.written_at)}, row.items)


async def check_written(session: AsyncSession, tenant: str, day: Day, revision: int, *, pointer: str) -> None:
    """Raises ReportNotFound."""
    query = select(DailyReport.id).where(
        DailyReport.tenant == tenant,
        DailyReport.time_zone == day.time_zone,
        DailyReport.day == day.date,
        DailyReport.revision == revision,
    )
    if await session.scalar(query) is None:
        raise not_written(day, revision, pointer=pointer)


def not_written(day: Day, revision: int, *, pointer: str) -> ReportNotFound:
    return ReportNotFound(
        f"There is no revision {revision} of the report of {day.date} in {day.time_zone}.",
        pointer=pointer,
        remedy="Leave revision out for the newest. GET /v1/reports lists what was written.",
    )


async def earlier_than(session: AsyncSession, tenant: str, day: Day) -> Earlier | None:
    """The newest revision of the day before; None = none was written."""
    before = day_of(day.date - timedelta(days=1), day.time_zone)
    found = await find_written(session, tenant, before, None)
    if found is None:
        return None
    return Earlier(found.head["date"], found.head["revision"], found.items, found.head["weak"])


async def nights_before(session: AsyncSession, tenant: str, day: Day) -> dict[date, tuple[Mapping[str, str], Any]]:
    """(letters by item, bytes moved) of the newest revision of each of the 29 days before that has one."""
    rows = await session.execute(
        select(DailyReport.day, DailyReport.nights, DailyReport.head["moved"].label("moved"))
        .where(
            DailyReport.tenant == tenant,
            DailyReport.time_zone == day.time_zone,
            DailyReport.day < day.date,
            DailyReport.day > day.date - timedelta(days=NIGHTS),
        )
        .ext(distinct_on(DailyReport.day))
        .order_by(DailyReport.day, DailyReport.revision.desc())
    )
    return {row.day: (row.nights, row.moved) for row in rows}


# --- links -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Linked:
    """What an open link leads to, and nothing else."""

    tenant: str
    day: date
    time_zone: str
    revision: int | None


_OPEN = text("SELECT tenant, day, time_zone, revision FROM holdfast_report_link(:digest)")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def make_link(
    session: AsyncSession, caller: Caller, day: Day, revision: int | None, *, minutes: float
) -> tuple[str, datetime]:
    """(the token, until when it is good). The token itself is kept nowhere."""
    token = secrets.token_urlsafe(32)
    link = ReportLink(
        id=uuids.uuid7(),
        tenant=caller.tenant,
        digest=digest_of(token),
        day=day.date,
        time_zone=day.time_zone,
        revision=revision,
        created_by=caller.key,
        expires_at=NOW + timedelta(minutes=minutes),
    )
    session.add(link)
    await session.flush()
    await session.refresh(link, ["expires_at"])
    said = {"date": day.date.isoformat(), "time_zone": day.time_zone, "revision": revision}
    await trail.record(
        session,
        caller,
        target=f"/v1/reports/links/{link.id}",
        details=said | {"expires_at": stamp(link.expires_at)},
    )
    return token, link.expires_at


_IS_OVER = text("SELECT holdfast_report_link_is_over(:digest)")


async def is_over(session: AsyncSession, token: str) -> bool:
    """Whether a link that is not good was good once, not long ago."""
    return bool(await session.scalar(_IS_OVER, {"digest": digest_of(token)}))


async def open_link(session: AsyncSession, token: str) -> Linked | None:
    """None: there is no such link, or no longer."""
    row = (await session.execute(_OPEN, {"digest": digest_of(token)})).first()
    return None if row is None else Linked(row.tenant, row.day, row.time_zone, row.revision)
