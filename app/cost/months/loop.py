"""The loop that keeps what each item costs: once a day for each tenant, the figures of the present month.

A month that is over stays as it was last written. Each tenant has a due row, leased like everything in the background.
"""

import asyncio
from datetime import timedelta

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
from app.cost.months.charges import charges_of
from app.cost.months.rows import labels_of_items, write_month
from app.cost.prices.lists import PriceLists
from app.cost.subjects import Selected, selected_items
from app.identity.access.models import Tenant

EVERY = timedelta(hours=24)
SOON = timedelta(minutes=15)
"""While there are vaults of which Azure was not asked what they store."""
EVERY_SECONDS = 3600.0
"""How often new tenants are looked for."""
LEASE = timedelta(minutes=5)
_CLAIM = claim(CostSchedule, CostSchedule.tenant, where=true(), limit=1, lease=LEASE).returning(
    CostSchedule.tenant, CostSchedule.fence
)


class CostLoop:
    def __init__(self, database: Database, lists: PriceLists, clock: Clock, vaults: Vaults) -> None:
        self._database = database
        self._stored = StoredBytes(database, vaults)
        self._lists = lists
        self._clock = clock

    async def run_once(self) -> float | None:
        """Write the figures of one tenant. Returns the seconds until the next tenant is due."""
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
        now = self._clock.now()
        async with self._database.begin() as session:
            items = await selected_items(session, tenant, Selected(), limit=None)
            labels = await labels_of_items(session, tenant)
            stored = await stored_of(session, tenant)
        lists = await self._lists.of(self._database, {item.location for item in items}, CURRENCY)
        charges = await asyncio.to_thread(charges_of, items, lists, now, stored)
        async with self._database.begin() as session:
            if await self._end(session, tenant, fence, SOON if asks_more else EVERY):
                await write_month(session, tenant, now.date().replace(day=1), charges, lists, labels)

    async def _end(self, session: AsyncSession, tenant: str, fence: int, pause: timedelta) -> bool:
        """Give the row back; False: another worker has taken it over, and writes."""
        return await hold(
            session, CostSchedule, CostSchedule.tenant == tenant, fence, due_at=NOW + pause, lease_until=None
        )


def _enrol() -> Insert:
    """A due row for each tenant that has none."""
    new = select(Tenant.id).where(~exists().where(CostSchedule.tenant == Tenant.id))
    return pg_insert(CostSchedule).from_select(["tenant"], new).on_conflict_do_nothing()
