"""Which price list is used: what an odd answer may not do to the list that is known."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.cost.prices import lists
from app.cost.prices.lists import PriceLists
from app.cost.prices.meters import PriceList, PriceSource
from app.cost.prices.retail import RetailPrices
from app.cost.rules import PriceKey
from tests.world import World

FIRST = datetime(2026, 6, 1, 12, tzinfo=UTC)
FULL = {PriceKey.INSTANCE: Decimal(10), PriceKey.VAULT_LRS: Decimal("0.02"), PriceKey.VAULT_GRS: Decimal("0.04")}
PARTIAL = {PriceKey.INSTANCE: Decimal(11), PriceKey.VAULT_LRS: Decimal("0.03")}


class Source(RetailPrices):
    """Azure's price list; each fetch takes what `prices` is then."""

    def __init__(self) -> None:
        super().__init__("https://prices.example")
        self.prices = FULL
        self.fetches = 0
        self.asked = asyncio.Queue[str]()
        self.slow: dict[str, asyncio.Event] = {}

    async def fetch(self, region: str, currency: str) -> dict[PriceKey, Decimal]:  # noqa: ARG002
        self.fetches += 1
        self.asked.put_nowait(region)
        if region in self.slow:
            await self.slow[region].wait()
        return self.prices


class Prices:
    def __init__(self, world: World) -> None:
        self.source = Source()
        self.now = FIRST
        self.world = world
        self.lists = PriceLists(self.source, lambda: self.now)

    async def of(self, region: str = "westus") -> PriceList:
        return (await self.lists.of(self.world.database, {region}, "USD"))[region]


@pytest.fixture
def prices(world: World) -> Prices:
    return Prices(world)


async def test_a_list_is_never_replaced_by_one_that_lacks_a_price(prices: Prices) -> None:
    assert (await prices.of()).prices == FULL
    prices.source.prices = PARTIAL
    prices.now += timedelta(hours=25)
    kept = await prices.of()
    assert (kept.prices, kept.as_of) == (FULL, FIRST.date())
    await prices.of()
    assert prices.source.fetches == 2  # not asked again before the cool-down
    other = PriceLists(prices.source, lambda: prices.now)  # another process
    assert (await other.of(prices.world.database, {"westus"}, "USD"))["westus"].prices == FULL
    prices.source.prices = FULL | {PriceKey.INSTANCE: Decimal(12)}
    prices.now += timedelta(hours=1)
    third = PriceLists(prices.source, lambda: prices.now)
    assert (await third.of(prices.world.database, {"westus"}, "USD"))["westus"].prices[PriceKey.INSTANCE] == 12


async def test_a_price_that_azure_no_longer_has_is_not_held_for_ever(prices: Prices) -> None:
    await prices.of()
    prices.source.prices = PARTIAL
    prices.now += lists.KEPT_FOR + timedelta(hours=1)
    found = await prices.of()
    assert (found.prices, found.as_of) == (PARTIAL, prices.now.date())


async def test_a_list_without_the_instance_fee_is_no_list(prices: Prices) -> None:
    prices.source.prices = {PriceKey.VAULT_LRS: Decimal("0.02")}
    assert (await prices.of()).source is PriceSource.PACKAGED
    assert await prices.world.rows("SELECT region FROM price_lists") == []


async def test_a_caller_that_waits_for_a_region_does_not_hold_up_another(prices: Prices) -> None:
    prices.source.slow = {f"odd{number}": asyncio.Event() for number in range(3)}
    waiting = [asyncio.create_task(prices.of(region)) for region in prices.source.slow for _ in range(2)]
    for _ in prices.source.slow:
        await prices.source.asked.get()
    assert (await prices.of()).source is PriceSource.API
    assert not any(one.done() for one in waiting)
    for event in prices.source.slow.values():
        event.set()
    await asyncio.gather(*waiting)
    assert prices.source.fetches == 4  # one for each region, not for each caller


async def test_regions_without_prices_are_asked_for_a_limited_number_of_times(
    prices: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_KEPT", 5)
    await prices.of()
    prices.source.prices = {}
    for number in range(8):
        await prices.of(f"odd{number}")
    assert prices.source.fetches == 6
    await prices.of("odd1")
    assert prices.source.fetches == 6  # what made room is no cool-down
    prices.now += timedelta(hours=25)
    prices.source.prices = FULL
    assert (await prices.of()).as_of == prices.now.date()  # a list that is known is asked for as before


async def test_the_oldest_list_makes_room(prices: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_KEPT", 2)
    for region in ("westus", "eastus", "northeurope"):
        await prices.of(region)
    assert [region for region, _ in prices.lists._known] == ["eastus", "northeurope"]
    await prices.of("westus")
    assert prices.source.fetches == 3  # the database has it
