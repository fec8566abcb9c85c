"""Every way to restore, in both regions, through the public API: what was asked is what Azure was made to do, once."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator.story import SUB
from tests.world import DISKS, RG, World, vm_id

SUBNET = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-demo/subnets/default"
PAIRED_SUBNET = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-paired/subnets/default"
PAIRED_STORAGE = f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastpaired"
NEW_VM = {
    "mode": "new_vm",
    "name": "vm-web-01r",
    "resource_group_id": DISKS["resource_group_id"],
    "subnet_id": SUBNET,
    "staging_storage_account_id": DISKS["staging_storage_account_id"],
    "zone": None,
}
REPLACE = {
    "mode": "replace_disks",
    "confirm_vm_id": vm_id("vm-web-01"),
    "staging_storage_account_id": DISKS["staging_storage_account_id"],
}


async def restore(world: World, item: Mapping[str, Any], target: Mapping[str, Any], **point: Any) -> dict[str, Any]:
    """The job of a restore that went well."""
    body = {"protected_item_id": item["id"], "recovery_point": point or {"latest": True}, "target": target}
    return await world.done("/v1/restores", body)


def kinds(job: Mapping[str, Any]) -> list[str]:
    return sorted(made["kind"] for made in job["result"]["resources"])


def ids(job: Mapping[str, Any], kind: str) -> list[str]:
    return [made["id"] for made in job["result"]["resources"] if made["kind"] == kind]


async def test_disks_come_back_with_their_blobs(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    job = await restore(world, item, DISKS)
    assert kinds(job) == ["config_blob", "disk", "disk", "template_blob"]
    assert all(disk.startswith(f"{SUB}/resourceGroups/rg-restored/") for disk in ids(job, "disk"))
    (template,) = ids(job, "template_blob")
    assert job["azure"]["job_id"] in template
    assert (job["result"]["mode"], job["result"]["region"]) == ("disks", "westus")
    assert job["kind"] == "restore"


async def test_chosen_disks_only(world: World) -> None:
    item = await world.item("vm-db-01")
    await world.back_up(item)
    assert len(ids(await restore(world, item, DISKS | {"luns": []}), "disk")) == 1
    assert len(ids(await restore(world, item, DISKS | {"luns": [1]}), "disk")) == 2


async def test_a_new_vm_is_named_with_everything_made_for_it(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    job = await restore(world, item, NEW_VM)
    assert ids(job, "vm") == [vm_id("vm-web-01r", "rg-restored")]
    assert len(ids(job, "disk")) == 2
    assert ids(job, "vm")[0].lower() in world.simulator.world.vms


async def test_replaced_disks_are_named_with_the_old_ones_that_were_kept(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    before = {disk.id for disk in world.simulator.world.vms[vm_id("vm-web-01").lower()].disks}
    job = await restore(world, item, REPLACE | {"confirm_vm_id": vm_id("VM-WEB-01").upper().replace("/SUBS", "/subs")})
    after = {disk.id for disk in world.simulator.world.vms[vm_id("vm-web-01").lower()].disks}
    assert set(ids(job, "kept_disk")) == before
    assert set(ids(job, "disk")) == after
    assert not before & after


@pytest.mark.parametrize("mode", ["disks", "new_vm"])
async def test_the_secondary_region_restores_while_the_primary_answers_nothing(world: World, mode: str) -> None:
    vault = await world.vault(cross_region_restore=True)
    item = await world.item(vault=vault)
    await world.back_up(item)
    target = (DISKS if mode == "disks" else NEW_VM | {"subnet_id": PAIRED_SUBNET}) | {
        "staging_storage_account_id": PAIRED_STORAGE
    }
    world.fault("GET", "/backupJobs", "status_before", status=503, times=10_000)  # the vault's own region is down
    job = await restore(world, item, target, latest=True, region="secondary")
    assert (job["result"]["region"], job["azure"]["region"]) == ("eastus", "eastus")
    made = world.simulator.world.disks
    assert {made[disk.lower()].location for disk in ids(job, "disk")} == {"eastus"}
    assert len(ids(job, "vm")) == (mode == "new_vm")
    assert [trigger["kind"] for trigger in world.triggers] == ["backup", "cross_region_restore"]
    assert world.triggers[-1]["client_request_id"] == job["azure"]["activity_id"]
    shown = await world.resource_of(job)
    assert shown["recovery_point"]["region"] == "secondary"


async def test_the_answer_names_the_point_that_was_chosen(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    (point,) = await world.points(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    headers = {"Idempotency-Key": "once"}
    answer = await world.api.post("/v1/restores", json=body, headers=headers)
    chosen = answer.json()["recovery_point"]
    assert (chosen["id"], chosen["region"], chosen["consistency"]) == (point["id"], "primary", "file_system")
    assert {tier["tier"] for tier in chosen["tiers"]} == {"snapshot", "vault"}
    again = await world.api.post("/v1/restores", json=body, headers=headers)
    assert (again.json()["id"], again.json()["recovery_point"]) == (answer.json()["id"], chosen)
    shown = await world.resource_of(answer.json())
    assert shown["recovery_point"] == chosen
    await world.settle()


async def test_progress_is_azures_own_figures(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    answer = await world.api.post("/v1/restores", json=body)
    path = answer.headers["Location"]
    await world.run_due()
    await world.api.get(path)  # somebody looks: from now on details are fetched
    await world.step(100)
    job = (await world.api.get(path)).json()
    assert job["state"] == "running"
    assert 0 < job["progress_percent"] < 100
    assert job["total_bytes"] == 94 * 2**30
    assert 0 < job["transferred_bytes"] < job["total_bytes"]
    assert job["remaining_seconds"] > 0
    assert job["tasks"] == [{"name": "Transfer data from vault", "state": "running"}]
    await world.settle()


async def test_single_files_are_checked_mounted_read_and_unmounted(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    checked = (await world.api.post("/v1/restores/preflight", json=body)).json()
    assert (checked["ok"], checked["complete"]) == (True, True)
    job = await world.done("/v1/restores", body)
    assert (job["kind"], job["result"]["recovery_point_id"]) == ("mount_files", checked["recovery_point"]["id"])
    path = job["resource"]
    script = (await world.api.get(f"{path}/mount-script")).json()
    assert len(script["password"]) == 15
    assert script["password"] not in (await world.api.get(path)).text
    assert (await world.done(f"{path}/renew", {}))["kind"] == "mount_files"
    assert (await world.done(f"{path}/unmount", {}))["kind"] == "unmount_files"
    assert (await world.api.get(f"{path}/mount-script")).status_code == 409
    assert [trigger["kind"] for trigger in world.triggers] == ["backup"]
