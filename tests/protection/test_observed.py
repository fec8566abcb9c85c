"""What others do to an item is applied to its row within one sweep, whatever came of it, and nobody asks for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.azure.lists import Listed, Unreadable
from app.azure.values import (
    BackupOrder,
    DailyRetention,
    DailySchedule,
    ItemRef,
    PolicyDefinition,
    PolicyOrder,
    PolicyRef,
    ProtectOrder,
    Retention,
)
from app.jobs.sweep.apply_items import InventorySeen
from app.protection.observed import ObservedItems
from tests.jobs.untracked_steps import an_hour_passes, slow_sweep
from tests.vaults.vault_steps import REF, item_ref
from tests.whole import some_of
from tests.world import KEEP, World, vm_id

SIMULATED = "http://simulator.test/_simulator"
UNTIL = datetime(2036, 1, 31, tzinfo=UTC)
LIST = r"/backupProtectedItems"


async def read(world: World, item: Mapping[str, Any]) -> dict[str, Any]:
    answer = await world.api.get(f"/v1/protected-items/{item['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def items_of(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await world.api.get("/v1/protected-items")).json()["items"]
    return found


async def over(world: World) -> None:
    """What others began is over in Azure; then comes the sweep of the quarter of an hour."""
    world.advance(20_000)
    await slow_sweep(world)


async def is_owed(world: World) -> bool:
    (watch,) = await world.rows("SELECT items_owed_at, policies_owed_at FROM vault_watches")
    return any(moment is not None for moment in watch.values())


def the_item(vm: str = "vm-web-01") -> ItemRef:
    return item_ref({"subscription_id": REF.subscription_id, "resource_group": "rg-demo", "name": "vault-demo"}, vm)


async def stop(world: World) -> None:
    await world.azure.protected_items.stop(the_item(), request_id=uuid4())


async def delete(world: World) -> None:
    await world.azure.protected_items.delete(the_item(), request_id=uuid4())


async def undelete(world: World) -> None:
    await world.azure.protected_items.undelete(the_item(), request_id=uuid4())


async def protect(world: World, policy: str = "DefaultPolicy", vm: str = "vm-web-01") -> None:
    order = ProtectOrder(the_item(vm), PolicyRef(REF, policy))
    await world.azure.protected_items.protect(order, request_id=uuid4())


async def write_policy(world: World, name: str = "theirs", days: int = 9) -> None:
    definition = PolicyDefinition("UTC", DailySchedule(time(2)), Retention(daily=DailyRetention(days)), 2)
    await world.azure.policies.put(PolicyOrder(PolicyRef(REF, name), definition), request_id=uuid4())


async def back_up(world: World) -> None:
    await world.azure.backups.trigger(BackupOrder(the_item(), UNTIL), request_id=uuid4())


async def backed_up(world: World) -> dict[str, Any]:
    item = await world.item()
    await world.back_up(item)
    return await read(world, item)


# --- each thing that others may do ------------------------------------------------------------------------------------
async def test_a_stop_then_a_deletion_then_an_undelete_then_a_resume_are_seen_each_within_a_sweep(
    world: World,
) -> None:
    item = await backed_up(world)
    await stop(world)
    await over(world)
    seen = await read(world, item)
    assert (seen["state"], seen["policy_id"]) == ("paused", None)

    await delete(world)
    await over(world)
    seen = await read(world, item)
    assert seen["state"] == "soft_deleted"
    left = datetime.fromisoformat(seen["purge_at"]) - datetime.fromisoformat(seen["deleted_at"])
    assert left == timedelta(days=14)

    await undelete(world)
    await over(world)
    seen = await read(world, item)
    assert (seen["state"], seen["purge_at"]) == ("paused", None)

    await protect(world)
    await over(world)
    seen = await read(world, item)
    assert (seen["state"], seen["policy_id"]) == ("protected", item["policy_id"])
    assert not await is_owed(world)


async def test_a_policy_that_others_made_is_read_with_the_item_that_follows_it(world: World) -> None:
    item = await backed_up(world)
    await write_policy(world)
    await protect(world, "theirs")
    await over(world)
    seen = await read(world, item)
    policy = (await world.api.get(f"/v1/policies/{seen['policy_id']}")).json()
    assert (policy["name"], policy["definition"]["retention"]["daily"]["count"]) == ("theirs", 9)
    await write_policy(world, days=30)
    await over(world)
    policy = (await world.api.get(f"/v1/policies/{seen['policy_id']}")).json()
    assert policy["definition"]["retention"]["daily"]["count"] == 30, "what it says is followed too"


async def test_a_machine_that_others_protect_becomes_an_item_and_its_jobs_name_it(world: World) -> None:
    await world.item()
    await protect(world, vm="vm-db-01")
    await over(world)
    (item,) = [item for item in await items_of(world) if item["vm_id"] == vm_id("vm-db-01")]
    assert (item["origin"], item["state"]) == ("azure", "initial_backup_pending")
    jobs = (await world.api.get(f"/v1/jobs?protected_item_id={item['id']}")).json()["items"]
    assert [(job["kind"], job["origin"], job["resource"]) for job in jobs] == [
        ("protect", "azure", f"/v1/protected-items/{item['id']}")
    ]


async def test_an_item_whose_data_is_gone_for_good_goes(world: World) -> None:
    await backed_up(world)
    vault = next(iter(world.simulator.world.vaults.values()))
    vault.settings["securitySettings"]["softDeleteSettings"]["softDeleteState"] = "Disabled"
    await delete(world)
    await over(world)
    assert await items_of(world) == []


async def plant_fault(world: World) -> None:
    answer = await world.http.post(f"{SIMULATED}/seed", json={"backup_faults": [{"vm_id": vm_id("vm-web-01")}]})
    assert answer.is_success, answer.text


async def test_a_backup_of_others_that_failed_is_seen_while_followed_and_the_next_good_one_heals(world: World) -> None:
    item = await backed_up(world)
    await plant_fault(world)
    await back_up(world)
    world.advance(60)
    await slow_sweep(world)
    await over(world)
    seen = await read(world, item)
    assert (seen["health"], seen["last_backup_status"]) == ("ActionRequired", "Failed")
    await back_up(world)
    await over(world)
    seen = await read(world, item)
    assert (seen["health"], seen["last_backup_status"]) == ("Passed", "Completed")


async def test_a_backup_of_ours_that_failed_shows_on_its_item(world: World) -> None:
    item = await backed_up(world)
    await plant_fault(world)
    answer = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    await world.settle()
    assert (await world.api.get(answer.headers["Location"])).json()["state"] == "failed"
    seen = await read(world, item)
    assert (seen["health"], seen["last_backup_status"]) == ("ActionRequired", "Failed")


# --- what must not be lost, and what must not be done -----------------------------------------------------------------
async def test_one_list_of_items_a_sweep_however_many_jobs_ended(world: World) -> None:
    await backed_up(world)
    for _ in range(5):
        await back_up(world)
    world.advance(20_000)
    await an_hour_passes(world)
    asked = await world.run("observing")
    assert asked["other_read"] == 2, "its items, and the vault itself"


@pytest.mark.parametrize(
    "trouble",
    some_of(
        [
            {"effect": "status_before", "status": 503},
            {"effect": "status_before", "status": 200, "body": "{}"},
            {"effect": "status_before", "status": 404},
            {"effect": "drop_before"},
        ],
        short=1,
    ),
    ids=str,
)
async def test_where_the_list_cannot_be_had_nothing_changes_and_a_later_sweep_tries_again(
    world: World, trouble: dict[str, Any]
) -> None:
    item = await backed_up(world)
    await stop(world)
    world.fault("GET", LIST, times=None, **trouble)
    await over(world)
    before = await read(world, item)
    assert (before["state"], await is_owed(world)) == ("protected", True)
    (watch,) = await world.rows("SELECT extract(epoch FROM due_at - clock_timestamp()) AS due_in FROM vault_watches")
    assert float(watch["due_in"]) < world.settings.poll_seconds * 2, "and soon"
    world.simulator.faults.waiting.clear()
    asked = await world.run("observing")
    assert (await read(world, item))["state"] == "paused"
    assert (asked["list_jobs"], await is_owed(world)) == (0, False)


class Died(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL."""


async def test_a_worker_that_dies_before_the_list_owes_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    item = await backed_up(world)
    await stop(world)

    async def die(*_: Any) -> bool:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("app.jobs.sweep.apply_items.ItemUpdates.apply", die)
        with pytest.raises(Died):
            await over(world)
    await world.rows("UPDATE vault_watches SET lease_until = clock_timestamp() RETURNING vault_id")
    await world.run("observing")
    assert (await read(world, item))["state"] == "paused"


async def test_a_list_that_is_short_of_an_item_takes_nothing_while_azure_has_it(world: World) -> None:
    item = await backed_up(world)
    await back_up(world)
    world.fault("GET", LIST, "status_before", status=200, body='{"value": []}')
    await over(world)
    assert (await read(world, item))["id"] == item["id"]
    assert not await is_owed(world)


async def test_an_item_that_cannot_be_asked_for_stays_and_is_asked_for_again(world: World) -> None:
    item = await backed_up(world)
    await back_up(world)
    world.fault("GET", LIST, "status_before", status=200, body='{"value": []}')
    world.fault("GET", r"/protectedItems/", "status_before", status=503)
    await over(world)
    assert (await read(world, item))["id"] == item["id"]
    assert await is_owed(world)
    await world.run("observing")
    assert not await is_owed(world)


async def taken_in(world: World, item: Mapping[str, Any], seen: InventorySeen) -> bool:
    (row,) = await world.rows("SELECT tenant FROM vaults WHERE id = :id", id=UUID(item["vault_id"]))
    async with world.database.begin() as session:
        return await ObservedItems().take_in(session, row["tenant"], UUID(item["vault_id"]), seen)


async def now(world: World) -> datetime:
    (row,) = await world.rows("SELECT clock_timestamp() AS now")
    moment: datetime = row["now"]
    return moment


async def unprotect(world: World, item: Mapping[str, Any]) -> None:
    vault = next(iter(world.simulator.world.vaults.values()))
    vault.settings["securitySettings"]["softDeleteSettings"]["softDeleteState"] = "Disabled"
    answer = await world.api.delete(f"/v1/protected-items/{item['id']}")
    assert answer.status_code == 202, answer.text
    await world.settle()


async def pause(world: World, item: Mapping[str, Any]) -> None:
    await world.api.patch(f"/v1/protected-items/{item['id']}", json={"action": "pause"})
    await world.settle()


OURS: dict[str, tuple[Callable[[World, Mapping[str, Any]], Awaitable[None]], list[str], bool]] = {
    "pause": (pause, ["paused"], True),
    "unprotect": (unprotect, [], False),
}


@pytest.mark.parametrize("ours", list(OURS))
async def test_an_older_list_does_not_undo_what_a_job_of_ours_has_written_since(world: World, ours: str) -> None:
    """And what it shows of an item that we have deleted since is no new item: a later list must tell."""
    do, states, all_of_it = OURS[ours]
    item = await backed_up(world)
    items, read_at = await world.azure.protected_items.list(REF), await now(world)
    await do(world, item)
    assert await taken_in(world, item, InventorySeen(items, read_at)) is all_of_it
    assert [item["state"] for item in await items_of(world)] == states


async def test_a_deleted_item_stays_away_although_azures_clock_is_behind(world: World) -> None:
    item = await backed_up(world)
    items, read_at = await world.azure.protected_items.list(REF), await now(world)
    await unprotect(world, item)
    await world.rows(
        "UPDATE jobs SET started_at = started_at - interval '1 day', finished_at = finished_at - interval '1 day'"
        " WHERE kind = 'unprotect' RETURNING id"
    )
    assert await taken_in(world, item, InventorySeen(items, read_at)) is False
    assert await items_of(world) == []


async def test_an_item_with_a_write_of_ours_under_way_is_left_to_it(world: World) -> None:
    item = await backed_up(world)
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json={"action": "pause"})
    await world.run("submitting")
    await stop(world)
    await over(world)
    await world.settle()
    assert (await world.api.get(answer.headers["Location"])).json()["state"] == "succeeded"
    assert (await read(world, item))["state"] == "paused"


async def test_a_list_with_an_unreadable_entry_removes_nothing_and_applies_the_rest(world: World) -> None:
    item = await backed_up(world)
    entry = Unreadable(None, None, "no name")
    assert await taken_in(world, item, InventorySeen(Listed((), (entry,)), await now(world)))
    assert (await read(world, item))["id"] == item["id"]


async def test_what_rests_in_an_old_vault_does_not_take_the_item_back_from_the_new_one(world: World) -> None:
    item = await backed_up(world)
    (azure,) = await world.azure.protected_items.list(REF)
    other = await world.vault(name="vault-other")
    (row,) = await world.rows("SELECT tenant FROM vaults WHERE id = :id", id=UUID(other["id"]))
    for state, where in (("ProtectionStopped", item["vault_id"]), ("Protected", other["id"])):
        seen = InventorySeen(Listed((replace(azure, protection_state=state),)), await now(world))
        async with world.database.begin() as session:
            await ObservedItems().take_in(session, row["tenant"], UUID(other["id"]), seen)
        assert [item["vault_id"] for item in await items_of(world)] == [where], state
