"""What vaults store: Azure's rows as they may be, which bytes count, and how they get into charge-back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.azure import values as v
from app.azure.check_values import VaultUsage
from app.azure.item_states import ItemState
from app.azure.sdk import translate_vaults
from app.azure.sdk.paging import take
from app.cost.amounts import Amount
from app.cost.months.charges import charges_of, group_of, grouped
from app.cost.months.stored import FRESH, NotMeasured, Stored, factor_of, used_share
from app.cost.rules import Basis
from app.cost.sizes import SizeFacts
from tests.cost.test_months import GB, ITEM, LISTS, NOW, backdated, cost, write
from tests.cost.test_months import item as item  # noqa: PLC0414 - a fixture
from tests.world import World

SAID = Stored(80 * GB, 0, 2, NOW, is_denied=False, has_deleted=False)
TEN = Amount.exactly(Decimal(10))
ODD: tuple[Any, ...] = (None, -1, 2**60, 1.5, "much", True, [])
NOTHING_SAID = VaultUsage(None, None, None)


# --- Azure's rows ----------------------------------------------------------------------------------------------------
def row(name: Any, value: Any) -> dict[str, Any]:
    return {"unit": 0, "currentValue": value, "limit": -1, "name": {"value": name, "localizedValue": name}}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([row("LRSStorageUsage", 5), row("GRSStorageUsage", 0), row("ProtectedItemCount", 2)], VaultUsage(5, 0, 2)),
        ([], VaultUsage(None, None, None)),
        ([row("lrsstorageusage", "5")], VaultUsage(5, None, None)),
        (
            [row("LRSStorageUsage", odd) for odd in ODD],
            VaultUsage(None, None, None),
        ),
        ([row("LRSStorageUsage", 5), row("LRSStorageUsage", 6)], VaultUsage(None, None, None)),
        (
            [None, 7, {}, {"name": None}, {"name": "LRSStorageUsage"}, row(7, 7), row("GRSStorageUsage", 9)],
            VaultUsage(None, 9, None),
        ),
    ],
)
def test_odd_rows_say_nothing_and_lose_no_others(rows: list[Any], found: VaultUsage) -> None:
    read: list[tuple[str, int]] = []
    for one in rows:
        take(one, translate_vaults.usage_row, read, [])
    assert translate_vaults.usage(read) == found


# --- which bytes count -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "redundancy", "why"),
    [
        ({"is_denied": True}, "local", NotMeasured.NOT_ALLOWED),
        ({"as_of": None}, "local", NotMeasured.NOT_READ),
        ({"as_of": NOW - FRESH - timedelta(hours=1)}, "local", NotMeasured.NOT_READ),
        ({}, "zone", NotMeasured.NOT_SAID),
        ({}, None, NotMeasured.NOT_SAID),
        ({}, "geo", NotMeasured.NOT_SAID),
        ({"local_bytes": 0}, "local", NotMeasured.NOT_SAID),
        ({"geo_bytes": 1}, "local", NotMeasured.NOT_SAID),
        ({"items": 3}, "local", NotMeasured.OTHER_DATA),
        ({"items": None}, "local", NotMeasured.OTHER_DATA),
        ({"has_deleted": True}, "local", NotMeasured.OTHER_DATA),
    ],
)
def test_bytes_that_may_be_of_something_else_are_not_shared_out(
    change: dict[str, Any], redundancy: str | None, why: NotMeasured
) -> None:
    assert factor_of(replace(SAID, **change), redundancy, [TEN, TEN], 2, NOW) is why


def test_bytes_are_shared_out_where_every_share_is_known() -> None:
    assert factor_of(SAID, "local", [TEN, TEN], 2, NOW) == 4
    assert factor_of(replace(SAID, local_bytes=0, geo_bytes=80 * GB), "geo", [TEN, TEN], 2, NOW) == 4
    assert factor_of(None, "local", [TEN], 1, NOW) is NotMeasured.NOT_READ
    for weights in ([TEN, None], [], [Amount.exactly(Decimal(0))]):
        assert factor_of(SAID, "local", weights, 2, NOW) is NotMeasured.SHARES_UNKNOWN


def test_a_measured_vault_costs_what_it_stores_now_and_grows_from_there() -> None:
    """Computed: 129 GB now, 309 in 90 days (test_months.py). Azure says 64.5: half as much, now and later."""
    bare = charges_of([ITEM], LISTS, NOW)[0]
    stored = {ITEM.vault_id: replace(SAID, local_bytes=int(64.5 * GB), items=1)}
    charges = charges_of([ITEM], LISTS, NOW, stored)
    (charge,) = charges
    assert charge.monthly is not None
    assert charge.later is not None
    # 8.775779 + 64.5 x 0.019658 + 100 x 0.9667 x 0.02 x 0.12; later 8.775779 + 154.5 x 0.019658 + 0.24
    assert round(charge.monthly.expected, 2) == Decimal("10.28")
    assert round(charge.later.expected, 2) == Decimal("12.05")
    group = group_of(None, charges).storage
    assert group is not None
    assert (group.basis, group.as_of, list(group.not_measured)) == (Basis.MEASURED, NOW, [])
    assert group.quantity == Amount.exactly(Decimal("64.5"))
    unread = group_of(None, [bare]).storage
    assert unread is not None
    assert (unread.basis, unread.as_of, list(unread.not_measured)) == (Basis.ESTIMATED, None, [NotMeasured.NOT_READ])


def test_a_part_of_a_vault_is_estimated_and_an_item_without_a_backup_has_no_share() -> None:
    other = replace(ITEM, id=UUID(int=8))
    fresh = replace(ITEM, id=UUID(int=9), state=ItemState.INITIAL_BACKUP_PENDING)
    charges = charges_of([ITEM, other, fresh], LISTS, NOW, {ITEM.vault_id: replace(SAID, items=3)})
    assert [one.storage.quantity for one in charges] == [Amount.exactly(Decimal(gb)) for gb in (40, 40, 0)]
    bases = [one.storage.basis if one.storage else None for one in grouped(charges, lambda item: str(item.id.int))]
    assert bases == [Basis.ESTIMATED, Basis.ESTIMATED, None]
    (whole,) = grouped(charges, lambda _: None)
    assert whole.storage is not None
    assert (whole.storage.basis, whole.storage.quantity) == (Basis.MEASURED, Amount.exactly(Decimal(80)))


# --- asked by the loop -----------------------------------------------------------------------------------------------
async def storage(world: World) -> dict[str, Any]:
    (group,) = (await cost(world, "vault"))["groups"]
    found: dict[str, Any] = group["storage"]
    return found


async def reads(world: World) -> int:
    """How often the simulator was asked for anything that is neither a job nor a write."""
    return int(world.simulator.world.truth.requests["other_read"])


async def test_the_loop_asks_once_a_day_and_says_how_old_it_is(world: World, item: dict[str, Any]) -> None:
    before = await storage(world)
    assert (before["basis"], before["not_measured"], before["as_of"]) == ("assumed", ["not_read"], None)
    asked = await reads(world)
    await write(world)
    await write(world)
    assert await reads(world) == asked + 1
    found = await storage(world)
    assert (found["basis"], found["not_measured"]) == ("measured", [])
    assert datetime.fromisoformat(found["as_of"]) <= datetime.now(UTC)
    usage = await world.azure.vaults.usage(v.VaultRef(*await _names(world)))
    stored = usage.local_bytes or usage.geo_bytes
    assert stored
    assert usage.items == 1
    assert Decimal(found["gb"]) == round(Decimal(stored) / GB, 3)
    answer = await world.api.delete(f"/v1/protected-items/{item['id']}")
    assert answer.status_code == 202


async def _names(world: World) -> tuple[str, str, str]:
    (row,) = await world.rows("SELECT subscription_id, resource_group, name FROM vaults")
    return row["subscription_id"], row["resource_group"], row["name"]


@pytest.mark.usefixtures("item")
async def test_without_the_right_it_stays_estimated_and_is_said_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await backdated(world, days=1)
    await write(world)
    world.fault("GET", "/usages", "status_before", times=None, status=403)
    for _ in range(2):
        await world.rows("UPDATE cost_stored SET asked_at = asked_at - interval '1 day' RETURNING vault_id")
        await write(world)
    found = await storage(world)
    assert (found["basis"], found["not_measured"], found["as_of"]) == ("assumed", ["not_allowed"], None)
    (month,) = await world.rows("SELECT is_complete FROM cost_accruals")
    assert month["is_complete"]
    assert capsys.readouterr().out.count("cost.usages_not_allowed") == 1


@pytest.mark.usefixtures("item")
async def test_what_was_said_before_stays_while_azure_does_not_answer(world: World) -> None:
    await write(world)
    before = await storage(world)
    for kind, more in (("status_before", {"status": 503}), ("status_before", {"status": 429})):
        world.fault("GET", "/usages", kind, times=None, **more)
        await world.rows("UPDATE cost_stored SET asked_at = asked_at - interval '1 day' RETURNING vault_id")
        await write(world)
        assert await storage(world) == before


# --- VMs of which only the disks are known ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("held", "usual", "most", "share"),
    [
        (100, 100, 200, "0.5"),
        (150, 100, 200, "0.75"),
        (50, 100, 200, "0.25"),
        (900, 100, 200, "1"),
        (0, 100, 200, "0.02"),
    ],
)
def test_what_a_vault_stores_says_how_much_of_their_disks_vms_use(held: int, usual: int, most: int, share: str) -> None:
    assert used_share(Decimal(held), Decimal(usual), Decimal(most)) == Decimal(share)
    assert used_share(Decimal(held), Decimal(usual), Decimal(usual)) == Decimal("0.5")  # disks change nothing


@pytest.mark.parametrize("moved", [None, Decimal(GB)])
def test_an_item_found_with_backups_is_as_big_as_its_vault_allows(moved: Decimal | None) -> None:
    """Disks of 200 GB, 180 points, 229 GB stored: 50 GB used, whether 2 % a day is assumed or 1 GB was seen to move."""
    size = SizeFacts(None, moved, 9 if moved else 0, 200 * GB)
    found = replace(ITEM, is_adopted=True, size=size)
    (bare,) = charges_of([found], LISTS, NOW)
    (charge,) = charges_of([found], LISTS, NOW, {ITEM.vault_id: replace(SAID, local_bytes=229 * GB, items=1)})
    assert bare.monthly is not None
    assert charge.monthly is not None
    assert bare.monthly.expected > Decimal("8.775779")  # half of the disks: one instance
    # 8.775779 x 0.5 + 229 x 0.019658 + 1 x 0.12
    assert round(charge.monthly.expected, 2) == Decimal("9.01")
    assert charge.monthly.low < charge.monthly.expected < charge.monthly.high
    assert charge.storage.quantity == Amount.exactly(Decimal(229))
