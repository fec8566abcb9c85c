"""What is refused when a restore is asked for: with its pointer, and nothing is sent."""

from typing import Any

import pytest

from tests.restores.restore_requests import (
    NEW_VM,
    PAIRED_DISKS,
    PAIRED_STORAGE,
    PAIRED_VM,
    REPLACE,
    STORAGE,
    SUBNET,
    ask,
    backed_up,
    restores,
)
from tests.simulator.story import SUB
from tests.world import DISKS, World, vm_id

TARGET = DISKS["resource_group_id"]
MODES: dict[str, dict[str, Any]] = {"disks": DISKS, "new_vm": NEW_VM, "replace_disks": REPLACE}
FOREIGN: dict[str, dict[str, Any]] = {
    "disks": {"name": "x", "subnet_id": SUBNET, "confirm_vm_id": vm_id("vm-web-01"), "source": None, "force": True},
    "new_vm": {"luns": [], "confirm_vm_id": vm_id("vm-web-01"), "size": "big"},
    "replace_disks": {"luns": [0], "zone": "1", "resource_group_id": TARGET, "name": "x", "source": {}},
}
OTHER = "/subscriptions/00000000-0000-0000-0000-000000000002"


async def test_each_mode_refuses_what_is_missing_and_what_is_foreign(world: World) -> None:
    item = await world.item()
    for mode, target in MODES.items():
        for missing in set(target) - {"mode", "zone", "luns"}:
            answer = await ask(world, item, {name: value for name, value in target.items() if name != missing})
            assert answer.status_code == 422, (mode, missing)
            assert answer.json()["pointer"] == f"#/target/{missing}", (mode, missing, answer.json())
        for foreign, value in FOREIGN[mode].items():
            answer = await ask(world, item, target | {foreign: value})
            assert answer.status_code == 422, (mode, foreign)
            assert answer.json()["pointer"] == f"#/target/{foreign}", (mode, foreign, answer.json())
    for nothing in ({}, {"mode": "everything"}, {"mode": None}, {"resource_group_id": "x"}):
        answer = await ask(world, item, nothing)
        assert (answer.status_code, answer.json()["pointer"][:8]) == (422, "#/target")
    assert world.triggers == []


async def test_what_does_not_fit_its_item_is_refused_and_nothing_is_sent(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    wrong: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
        (REPLACE | {"confirm_vm_id": vm_id("vm-db-01")}, {}, "#/target/confirm_vm_id", "confirmation_mismatch"),
        (NEW_VM | {"name": "vm web"}, {}, "#/target/name", "restore_not_valid"),
        (
            DISKS | {"resource_group_id": f"{OTHER}/resourceGroups/rg"},
            {},
            "#/target/resource_group_id",
            "target_subscription_not_allowed",
        ),
        (
            NEW_VM | {"staging_storage_account_id": STORAGE.replace(SUB, OTHER)},
            {},
            "#/target/staging_storage_account_id",
            "target_subscription_not_allowed",
        ),
        (DISKS, {"id": "1"}, "#/recovery_point/id", "recovery_point_not_found"),
        (DISKS, {"latest": True, "consistency": "application"}, "#/recovery_point", "no_recovery_point_qualifies"),
        (DISKS, {"latest_before": "2020-01-01T00:00:00Z"}, "#/recovery_point", "no_recovery_point_qualifies"),
        (DISKS, {"latest": True, "tier": "archive"}, "#/recovery_point", "no_recovery_point_qualifies"),
    ]
    for target, point, pointer, code in wrong:
        answer = await ask(world, item, target, **point)
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["pointer"]) == (
            404 if "point" in code else 422,
            code,
            pointer,
        ), problem
        assert problem["remedy"]
    (only,) = await world.points(item)
    assert problem["nearest"] == only["id"]
    assert problem["nearest_point"]["time"]
    assert (await world.rows("SELECT count(*) AS n FROM restores"))[0]["n"] == 0
    assert restores(world) == []


async def test_without_cross_region_restore_the_secondary_region_is_refused_with_the_remedy(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    answer = await ask(world, item, PAIRED_DISKS, region="secondary")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "cross_region_restore_not_enabled")
    assert "cross_region_restore" in problem["remedy"]
    assert restores(world) == []


async def test_a_change_made_in_azure_counts_not_our_older_row(world: World) -> None:
    """Our row says no, Azure says yes by now; then our row says yes, and Azure no."""
    item = await backed_up(world)
    await world.rows("UPDATE vaults SET cross_region_restore = false RETURNING id")
    assert (await ask(world, item, PAIRED_DISKS, region="secondary")).status_code == 202
    await world.settle()
    await world.rows("UPDATE vaults SET cross_region_restore = true RETURNING id")
    vault = next(iter(world.simulator.world.vaults.values()))
    vault.settings["redundancySettings"]["crossRegionRestore"] = "Disabled"
    vault.crossing_since = None
    answer = await ask(world, item, PAIRED_DISKS, region="secondary")
    assert (answer.status_code, answer.json()["code"]) == (409, "cross_region_restore_not_enabled")


async def test_a_secondary_region_without_data_yet_says_so(world: World) -> None:
    world.simulator.world.options.secondary_lag_seconds = 100 * 86_400
    item = await backed_up(world)
    for point in ({"latest": True}, {"id": (await world.points(item))[0]["id"]}):
        answer = await ask(world, item, PAIRED_DISKS, region="secondary", **point)
        assert (answer.status_code, answer.json()["code"]) == (404, "secondary_region_empty")
        assert "primary region" in answer.json()["remedy"]
    assert restores(world) == []


async def test_a_point_that_has_not_arrived_names_the_nearest_that_has(world: World) -> None:
    item = await backed_up(world)
    (arrived,) = await world.points(item)
    world.simulator.world.options.secondary_lag_seconds = 5_000
    world.advance(20_000)
    await world.back_up(item)
    newest = (await world.points(item))[0]
    world.simulator.world.options.secondary_lag_seconds = 80_000
    # The first one is old enough only if it has had the time: give it that, and not the second.
    world.advance(80_000 - 20_000)
    answer = await ask(world, item, PAIRED_DISKS, region="secondary", id=newest["id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_recovery_point_qualifies")
    assert answer.json()["nearest"] == arrived["id"]
    latest = await ask(world, item, PAIRED_DISKS, region="secondary")
    assert latest.json()["recovery_point"]["id"] == arrived["id"]


async def test_a_target_in_another_region_or_that_does_not_exist_is_refused_with_its_pointer(world: World) -> None:
    item = await backed_up(world)
    wrong = [
        (DISKS, "staging_storage_account_id", "target_in_another_region"),
        (PAIRED_VM | {"subnet_id": SUBNET}, "subnet_id", "target_in_another_region"),
        (
            PAIRED_DISKS | {"staging_storage_account_id": PAIRED_STORAGE + "x"},
            "staging_storage_account_id",
            "target_not_found",
        ),
    ]
    for target, field, code in wrong:
        answer = await ask(world, item, target, region="secondary")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["pointer"] == f"#/target/{field}"
    replacing = await ask(world, item, REPLACE, region="secondary")
    assert (replacing.status_code, replacing.json()["pointer"]) == (422, "#/recovery_point/region")
    assert restores(world) == []


async def test_a_vm_that_is_gone_has_no_disks_to_replace(world: World) -> None:
    item = await backed_up(world)
    world.simulator.world.vms.pop(vm_id("vm-web-01").lower())
    answer = await ask(world, item, REPLACE)
    assert (answer.status_code, answer.json()["code"]) == (409, "source_vm_gone")
    assert restores(world) == []


@pytest.mark.parametrize("target", [DISKS, NEW_VM])
async def test_another_tenants_item_is_not_there(world: World, target: dict[str, Any]) -> None:
    item = await world.item()
    async with world.stranger() as stranger:
        body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": target}
        assert (await stranger.post("/v1/restores", json=body)).status_code == 404
