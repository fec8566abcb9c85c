"""Which price list is used: the one in this process, the one in the database, Azure's, or the packaged one.

A list is fetched once a day for each region and currency, in one request of a caller, who waits FETCH_SECONDS at most
for all of them. If that fails, an older list is used with its date, else the packaged one, and Azure is asked again
after COOL_DOWN. A list is no list without the instance fee, and for KEPT_FOR none replaces one that knows more prices:
a part of an answer looks like a whole one. Callers choose regions and currencies, so one that waits does not hold up
another.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from weakref import WeakValueDictionary

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
KEPT_FOR = timedelta(days=7)
"""How long a list is used before one with fewer prices takes its place: the price may really be gone."""
MOST_KEPT = 1000
"""Lists in the memory of a process, and regions and currencies without one that are asked for in a COOL_DOWN."""
_AT_ONCE = 8

Key = tuple[str, str]


class PriceLists:
    """One for a process. `now`: the clock."""

    def __init__(self, source: RetailPrices, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now
        self._known: dict[Key, tuple[datetime, PriceList]] = {}
        """The newest last."""
        self._cooling: dict[Key, tuple[float, PriceList]] = {}
        """Until when (monotonic) Azure is not asked again, and what is used meanwhile where no list is known."""
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def of(self, db: Transactions, regions: Collection[str], currency: str) -> Mapping[str, PriceList]:
        """The list of each region; one that has no price where none is known. No transaction of `db` may be open."""
        stale = [key for key in sorted((region, currency) for region in set(regions)) if not self._is_fresh(key)]
        if stale:
            await self._refresh(db, stale, currency)
        return {region: self._best((region, currency)) for region in regions}

    def _is_fresh(self, key: Key) -> bool:
        known = self._known.get(key)
        if known is not None and self._now() - known[0] < FRESH:
            return True
        return key in self._cooling and time.monotonic() < self._cooling[key][0]

    def _best(self, key: Key) -> PriceList:
        if key in self._known:
            return self._known[key][1]
        return self._cooling[key][1] if key in self._cooling else packaged(*key)

    async def _refresh(self, db: Transactions, keys: Sequence[Key], currency: str) -> None:
        """What another process has fetched, then what Azure says. No transaction is open meanwhile."""
        async with db.begin() as session:
            read = await _read(session, {region for region, _ in keys}, currency)
        for key, (at, found) in read.items():
            self._keep(key, at, found)
        deadline = asyncio.get_running_loop().time() + FETCH_SECONDS
        stale = [key for key in keys if not self._is_fresh(key)]
        answers = await asyncio.gather(*(self._fetch(key, deadline) for key in stale))
        fetched = [one for one in answers if one is not None]
        if fetched:
            async with db.begin() as session:
                for at, found in fetched:
                    await _write(session, at, found)

    def _keep(self, key: Key, at: datetime, found: PriceList) -> None:
        known = self._known.get(key)
        if known is not None and known[0] >= at:
            return
        self._known.pop(key, None)
        self._known[key] = at, found
        if len(self._known) > MOST_KEPT:
            del self._known[next(iter(self._known))]  # the database has it

    async def _fetch(self, key: Key, deadline: float) -> tuple[datetime, PriceList] | None:
        """The list, to be kept in the database; None = there is none to keep."""
        lock, asked = self._locks.setdefault(key, asyncio.Lock()), False
        try:
            async with asyncio.timeout_at(deadline), lock, self._slots:
                if self._is_fresh(key) or not self._may_ask(key):
                    return None  # another caller has asked meanwhile
                asked = True
                prices = await self._source.fetch(*key)
        except (PricesAway, TimeoutError) as error:
            self._log("cost.prices_away", key, str(error) or "it took too long")
            if asked:
                self._cool_down(key, packaged(*key))
            return None
        return self._taken(key, prices)

    def _cool_down(self, key: Key, meanwhile: PriceList) -> None:
        self._cooling[key] = time.monotonic() + COOL_DOWN_SECONDS, meanwhile

    def _may_ask(self, key: Key) -> bool:
        now = time.monotonic()
        for old in [one for one, (until, _) in self._cooling.items() if until <= now]:
            del self._cooling[old]
        return key in self._known or len(self._cooling) < MOST_KEPT

    def _taken(self, key: Key, prices: Mapping[PriceKey, Decimal]) -> tuple[datetime, PriceList] | None:
        """What an answer is good for; None = what is used stays."""
        at = self._now()
        found = PriceList(*key, at.astimezone(UTC).date(), PriceSource.API, prices)
        if not prices:
            # Not kept: a caller may name any region and any currency. Asked again after the cool-down.
            self._cool_down(key, found)
            return None
        known = self._known.get(key)
        lacking = {PriceKey.INSTANCE} - set(prices)
        if known is not None and at - known[0] < KEPT_FOR:
            lacking |= set(known[1].prices) - set(prices)
        if lacking:
            self._log("cost.prices_incomplete", key, f"it lacks {', '.join(sorted(lacking))}")
            self._cool_down(key, packaged(*key))
            return None
        self._keep(key, at, found)
        return at, found

    @staticmethod
    def _log(event: str, key: Key, error: str) -> None:
        log.warning(event, region=key[0], currency=key[1], error=error)


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
