"""The loop that keeps what each item cost: once for each day (UTC) that is over, a share of the month.

A day's shares and the mark that it is charged are one transaction: a worker that dies before its end has added
nothing, and so has one that lost its lease. Days on which no worker ran are filled up, a few at a time, from what the
items were then. Each tenant has a due row, leased like everything in the background.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select, true
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.ports import Vaults
from app.core.clock import Clock
from app.core.db.database import NOW, Database
from app.core.db.leases import claim, hold, seconds_until_due
from app.cost.effects import CURRENCY
from app.cost.models import CostSchedule
from app.cost.months.asking import StoredBytes, stored_of
from app.cost.months.days import first_item_day, items_at
from app.cost.months.rows import add_shares, labels_of_items
from app.cost.months.shares import days_to_charge, ends_of, shares_of
from app.cost.months.stored import Stored
from app.cost.prices.lists import PriceLists
from app.identity.access.models import Tenant

EVERY = timedelta(hours=24)
"""At most: the next look is AFTER the day, when there is one to charge."""
AFTER = timedelta(minutes=10)
"""So long after a day the sweeps have seen what the items were at its end."""
DAYS_AT_ONCE = 7
"""Days of a tenant that are charged in one turn; then other tenants have theirs."""
SOON = timedelta(minutes=15)
"""While there are vaults of which Azure was not asked what they store."""
EVERY_SECONDS = 3600.0
"""How often new tenants are looked for."""
LEASE = timedelta(minutes=5)
_CLAIM = claim(CostSchedule, CostSchedule.tenant, where=true(), limit=1, lease=LEASE).returning(
    CostSchedule.tenant, CostSchedule.fence
)


class CostLoop:
    """`clock` says which days are over, the database's has to agree; due times and leases are the database's."""

    def __init__(self, database: Database, lists: PriceLists, clock: Clock, vaults: Vaults) -> None:
        self._database = database
        self._stored = StoredBytes(database, vaults)
        self._lists = lists
        self._clock = clock

    async def run_once(self) -> float | None:
        """Charge what one tenant lacks. Returns the seconds until the next tenant is due."""
        async with self._database.begin() as session:
            row = (await session.execute(_CLAIM)).first()
            if row is None:
                await session.execute(_enrol())
                return await seconds_until_due(session, CostSchedule, true())
            if await session.scalar(select(Tenant.id).where(Tenant.id == row.tenant)) is None:
                await session.execute(delete(CostSchedule).where(CostSchedule.tenant == row.tenant))
                return 0.0
        await self._write(row.tenant, row.fence)
        return 0.0

    async def _write(self, tenant: str, fence: int) -> None:
        asks_more = await self._stored.ask(tenant)
        async with self._database.begin() as session:
            now = min(self._clock.now(), (await session.execute(select(NOW))).scalar_one()).astimezone(UTC)
            # A day is charged when the sweeps have seen its end.
            today = (now - AFTER).date()
            days = days_to_charge(await _through(session, tenant), await first_item_day(session, tenant), today)
            stored = await stored_of(session, tenant)
        for day in days[:DAYS_AT_ONCE]:
            if not await self._charge(tenant, fence, day, stored):
                return
        next_day = ends_of(today) + AFTER - now
        pause = min(EVERY, next_day, SOON if asks_more else EVERY)
        await self._end(tenant, fence, pause if len(days) <= DAYS_AT_ONCE else timedelta(0))

    async def _charge(self, tenant: str, fence: int, day: date, stored: Mapping[UUID, Stored]) -> bool:
        """Add the shares of a day. False: another worker has taken the tenant over, and adds them."""
        async with self._database.begin() as session:
            items = await items_at(session, tenant, ends_of(day))
            labels = await labels_of_items(session, tenant)
        lists = await self._lists.of(self._database, {item.location for item in items}, CURRENCY)
        shares = await asyncio.to_thread(shares_of, items, lists, day, stored)
        async with self._database.begin() as session:
            ours = await hold(
                session,
                CostSchedule,
                CostSchedule.tenant == tenant,
                fence,
                accrued_through=day,
                lease_until=NOW + LEASE,
            )
            if ours:
                await add_shares(session, tenant, day, shares, lists, labels)
        return ours

    async def _end(self, tenant: str, fence: int, pause: timedelta) -> None:
        """Give the row back, unless another worker has taken it over."""
        async with self._database.begin() as session:
            which = CostSchedule.tenant == tenant
            await hold(session, CostSchedule, which, fence, due_at=NOW + pause, lease_until=None)


async def _through(session: AsyncSession, tenant: str) -> date | None:
    return await session.scalar(select(CostSchedule.accrued_through).where(CostSchedule.tenant == tenant))


def _enrol() -> Insert:
    """A due row for each tenant that has none."""
    new = select(Tenant.id).where(~exists().where(CostSchedule.tenant == Tenant.id))
    return pg_insert(CostSchedule).from_select(["tenant"], new).on_conflict_do_nothing()
