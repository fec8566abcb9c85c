"""Charge-back: groups, the months that are kept, the forecast; and the loop that writes them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import get_ident
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from app.azure.item_states import ItemState
from app.azure.values import VmRef
from app.core.clock import SystemClock
from app.cost.amounts import Amount
from app.cost.months.charges import charges_of, group_of, grouped
from app.cost.months.loop import CostLoop
from app.cost.months.shares import shares_of
from app.cost.prices.lists import PriceLists
from app.cost.prices.meters import PriceList, PriceSource
from app.cost.prices.retail import RetailPrices
from app.cost.rules import Place, PriceKey
from app.cost.sizes import SizeFacts
from app.cost.subjects import ItemFacts
from app.policies.preview import MAX_DAYS, kept_by
from app.policies.schemas import DefinitionBody
from tests.cost.invoices import POLICIES, PRICES
from tests.simulator.story import vm_id
from tests.world import HOME, World

GB = 2**30
TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
LISTS = {
    "westeurope": PriceList(
        "westeurope", "EUR", TODAY, PriceSource.API, {PriceKey(name): Decimal(price) for name, price in PRICES.items()}
    )
}
ITEM = ItemFacts(
    id=UUID(int=1),
    vm=VmRef("s", "rg", "vm"),
    vm_key="vm",
    vault_id=UUID(int=2),
    policy_id=UUID(int=3),
    state=ItemState.PROTECTED,
    location="westeurope",
    place=Place("local", cross_region_restore=False),
    definition=DefinitionBody.model_validate({"time_zone": "UTC", **POLICIES["daily_180"]}).to_definition(),
    is_enhanced=False,
    created_at=datetime(2026, 6, 1, tzinfo=UTC),
    is_adopted=False,
    size=SizeFacts(100 * GB, Decimal(2 * GB), 9),
)


# --- what items cost -------------------------------------------------------------------------------------------------
def test_an_item_costs_what_its_points_of_today_cost_and_later_what_those_of_then_do() -> None:
    """30 days old, 15.5 points on average of its days; in 90 days 105.5 of the last 30."""
    (charge,) = charges_of([ITEM], LISTS, NOW)
    assert charge.monthly is not None
    assert charge.later is not None
    # 8.775779 + 100 x (1 + 14.5 x 0.02) x 0.019658 + 100 x 0.9667 x 0.02 x 0.12
    assert round(charge.monthly.expected, 2) == Decimal("11.54")
    # 8.775779 + 100 x (1 + 104.5 x 0.02) x 0.019658 + 100 x 0.02 x 0.12
    assert round(charge.later.expected, 2) == Decimal("15.09")
    assert charge.later.low < charge.later.expected < charge.later.high


def test_an_item_that_was_found_in_azure_has_all_the_points_that_its_policy_keeps() -> None:
    """Since when it is backed up is not known; from the day it was found it would be 15.5 points, and seem to grow."""
    (found,) = charges_of([replace(ITEM, is_adopted=True)], LISTS, NOW)
    assert found.monthly is not None
    assert found.later is not None
    # 8.775779 + 100 x (1 + 179 x 0.02) x 0.019658 + 100 x 0.02 x 0.12
    assert round(found.monthly.expected, 2) == Decimal("18.02")
    assert found.later.expected == found.monthly.expected


def test_six_backups_a_day_of_one_gb_each_are_a_daily_churn_of_six_gb() -> None:
    hourly = {"frequency": "hourly", "start": "00:00", "every_hours": 4, "window_hours": 20}
    policy = DefinitionBody.model_validate(
        {"time_zone": "UTC", "schedule": hourly, "retention": {"daily": {"count": 30}}}
    ).to_definition()
    item = replace(ITEM, definition=policy, size=SizeFacts(100 * GB, Decimal(GB), 9), is_adopted=True)
    (charge,) = charges_of([item], LISTS, NOW)
    assert charge.storage.quantity is not None
    # 100 x (1 + 29 x 0.06)
    assert round(charge.storage.quantity.expected) == 274


def test_before_its_first_backup_an_item_costs_nothing_and_deleted_data_is_left_out() -> None:
    (fresh,) = charges_of([replace(ITEM, state=ItemState.INITIAL_BACKUP_PENDING)], LISTS, NOW)
    assert fresh.monthly == Amount.exactly(Decimal(0))
    assert fresh.later is not None
    assert fresh.later.expected > 0
    assert charges_of([replace(ITEM, state=ItemState.SOFT_DELETED)], LISTS, NOW) == []


def test_groups_count_what_is_not_known_and_sum_the_rest() -> None:
    bare = replace(ITEM, id=UUID(int=9), size=SizeFacts())
    charges = charges_of([ITEM, bare], LISTS, NOW)
    (group,) = grouped(charges, lambda _: None)
    assert group == group_of(None, charges)
    assert (group.items_count, group.incomplete_count) == (2, 1)
    assert group.monthly == charges[0].monthly
    assert [one.key for one in grouped(charges, lambda item: "a" if item is ITEM else None)] == ["a", None]


def test_items_of_a_policy_share_one_walk_over_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk of its own for each item takes 13 s for 5,000 items."""
    walked = 0

    def counted(*asked: Any, **more: Any) -> Any:
        nonlocal walked
        walked += 1
        return kept_by(*asked, **more)

    monkeypatch.setattr("app.policies.preview.kept_by", counted)
    items = [
        replace(ITEM, id=UUID(int=number), created_at=ITEM.created_at - timedelta(days=5 * number))
        for number in range(100)
    ]
    now = datetime(2026, 6, 29, tzinfo=UTC)  # no other test asks for this day: nothing is cached
    assert len({charge.monthly for charge in charges_of(items, LISTS, now)}) > 30
    assert walked <= 2 * (MAX_DAYS + 100)


# --- through HTTP ----------------------------------------------------------------------------------------------------
@pytest.fixture
async def item(world: World) -> dict[str, Any]:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    body = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"], "labels": {"team": "web"}}
    item = await world.resource_of(await world.done("/v1/protected-items", body))
    await world.back_up(item)
    return item


async def cost(world: World, group_by: str, **query: str) -> dict[str, Any]:
    answer = await world.api.get("/v1/cost", params={"group_by": group_by, **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def backdated(world: World, *, days: int) -> None:
    """The items were protected, and backed up, so many days ago."""
    since = datetime.now(UTC) - timedelta(days=days)
    await world.rows("UPDATE protected_items SET created_at = :at RETURNING id", at=since)
    with psycopg.connect(world.settings.database_dsn, autocommit=True) as owner:
        owner.execute("UPDATE item_history SET at = %(at)s, protected_since = %(at)s", {"at": since})


def loop(world: World, **more: Any) -> CostLoop:
    clock = SystemClock()
    lists = PriceLists(RetailPrices(world.settings.prices_origin, more.get("http", world.http)), clock.now)
    return CostLoop(world.database, lists, clock, world.azure.vaults)


async def run(keeping: CostLoop) -> None:
    while await keeping.run_once() == 0.0:
        pass


async def write(world: World) -> None:
    keeping = loop(world)
    await run(keeping)  # enrols the tenants
    await world.rows("UPDATE cost_schedules SET due_at = clock_timestamp() RETURNING tenant")
    await run(keeping)


async def test_groups_by_vault_tenant_and_label_say_the_same_sum(world: World, item: dict[str, Any]) -> None:
    by_vault = await cost(world, "vault")
    (group,) = by_vault["groups"]
    assert (group["key"], group["name"], group["items_count"]) == (item["vault_id"], "vault-demo", 1)
    assert Decimal(group["monthly"]["expected"]) > 5
    assert Decimal(group["forecast"]["monthly"]["expected"]) > Decimal(group["monthly"]["expected"])
    assert group["forecast"]["days"] == 90
    assert (by_vault["currency"], by_vault["price_source"]) == ("USD", "api")
    assert by_vault["total"]["monthly"] == group["monthly"]
    keys = {"tenant": HOME, "label:team": "web", "label:other": None}
    for group_by, key in keys.items():
        (same,) = (await cost(world, group_by))["groups"]
        assert (same["key"], same["monthly"]) == (key, group["monthly"])


@pytest.mark.usefixtures("item")
async def test_sums_are_made_beside_the_event_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """5,000 items would hold up every other caller of the process."""
    threads: dict[Any, int] = {}

    def seen(made: Any) -> Any:
        def noted(*asked: Any) -> Any:
            threads[made] = get_ident()
            return made(*asked)

        return noted

    monkeypatch.setattr("app.cost.service.charges_of", seen(charges_of))
    monkeypatch.setattr("app.cost.months.loop.shares_of", seen(shares_of))
    await backdated(world, days=1)
    await cost(world, "vault")
    await write(world)
    assert threads.keys() == {charges_of, shares_of}
    assert get_ident() not in threads.values()


async def test_a_month_is_kept_also_of_what_is_gone(world: World, item: dict[str, Any]) -> None:
    await backdated(world, days=40)
    await write(world)
    history = (await cost(world, "label:team"))["groups"][0]["history"]
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    (month,) = history
    assert (month["month"], month["items_count"], month["incomplete_count"]) == (str(yesterday.replace(day=1)), 1, 0)
    assert (month["days_count"], Decimal(month["monthly"]) > 0) == (yesterday.day, True)
    assert (await cost(world, "vault"))["total"]["history"] == history
    answer = await world.api.delete(f"/v1/protected-items/{item['id']}")
    assert answer.status_code == 202
    await world.settle()
    await write(world)
    gone = await cost(world, "vault")
    (group,) = gone["groups"]
    assert (group["key"], group["items_count"], group["monthly"]["expected"]) == (item["vault_id"], 0, "0.00")
    assert group["history"] == history
    assert gone["total"]["history"] == history


@pytest.mark.usefixtures("item")
async def test_while_prices_are_away_the_loop_writes_what_is_known(world: World) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    await backdated(world, days=1)
    away = loop(world, http=httpx.AsyncClient(transport=httpx.MockTransport(refuse)))
    await run(away)
    await world.rows("UPDATE cost_schedules SET due_at = clock_timestamp() RETURNING tenant")
    await run(away)
    rows = await world.rows("SELECT is_complete, price_source FROM cost_accruals")
    assert [(row["is_complete"], row["price_source"]) for row in rows] == [(False, "packaged")]


async def test_a_group_that_is_not_known_is_refused(world: World) -> None:
    for query in ({}, {"group_by": "team"}, {"group_by": "label:"}, {"group_by": "vault", "currency": "euro"}):
        answer = await world.api.get("/v1/cost", params=query)
        assert answer.status_code == 422, query
    nothing = await cost(world, "vault")
    assert (nothing["groups"], nothing["price_source"], nothing["total"]["items_count"]) == ([], None, 0)
