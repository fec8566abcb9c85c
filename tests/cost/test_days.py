"""Each day is charged once: sums of days by hand, moves, workers that die or run twice, and days without a worker."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.cost.months.days import items_at
from app.cost.months.loop import CostLoop
from app.cost.months.rows import add_shares
from app.cost.months.shares import MOST_DAYS, days_to_charge
from app.cost.subjects import selected_items
from app.reports.writing import prune
from app.selectors.rules import Selector
from tests.cost.planted import (
    JULY,
    KEPT_180_DAYS,
    At,
    Planted,
    charge_until,
    days,
    due,
    june,
    june_cost,
    kept,
    loop_of,
    planted,
)
from tests.world import HOME, World

TODAY = date(2024, 6, 20)


@pytest.fixture
async def plan(world: World) -> Planted:
    made = await planted(world)
    made.vault(1)
    made.vault(2)
    return made


# --- which days ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("through", "first_item", "first", "count"),
    [
        (date(2024, 6, 18), date(2024, 1, 1), date(2024, 6, 19), 1),
        (date(2024, 6, 19), date(2024, 1, 1), None, 0),
        (date(2024, 7, 9), date(2024, 1, 1), None, 0),  # a clock that was ahead
        (None, date(2024, 1, 1), date(2024, 6, 1), 19),
        (None, date(2024, 6, 17), date(2024, 6, 17), 3),
        (None, TODAY, None, 0),
        (None, None, None, 0),
        (date(2024, 1, 1), date(2023, 1, 1), TODAY - timedelta(days=MOST_DAYS), MOST_DAYS),
    ],
)
def test_days_that_are_over_and_not_charged_yet(
    through: date | None, first_item: date | None, first: date | None, count: int
) -> None:
    found = days_to_charge(through, first_item, TODAY)
    assert (found[0] if found else None, len(found)) == (first, count)
    assert all(day < TODAY for day in found)


# --- what they cost --------------------------------------------------------------------------------------------------
async def test_a_month_is_the_sum_of_its_days_and_a_moved_vm_is_charged_once_a_day(world: World, plan: Planted) -> None:
    """In the first vault for ten days, then in the second, where its points begin anew; another came on the 21st."""
    plan.item(11, 1, june(1))
    plan.gone(11, june(11, 10))
    plan.item(12, 2, june(11, 13))
    plan.item(13, 2, june(21), vm="late")
    await charge_until(world, JULY)
    assert june_cost(list(range(1, 11))) == 4.2192  # (100 + 2.24 x 10.9 + 9 x 0.24) / 30
    assert await kept(world) == [
        (11, 1, 4.2192, days(1, 10)),
        (12, 2, june_cost(list(range(1, 21))), days(11, 30)),
        (13, 2, june_cost(list(range(1, 11))), days(21, 30)),
    ]


async def test_a_day_is_charged_as_the_item_was_at_its_end(world: World, plan: Planted) -> None:
    """Waiting for its first backup until the 3rd, soft-deleted on the 6th, brought back on the 9th."""
    plan.item(11, 1, june(1))
    for state, day in (("initial_backup_pending", 1), ("protected", 3), ("soft_deleted", 6), ("protected", 9)):
        plan.becomes(11, state, june(day))
    await charge_until(world, june(11, 6))
    assert await kept(world) == [(11, 1, june_cost([3, 4, 5, 9, 10]), days(1, 5) | days(9, 10))]
    (row,) = await world.rows("SELECT is_complete, price_source, currency FROM cost_accruals")
    assert row == {"is_complete": True, "price_source": "api", "currency": "USD"}


async def test_a_day_is_charged_by_the_policy_of_that_day(world: World, plan: Planted) -> None:
    plan.item(11, 1, june(1))
    plan.revision(1, 2, june(9), {**KEPT_180_DAYS, "retention": {"daily": {"count": 7}}})
    await charge_until(world, june(12, 6))
    assert await kept(world) == [(11, 1, june_cost([1, 2, 3, 4, 5, 6, 7, 8, 7, 7, 7]), days(1, 11))]


async def test_an_item_found_before_its_first_backup_is_counted_from_there(world: World, plan: Planted) -> None:
    """Of one that was found with backups it is not known since when: 180 points, and its size is not known either."""
    plan.item(11, 1, june(1), origin="azure", vm="new")
    plan.becomes(11, "initial_backup_pending", june(1))
    plan.becomes(11, "protected", june(2))
    plan.item(12, 1, june(1), origin="azure", vm="old")
    async with world.database.begin() as session:
        new, old = await items_at(session, HOME, june(3))
    assert (new.is_adopted, new.size.first_backup) == (False, 100 * 2**30)
    assert (old.is_adopted, old.size.first_backup) == (True, None)
    await charge_until(world, june(4, 6))
    assert await kept(world) == [(11, 1, june_cost([2, 3]), days(1, 3)), (12, 1, None, days(1, 3))]


async def test_pruned_history_changes_no_price_and_is_kept_while_days_may_be_filled_up(
    world: World, plan: Planted
) -> None:
    """Reports are kept for a day here; what an item was is still there for MOST_DAYS, and how it was found for good."""
    plan.item(11, 1, june(1), origin="azure", vm="new")
    plan.becomes(11, "initial_backup_pending", june(1))
    plan.becomes(11, "protected", june(2))
    plan.item(12, 1, june(1), origin="azure", vm="old")
    plan.becomes(12, "protected", june(2))

    async def pruned(today: date) -> tuple[int, list[bool], list[bool]]:
        async with world.database.begin() as session:
            await prune(session, today, today)
            then = await items_at(session, HOME, june(29))
            now = await selected_items(session, HOME, Selector())
        (left,) = await world.rows("SELECT count(*) AS n FROM item_history")
        return left["n"], *([one.is_adopted for one in found] for found in (then, now))

    whole, *adopted = await pruned(date(2024, 6, 1) + timedelta(days=MOST_DAYS))
    assert adopted == [[False, True]] * 2
    left, *adopted = await pruned(date(2025, 6, 1))
    assert (left, adopted) == (2, [[False, True]] * 2)
    assert whole > left


# --- once ------------------------------------------------------------------------------------------------------------
async def test_days_without_a_worker_are_filled_up_and_no_day_is_added_twice(world: World, plan: Planted) -> None:
    plan.item(11, 1, june(1))
    await charge_until(world, june(5, 6))
    assert await kept(world) == [(11, 1, june_cost(list(range(1, 5))), days(1, 4))]
    await charge_until(world, june(5, 22))
    assert await kept(world) == [(11, 1, june_cost(list(range(1, 5))), days(1, 4))]
    await charge_until(world, june(30, 6))  # 25 days later: four turns
    whole = [(11, 1, june_cost(list(range(1, 30))), days(1, 29))]
    assert await kept(world) == whole
    await world.rows("UPDATE cost_schedules SET accrued_through = NULL RETURNING tenant")
    await charge_until(world, june(30, 6))
    assert await kept(world) == whole


async def test_a_worker_killed_within_a_day_has_added_nothing_of_it(
    world: World, plan: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan.item(11, 1, june(1))
    calls = 0

    async def killed(*said: Any) -> None:
        nonlocal calls
        calls += 1
        await add_shares(*said)
        if calls == 3:
            raise asyncio.CancelledError

    await charge_until(world, june(1, 6))
    monkeypatch.setattr("app.cost.months.loop.add_shares", killed)
    await due(world)
    with pytest.raises(asyncio.CancelledError):
        await loop_of(world, At(june(8, 6))).run_once()
    assert await kept(world) == [(11, 1, june_cost([1, 2]), days(1, 2))]
    assert await loop_of(world, At(june(8, 6))).run_once() != 0.0  # its lease holds
    await charge_until(world, june(8, 6))
    assert await kept(world) == [(11, 1, june_cost(list(range(1, 8))), days(1, 7))]


async def test_of_two_workers_one_adds_a_day_and_one_that_lost_its_lease_adds_none(world: World, plan: Planted) -> None:
    plan.item(11, 1, june(1))
    await charge_until(world, june(1, 6))

    class Losing(CostLoop):
        """Another worker charges everything while this one computes."""

        lost = False

        async def _charge(self, tenant: str, fence: int, day: date, stored: Any) -> bool:
            if not Losing.lost:
                Losing.lost = True
                await charge_until(world, june(8, 6))
            return await super()._charge(tenant, fence, day, stored)

    await due(world)
    await loop_of(world, At(june(8, 6)), Losing).run_once()
    assert Losing.lost
    assert await kept(world) == [(11, 1, june_cost(list(range(1, 8))), days(1, 7))]


async def test_no_clock_of_a_worker_charges_a_day_that_is_not_over(world: World, plan: Planted) -> None:
    now = datetime.now(UTC)
    plan.item(11, 1, now - timedelta(days=3))
    await charge_until(world, now + timedelta(days=20))
    rows = await world.rows("SELECT accrued_through FROM cost_schedules")
    assert [row["accrued_through"] < now.date() for row in rows] == [True]


# --- what callers see ------------------------------------------------------------------------------------------------
async def test_months_from_before_days_were_kept_are_still_shown(world: World, plan: Planted) -> None:
    """The whole month of an older version, until the month of the first kept day; then the sum of days."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    this_month = yesterday.date().replace(day=1)
    before = (this_month - timedelta(days=1)).replace(day=1)
    plan.item(11, 1, datetime.combine(before, datetime.min.time(), UTC))
    for month, monthly in ((before, "18.11"), (this_month, "99.99")):
        plan.execute(
            "INSERT INTO cost_months (tenant, month, item_id, vault_id, vm_id, currency, price_date, price_source, "
            "monthly, is_complete) SELECT tenant, %(month)s, id, vault_id, vm_id, 'USD', %(month)s, 'api', "
            "%(monthly)s, true FROM protected_items",
            month=month,
            monthly=Decimal(monthly),
        )
    for kept_days, shown in ((None, "99.99"), (yesterday.day, None)):
        if kept_days is not None:
            await charge_until(world, datetime.now(UTC))
        for group_by in ("vault", "tenant", "label:team"):
            answer = (await world.api.get("/v1/cost", params={"group_by": group_by})).json()
            old, new = answer["groups"][0]["history"]
            assert answer["total"]["history"] == [old, new]
            assert (old["month"], old["monthly"], old["days_count"]) == (str(before), "18.11", None)
            assert (new["month"], new["days_count"], new["items_count"]) == (str(this_month), kept_days, 1)
            assert (new["monthly"] == shown) is (kept_days is None)
