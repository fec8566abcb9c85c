"""Which price list is used: the one in this process, the one in the database, Azure's, or the packaged one.

A list is fetched once a day for each region and currency, in one request of a caller, for at most FETCH_SECONDS. If
that fails, an older list is used with its date, else the packaged one, and Azure is asked again after COOL_DOWN.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import Transactions
from app.cost.models import PriceListRow
from app.cost.prices.meters import PriceList, PriceSource, packaged
from app.cost.prices.retail import FETCH_SECONDS, PricesAway, RetailPrices
from app.cost.rules import PriceKey

log = structlog.get_logger()

FRESH = timedelta(hours=24)
COOL_DOWN_SECONDS = 300.0
MOST_KEPT = 1000
"""Lists in the memory of a process: callers choose currencies."""
_AT_ONCE = 8

Key = tuple[str, str]


class PriceLists:
    """One for a process. `now`: the clock."""

    def __init__(self, source: RetailPrices, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now
        self._known: dict[Key, tuple[datetime, PriceList]] = {}
        self._not_before: dict[Key, float] = {}
        self._lock = asyncio.Lock()
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def of(self, db: Transactions, regions: Collection[str], currency: str) -> Mapping[str, PriceList]:
        """The list of each region; one that has no price where none is known. No transaction of `db` may be open."""
        keys = {(region, currency) for region in regions}
        if any(not self._is_fresh(key) for key in keys):
            async with self._lock:
                await self._refresh(db, {key for key in keys if not self._is_fresh(key)}, currency)
        return {region: self._best((region, currency)) for region in regions}

    def _is_fresh(self, key: Key) -> bool:
        known = self._known.get(key)
        if known is not None and self._now() - known[0] < FRESH:
            return True
        return time.monotonic() < self._not_before.get(key, 0.0)

    def _best(self, key: Key) -> PriceList:
        known = self._known.get(key)
        return known[1] if known is not None else packaged(*key)

    async def _refresh(self, db: Transactions, keys: set[Key], currency: str) -> None:
        """What another process has fetched, then what Azure says. No transaction is open meanwhile."""
        if len(self._known) > MOST_KEPT or len(self._not_before) > MOST_KEPT:
            self._known.clear()
            self._not_before.clear()
        async with db.begin() as session:
            self._known |= await _read(session, {region for region, _ in keys}, currency)
        stale = [key for key in keys if not self._is_fresh(key)]
        fetched = [one for one in await asyncio.gather(*map(self._fetch, stale)) if one is not None]
        if fetched:
            async with db.begin() as session:
                for at, found in fetched:
                    await _write(session, at, found)

    async def _fetch(self, key: Key) -> tuple[datetime, PriceList] | None:
        """The list, to be kept in the database; None = there is none to keep."""
        region, currency = key
        self._not_before[key] = time.monotonic() + COOL_DOWN_SECONDS
        try:
            async with self._slots, asyncio.timeout(FETCH_SECONDS):
                prices = await self._source.fetch(region, currency)
        except (PricesAway, TimeoutError) as error:
            log.warning("cost.prices_away", region=region, currency=currency, error=str(error) or "it took too long")
            return None
        at = self._now()
        found = PriceList(region, currency, at.astimezone(UTC).date(), PriceSource.API, prices)
        if not prices:
            # Not kept: a caller may name any region and any currency. Asked again after the cool-down.
            self._known.setdefault(key, (datetime.min.replace(tzinfo=UTC), found))
            return None
        self._known[key] = at, found
        return at, found


async def _read(
    session: AsyncSession, regions: Collection[str], currency: str
) -> dict[Key, tuple[datetime, PriceList]]:
    rows = await session.scalars(
        select(PriceListRow).where(PriceListRow.region.in_(regions), PriceListRow.currency == currency)
    )
    return {(row.region, row.currency): (row.fetched_at, _as_list(row)) for row in rows}


def _as_list(row: PriceListRow) -> PriceList:
    known = set(PriceKey)
    prices = {PriceKey(key): Decimal(price) for key, price in row.prices.items() if key in known}
    day = row.fetched_at.astimezone(UTC).date()
    return PriceList(row.region, row.currency, day, PriceSource.API, prices)


async def _write(session: AsyncSession, at: datetime, found: PriceList) -> None:
    prices = {key.value: str(price) for key, price in found.prices.items()}
    values = {"region": found.region, "currency": found.currency, "fetched_at": at, "prices": prices}
    fresh = {"fetched_at": at, "prices": prices}
    await session.execute(
        pg_insert(PriceListRow).values(values).on_conflict_do_update(index_elements=["region", "currency"], set_=fresh)
    )
