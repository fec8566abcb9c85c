"""The report of a day: the written one, or one made from what is known now. Nothing is written here."""

import asyncio
from datetime import date, datetime

from app.core.db.database import Transactions
from app.reports import reads, service
from app.reports.day.calendar_day import Day
from app.reports.day.contents import Report, make_report
from app.reports.page.view import Night
from app.reports.service import Written


async def daily_report(db: Transactions, tenant: str, day: Day, revision: int | None, now: datetime) -> Written:
    """`revision` None: the newest that was written; else, and while there is none, as known now (revision 0).

    Raises ReportNotFound for a revision that was not written.
    """
    async with db.begin() as session:
        written = await service.find_written(session, tenant, day, revision)
    if written is not None:
        return written
    if revision is not None:
        raise service.not_written(day, revision, pointer="query:revision")
    made = await make_now(db, tenant, day, now)
    return Written(made.head | {"revision": 0, "written_at": None}, made.items)


async def make_now(db: Transactions, tenant: str, day: Day, now: datetime) -> Report:
    """The report from what is known now. The work on its items is done in a thread: other requests go on."""
    async with db.begin() as session:
        facts = await reads.read_facts(session, tenant, day, now)
        earlier = await service.earlier_than(session, tenant, day)
    return await asyncio.to_thread(make_report, day, now, facts, earlier)


async def nights_of(db: Transactions, tenant: str, day: Day) -> dict[date, Night]:
    """The nights before, for the heat map."""
    async with db.begin() as session:
        found = await service.nights_before(session, tenant, day)
    return {on: Night(letters, moved.get("bytes") if moved else None) for on, (letters, moved) in found.items()}
