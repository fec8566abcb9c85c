"""Backups, recovery points, restores of disks: what appears when, and what is refused."""

import uuid
from typing import Any

import pytest

from tests.simulator.story import RG, TARGET, VAULT, Story, vm_id


async def test_a_backup_is_started_by_its_operation_and_ends_with_its_job(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    sent = str(uuid.uuid4())
    answer = await story.back_up(item, request_id=sent)
    link = answer.headers["Azure-AsyncOperation"]
    running = (await story.send("GET", link, api=None)).json()
    assert (running["status"], "properties" in running) == ("InProgress", False)
    await story.advance(2)
    operation = link.split("?")[0].rpartition("/")[2]
    done = await story.get(f"{VAULT}/backupOperations/{operation}")
    assert done["status"] == "Succeeded"
    job = await story.newest_job()
    assert job["name"] == done["properties"]["jobId"]
    assert job["properties"]["activityId"] == sent
    assert job["properties"]["actionsInfo"] == ["Cancellable"]
    assert job["properties"]["status"] == "InProgress"
    assert "endTime" not in job["properties"]
    assert "progressPercentage" not in job["properties"]["extendedInfo"]
    assert (await story.get(f"{item}/recoveryPoints"))["value"] == []
    await story.advance(4500)
    job = await story.newest_job()
    assert job["properties"]["status"] == "Completed"
    assert job["properties"]["extendedInfo"]["propertyBag"]["Backup Size"].endswith(" MB")
    properties = (await story.get(item))["properties"]
    assert (properties["protectionState"], properties["lastBackupStatus"]) == ("Protected", "Completed")
    assert properties["lastBackupTime"] == job["properties"]["startTime"]
    assert properties["lastRecoveryPoint"] > properties["lastBackupTime"]
    assert properties["healthDetails"][0]["code"] == 400239


async def test_recovery_points_are_newest_first_and_filtered_by_date(story: Story) -> None:
    await story.make_vault()
    item, first = await story.with_recovery_point()
    await story.advance(86_400)
    await story.back_up(item)
    await story.advance(4500)
    points = (await story.get(f"{item}/recoveryPoints"))["value"]
    assert [point["name"] for point in points][1] == first
    assert points[0]["properties"]["recoveryPointTime"] > points[1]["properties"]["recoveryPointTime"]
    day = points[1]["properties"]["recoveryPointTime"][:10]
    text = f"startDate eq '{day} 12:00:00 AM' and endDate eq '{day} 11:59:59 PM'"
    found = (await story.get(f"{item}/recoveryPoints", filter=text))["value"]
    assert first in {point["name"] for point in found}
    assert points[0]["name"] not in {point["name"] for point in found}
    assert (await story.send("GET", f"{item}/recoveryPoints", filter="startDate eq 'yesterday'")).status_code == 400


async def test_tiers_are_numbers_before_2022_and_words_since_and_snapshots_expire(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    path = f"{item}/recoveryPoints/{point}"
    old = (await story.get(path, api="2019-06-15"))["properties"]["recoveryPointTierDetails"]
    assert old == [{"type": 1, "status": 1}, {"type": 2, "status": 1}]
    await story.advance(2 * 86_400)
    new = (await story.get(path))["properties"]["recoveryPointTierDetails"]
    assert new == [{"type": "InstantRP", "status": "Deleted"}, {"type": "HardenedRP", "status": "Valid"}]


async def test_a_point_is_gone_when_its_retention_ends(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    await story.advance(31 * 86_400)
    assert (await story.get(f"{item}/recoveryPoints"))["value"] == []
    assert (await story.send("GET", f"{item}/recoveryPoints/{point}")).status_code == 404


@pytest.mark.parametrize(
    ("luns", "roles"), [(..., ["osdisk", "datadisk"]), ([], ["osdisk"]), ([0], ["osdisk", "datadisk"])]
)
async def test_restored_disks_appear_with_the_tag_of_their_job(story: Story, luns: Any, roles: list[str]) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    answer = await story.restore(item, point, restoreDiskLunList=luns)
    assert answer.status_code == 202
    disks = f"{TARGET}/providers/Microsoft.Compute/disks"
    await story.advance(100)
    job = (await story.newest_job())["properties"]
    assert (job["operation"], job["extendedInfo"]["progressPercentage"]) == ("Restore", 77.0)
    assert "Config Blob Uri" not in job["extendedInfo"]["propertyBag"]
    assert (await story.get(disks))["value"] == []
    await story.advance(100)
    done = await story.newest_job()
    bag = done["properties"]["extendedInfo"]["propertyBag"]
    assert bag["Job Type"] == "Recover disks"
    assert bag["Template Blob Uri"].endswith(f"/azuredeploy{done['name']}.json")
    assert done["properties"]["extendedInfo"]["estimatedRemainingDuration"] == "PT0S"
    restored = (await story.get(disks))["value"]
    assert [disk["name"].split("-")[3] for disk in restored] == roles
    assert {disk["tags"]["RSVaultBackup"] for disk in restored} == {done["name"]}
    assert (await story.get(restored[0]["id"]))["properties"]["diskState"] == "Unattached"


async def test_two_restores_that_end_together_leave_two_sets_of_disks(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    await story.restore(item, point)
    await story.restore(item, point)
    await story.advance(201)
    disks = (await story.get(f"{TARGET}/providers/Microsoft.Compute/disks"))["value"]
    assert len({disk["name"] for disk in disks}) == 4
    truth = (await story.client.get("/_simulator/truth")).json()["triggers"]
    assert [trigger["kind"] for trigger in truth] == ["backup", "restore", "restore"]


async def test_a_restore_without_a_target_group_is_slow_and_leaves_blobs_only(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    await story.restore(item, point, targetResourceGroupId=...)
    await story.advance(300)
    assert (await story.newest_job())["properties"]["status"] == "InProgress"
    await story.advance(2240)
    job = (await story.newest_job())["properties"]
    assert job["status"] == "Completed"
    assert "Target resource group" not in job["extendedInfo"]["propertyBag"]
    assert (await story.get(f"{TARGET}/providers/Microsoft.Compute/disks"))["value"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"objectType": "IaasVMILRRegistrationRequest"},
        {"recoveryType": "Teleport"},
        {"recoveryPointId": "1"},
        {"sourceResourceId": vm_id("vm-db-01")},
        {"region": "eastus"},
        {"storageAccountId": f"{RG}/providers/Microsoft.Storage/storageAccounts/nobody"},
        {"targetResourceGroupId": TARGET.replace("rg-restored", "rg-nowhere")},
        {"restoreDiskLunList": [7]},
    ],
)
async def test_an_impossible_restore_is_refused_and_never_begins(story: Story, changes: dict[str, Any]) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    answer = await story.restore(item, point, **changes)
    assert answer.status_code == 400, answer.text
    assert (await story.newest_job())["properties"]["operation"] == "Backup"


NETWORK = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-demo"
NEW_VM: dict[str, Any] = {
    "recoveryType": "AlternateLocation",
    "targetVirtualMachineId": vm_id("vm-web-01r", "rg-restored"),
    "virtualNetworkId": NETWORK,
    "subnetId": f"{NETWORK}/subnets/default",
}


async def test_a_restore_as_a_new_machine_leaves_the_machine_with_its_disks(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    assert (await story.restore(item, point, **NEW_VM)).status_code == 202
    await story.advance(319)
    assert (await story.send("GET", NEW_VM["targetVirtualMachineId"])).status_code == 404
    await story.advance(1)
    job = (await story.newest_job())["properties"]
    assert (job["status"], job["extendedInfo"]["propertyBag"]["Target VM Name"]) == ("Completed", "vm-web-01r")
    storage = (await story.get(NEW_VM["targetVirtualMachineId"]))["properties"]["storageProfile"]
    disk = await story.get(storage["osDisk"]["managedDisk"]["id"])
    assert (disk["managedBy"], len(storage["dataDisks"])) == (NEW_VM["targetVirtualMachineId"], 1)
    assert (await story.restore(item, point, **NEW_VM)).status_code == 400  # it exists now


@pytest.mark.parametrize(
    "changes",
    [
        {"subnetId": f"{NETWORK}/subnets/nowhere"},
        {"virtualNetworkId": ...},
        {"targetVirtualMachineId": vm_id("vm-web-01r", "rg-demo")},
        {"targetResourceGroupId": ...},
    ],
)
async def test_an_impossible_new_machine_is_refused(story: Story, changes: dict[str, Any]) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    assert (await story.restore(item, point, **(NEW_VM | changes))).status_code == 400


async def test_an_unknown_point_item_or_vault_is_404(story: Story) -> None:
    await story.make_vault()
    item, _ = await story.with_recovery_point()
    assert (await story.restore(item, "12345")).status_code == 404
    stranger = item.replace("vm-web-01", "vm-batch-01")
    assert (await story.restore(stranger, "12345")).status_code == 404
    assert (await story.send("GET", f"{stranger}/recoveryPoints")).status_code == 404


async def test_a_cancelled_backup_leaves_no_recovery_point(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.back_up(item)
    job = (await story.newest_job())["name"]
    answer = await story.send("POST", f"{VAULT}/backupJobs/{job}/cancel")
    assert answer.status_code == 202
    assert "api-version=2019-05-13-preview" in answer.headers["Azure-AsyncOperation"]
    assert (await story.send("GET", answer.headers["Location"], api=None)).status_code == 204
    assert (await story.newest_job())["properties"]["status"] == "InProgress"
    await story.advance(3)
    assert (await story.newest_job())["properties"]["status"] == "Cancelling"
    await story.advance(5000)
    assert (await story.newest_job())["properties"]["status"] == "Cancelled"
    assert (await story.get(f"{item}/recoveryPoints"))["value"] == []
    assert (await story.send("POST", f"{VAULT}/backupJobs/{job}/cancel")).status_code == 400
