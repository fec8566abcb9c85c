"""A vault's list taken in: what is new, changed, gone and unchanged; and 2,000 items in a handful of statements."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event

from app.azure import names
from app.azure.values import AzureItem, AzureJobError, DiskSelection, VmRef
from app.protection.records import ItemsTakenIn, take_in_items
from tests.world import SUBSCRIPTION, VAULT, World

SEEN_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


def azure_item(name: str, **changes: Any) -> AzureItem:
    item = AzureItem(
        vm=VmRef(SUBSCRIPTION, "rg-demo", name),
        policy_name="DEFAULTPOLICY",
        protection_state="Protected",
        health="Passed",
        last_backup_status="Completed",
        last_backup_at=SEEN_AT,
        last_recovery_point_at=SEEN_AT,
        soft_deleted=False,
        health_details=(AzureJobError("400239", "Green", "Fine.", ("None.",)),),
        disks=DiskSelection((1,), include=False),
    )
    return replace(item, **changes)


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that reach the database within the block."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(world.database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(world.database.engine.sync_engine, "before_cursor_execute", note)


async def taken_in(world: World, vault: dict[str, Any], *items: AzureItem, **options: Any) -> ItemsTakenIn:
    async with world.database.begin() as session:
        return await take_in_items(session, tenant=vault["tenant"], vault_id=vault["id"], items=items, **options)


async def a_vault(world: World, **changes: Any) -> dict[str, Any]:
    made = await world.vault(**changes)
    (row,) = await world.rows("SELECT id, tenant FROM vaults WHERE id = :id", id=UUID(made["id"]))
    return row


async def listed(world: World, vault: dict[str, Any]) -> dict[str, dict[str, Any]]:
    page = (await world.api.get(f"/v1/protected-items?vault_id={vault['id']}&limit=200")).json()
    return {item["vm_id"].rpartition("/")[2]: item for item in page["items"]}


async def test_what_azure_lists_is_added_changed_and_removed_and_told(world: World) -> None:
    vault = await a_vault(world)
    first = await taken_in(world, vault, azure_item("VM-a"), azure_item("vm-b"), azure_item("vm-c"))
    assert [len(first.added), first.changed, first.gone, first.unchanged] == [3, (), (), 0]
    before = await listed(world, vault)
    policy = (await world.api.get(f"/v1/policies/{before['VM-a']['policy_id']}")).json()
    assert policy["name"] == "DefaultPolicy", "matched by name in any letter case"
    assert before["VM-a"]["origin"] == "azure"
    assert before["VM-a"]["disks"] == {"exclude_luns": [1], "include_luns": None}

    stopped = azure_item("vm-b", protection_state="ProtectionStopped", policy_name=None)
    second = await taken_in(world, vault, azure_item("vm-A"), stopped)
    assert (second.added, second.unchanged) == ((), 1)
    assert [name.rpartition("/")[2] for name in second.gone] == ["vm-c"]
    (changed,) = second.changed
    assert changed.fields["state"] == ("protected", "paused")
    assert set(changed.fields) == {"state", "azure_state", "policy_id"}
    after = await listed(world, vault)
    assert {name: item["state"] for name, item in after.items()} == {"VM-a": "protected", "vm-b": "paused"}
    assert after["vm-b"]["id"] == before["vm-b"]["id"]
    assert after["VM-a"]["updated_at"] == before["VM-a"]["updated_at"], "nothing about it changed"
    assert after["VM-a"]["as_of"] > before["VM-a"]["as_of"], "but it was seen again"


async def test_a_soft_deleted_item_comes_with_its_purge_time_which_later_settings_do_not_move(world: World) -> None:
    vault = await a_vault(world, soft_delete={"state": "on", "days": 30})
    deleted = azure_item("vm-a", protection_state="ProtectionStopped", soft_deleted=True, deleted_at=SEEN_AT)
    await taken_in(world, vault, deleted)
    item = (await listed(world, vault))["vm-a"]
    assert item["state"] == "soft_deleted"
    assert datetime.fromisoformat(item["deleted_at"]) == SEEN_AT
    assert datetime.fromisoformat(item["purge_at"]) == SEEN_AT + timedelta(days=30)

    again = await taken_in(world, vault, replace(deleted, soft_delete_days=90))
    assert again.changed == ()
    undeleted = await taken_in(world, vault, replace(deleted, soft_deleted=False, deleted_at=None))
    assert set(undeleted.changed[0].fields) == {"state", "deleted_at", "purge_at"}


async def test_a_vm_deleted_outside_is_said_to_be_missing_until_it_is_back(world: World) -> None:
    vault = await a_vault(world)
    await taken_in(world, vault, azure_item("vm-a"), azure_item("vm-b"))
    only_b = {names.vm_key(azure_item("vm-b").vm)}
    await taken_in(world, vault, azure_item("vm-a"), azure_item("vm-b"), existing_vms=only_b)
    assert {name: item["vm_missing"] for name, item in (await listed(world, vault)).items()} == {
        "vm-a": True,
        "vm-b": False,
    }
    await taken_in(world, vault, azure_item("vm-a"), azure_item("vm-b"))
    assert (await listed(world, vault))["vm-a"]["vm_missing"], "nobody looked, so nothing new is known"


async def test_a_row_written_after_the_list_was_read_is_newer_and_stays(world: World) -> None:
    vault = await a_vault(world)
    await taken_in(world, vault, azure_item("vm-a"), azure_item("vm-b"))
    earlier = datetime.now(UTC) - timedelta(hours=1)
    found = await taken_in(world, vault, azure_item("vm-a", protection_state="IRPending"), read_at=earlier)
    assert (found.changed, found.gone) == ((), ())
    assert set(await listed(world, vault)) == {"vm-a", "vm-b"}


async def test_a_row_says_when_its_list_was_read_not_when_it_was_written(world: World) -> None:
    vault = await a_vault(world)
    (row,) = await world.rows("SELECT clock_timestamp() AS now")
    begins = [row["now"] + timedelta(seconds=n) for n in (0, 1, 2)]
    point = SEEN_AT + timedelta(hours=1)
    lists = [azure_item("vm-a"), azure_item("vm-a"), azure_item("vm-a", last_recovery_point_at=point)]
    for began, shown in zip(begins, lists, strict=True):
        await taken_in(world, vault, shown, read_at=began)
        assert datetime.fromisoformat((await listed(world, vault))["vm-a"]["as_of"]) == began


async def test_an_item_that_a_job_is_writing_is_left_to_that_job(world: World) -> None:
    vault = await a_vault(world)
    await taken_in(world, vault, azure_item("vm-a"))
    item = (await listed(world, vault))["vm-a"]
    await world.rows(
        "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, vault_id, series, ask)"
        " VALUES (gen_random_uuid(), :t, 'c', 'c', 'pause', 'running', :v, :s, '{}') RETURNING id",
        t=vault["tenant"],
        v=vault["id"],
        s=f"item:{item['id']}",
    )
    found = await taken_in(world, vault)
    assert (found.gone, found.unchanged) == ((), 0)
    found = await taken_in(world, vault, azure_item("vm-a", protection_state="ProtectionStopped"))
    assert (found.changed, found.unchanged) == ((), 0)


async def test_a_vm_that_moved_to_another_vault_moves_here_too_but_never_across_tenants(world: World) -> None:
    one, other = await a_vault(world), await a_vault(world, name="vault-other")
    await taken_in(world, one, azure_item("vm-a"))
    moved = await taken_in(world, other, azure_item("vm-a"))
    assert (len(moved.added), moved.elsewhere) == (1, ())
    assert (set(await listed(world, one)), set(await listed(world, other))) == (set(), {"vm-a"})

    await world.rows("UPDATE protected_items SET tenant = 'stranger' RETURNING id")
    kept = await taken_in(world, one, azure_item("vm-a"))
    assert (kept.added, [vm.rpartition("/")[2] for vm in kept.elsewhere]) == ((), ["vm-a"])
    (row,) = await world.rows("SELECT tenant, vault_id FROM protected_items")
    assert (row["tenant"], row["vault_id"]) == ("stranger", other["id"])


async def test_two_thousand_items_take_a_handful_of_statements(world: World) -> None:
    vault = await a_vault(world, **VAULT)
    items = [azure_item(f"vm-{number:04}") for number in range(2000)]
    with counted(world) as sent:
        began = time.perf_counter()
        found = await taken_in(world, vault, *items)
        took = time.perf_counter() - began
    assert len(found.added) == 2000
    assert len(sent) <= 8, sent
    with counted(world) as again:
        began = time.perf_counter()
        changed = [replace(item, health="ActionRequired") for item in items]
        found = await taken_in(world, vault, *changed, existing_vms={names.vm_key(item.vm) for item in items})
        changing = time.perf_counter() - began
    assert (len(found.changed), found.unchanged) == (2000, 0)
    assert len(again) <= 8, again
    print(f"2,000 items taken in in {took:.2f} s ({len(sent)} statements), all changed in {changing:.2f} s")  # noqa: T201 - a figure to read
