"""Discovery and protected items: every intent of the PUT, soft delete, and what is refused."""

import uuid
from typing import Any

import pytest

from tests.simulator.story import API, DEFAULT_POLICY, SUB, VAULT, Story, item_path, vm_id

VMS = "backupManagementType eq 'AzureIaasVM'"
OTHER = VAULT.replace("vault-demo", "vault-two")
STOP = {"policyId": "", "protectionState": "ProtectionStopped"}


async def finish(story: Story, answer: Any, seconds: float) -> Any:
    """The operation's job, once `seconds` are over; not a moment earlier."""
    assert answer.status_code == 202, answer.text
    link = answer.headers["Azure-AsyncOperation"]
    await story.advance(seconds - 1)
    assert (await story.send("GET", link, api=None)).json()["status"] == "InProgress"
    await story.advance(1)
    done = (await story.send("GET", link, api=None)).json()
    job = await story.get(f"{VAULT}/backupJobs/{done['properties']['jobId']}")
    assert job["properties"]["status"] == "Completed"
    return job


async def test_a_machine_made_later_is_protectable_only_after_a_refresh(story: Story) -> None:
    await story.make_vault()
    await story.client.post("/_simulator/seed", json={"vms": [{"name": "vm-new", "os": "windows", "data_disks": 2}]})

    async def protectable() -> list[str]:
        entries = (await story.get(f"{VAULT}/backupProtectableItems", filter=VMS))["value"]
        return [entry["properties"]["friendlyName"] for entry in entries]

    assert await protectable() == ["vm-web-01", "vm-db-01", "vm-batch-01"]
    answer = await story.send("POST", f"{VAULT}/backupFabrics/Azure/refreshContainers")
    assert answer.status_code == 202
    assert "api-version=2019-05-13-preview" in answer.headers["Azure-AsyncOperation"]
    running = await story.send("GET", answer.headers["Location"], api=None)
    assert running.status_code == 202
    assert "location" in running.headers
    assert "vm-new" not in await protectable()
    await story.advance(13)
    assert (await story.send("GET", answer.headers["Location"], api=None)).status_code == 204
    assert "vm-new" in await protectable()


async def test_enabling_takes_its_time_and_makes_item_and_container(story: Story) -> None:
    await story.make_vault()
    sent = str(uuid.uuid4())
    body = {
        "protectedItemType": "Microsoft.Compute/virtualMachines",
        "sourceResourceId": vm_id("vm-web-01"),
        "policyId": DEFAULT_POLICY,
    }
    path = item_path("vm-web-01").replace("/VM;", "/vm;")  # as az writes it
    answer = await story.send("PUT", path, {"properties": body}, request_id=sent)
    assert answer.headers["Retry-After"] == "60"
    assert path in answer.headers["Location"]
    assert (await story.send("GET", path)).status_code == 404
    job = await finish(story, answer, 35)
    assert job["properties"]["operation"] == "ConfigureBackup"
    assert job["properties"]["activityId"] == sent
    assert "actionsInfo" not in job["properties"]
    assert job["properties"]["extendedInfo"]["propertyBag"] == {"VM Name": "vm-web-01", "Policy Name": "DefaultPolicy"}
    properties = (await story.get(path))["properties"]
    assert (properties["protectionState"], properties["lastBackupStatus"]) == ("IRPending", "")
    assert properties["lastBackupTime"] == "2001-01-01T00:00:00Z"
    assert "healthDetails" not in properties
    protectable = (await story.get(f"{VAULT}/backupProtectableItems", filter=VMS))["value"]
    assert "vm-web-01" not in {entry["properties"]["friendlyName"] for entry in protectable}


async def test_containers_are_filtered_by_friendly_name(story: Story) -> None:
    await story.make_vault()
    await story.protect("vm-web-01")
    await story.protect("vm-db-01")
    text = f"{VMS} and friendlyName eq 'vm-db-01' and status eq 'Registered'"
    found = (await story.get(f"{VAULT}/backupProtectionContainers", filter=text))["value"]
    assert [entry["name"] for entry in found] == ["IaasVMContainer;iaasvmcontainerv2;rg-demo;vm-db-01"]
    none = f"{VMS} and status eq 'SoftDeleted'"
    assert (await story.get(f"{VAULT}/backupProtectionContainers", filter=none))["value"] == []


async def test_change_policy_stop_and_resume_are_puts_of_the_item(story: Story) -> None:
    await story.make_vault()
    item, _ = await story.with_recovery_point()
    enhanced = f"{VAULT}/backupPolicies/EnhancedPolicy"
    await finish(story, await story.put_item("vm-web-01", policyId=enhanced), 15)
    properties = (await story.get(item))["properties"]
    assert (properties["policyName"], properties["policyType"]) == ("EnhancedPolicy", "V2")
    job = await finish(story, await story.put_item("vm-web-01", **STOP), 15)
    assert job["properties"]["operation"] == "DisableBackup"
    assert job["properties"]["extendedInfo"]["propertyBag"]["Policy Name"] == ""
    properties = (await story.get(item))["properties"]
    assert [properties[key] for key in ("protectionState", "policyId", "policyName")] == ["ProtectionStopped", "", ""]
    assert properties["lastBackupStatus"] == "Completed"
    assert (await story.send("POST", f"{item}/backup", BACKUP_BODY)).status_code == 400
    back = await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    assert (back.status_code, "cannot go back" in back.text) == (400, True), "from enhanced to standard"
    job = await finish(story, await story.put_item("vm-web-01", policyId=enhanced), 15)
    assert job["properties"]["operation"] == "ConfigureBackup"
    assert (await story.get(item))["properties"]["protectionState"] == "Protected"


async def test_backups_are_suspended_only_in_an_immutable_vault(story: Story) -> None:
    """The refusal says the opposite of its cause, as public reports quote it."""
    await story.make_vault()
    item, _ = await story.with_recovery_point()
    suspended = {"policyId": "", "protectionState": "BackupsSuspended"}
    refused = await story.put_item("vm-web-01", **suspended)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "UserErrorOperationDeniedOnImmutableItem"
    (vault,) = story.simulator.world.vaults.values()
    vault.settings["securitySettings"]["immutabilitySettings"] = {"state": "Unlocked"}
    job = await finish(story, await story.put_item("vm-web-01", **suspended), 15)
    assert job["properties"]["operation"] == "DisableBackup"
    properties = (await story.get(item))["properties"]
    assert (properties["protectionState"], properties["policyName"]) == ("BackupsSuspended", "DefaultPolicy")
    await finish(story, await story.put_item("vm-web-01", **STOP), 15)
    assert (await story.get(item))["properties"]["protectionState"] == "ProtectionStopped"


BACKUP_BODY = {"properties": {"objectType": "IaasVMBackupRequest"}}


async def test_disk_lists_are_kept_and_shape_the_next_recovery_point(story: Story) -> None:
    await story.make_vault()
    exclusion = {"diskLunList": [1], "isInclusionList": False}
    extended = {"diskExclusionProperties": exclusion}
    await story.put_item("vm-db-01", policyId=DEFAULT_POLICY, extendedProperties=extended)
    await story.advance(35)
    item = item_path("vm-db-01")
    assert (await story.get(item))["properties"]["extendedProperties"] == extended
    await story.back_up(item)
    await story.advance(4500)
    bag = (await story.newest_job())["properties"]["extendedInfo"]["propertyBag"]
    assert bag["Excluded disk(s)"] == "vm-db-01_DataDisk_1"
    point = (await story.get(f"{item}/recoveryPoints"))["value"][0]["name"]
    disks = (await story.get(f"{item}/recoveryPoints/{point}"))["properties"]["recoveryPointDiskConfiguration"]
    assert [disk["lun"] for disk in disks["includedDiskList"]] == [-1, 0]
    assert [disk["lun"] for disk in disks["excludedDiskList"]] == [1]
    assert disks["numberOfDisksAttachedToVm"] == 3


async def test_soft_delete_keeps_the_item_undelete_brings_it_back_stopped(story: Story) -> None:
    await story.make_vault()
    item, _ = await story.with_recovery_point()
    answer = await story.send("DELETE", item)
    assert f"{VAULT}/backupOperations/" in answer.headers["Azure-AsyncOperation"]
    assert f"{VAULT}/backupOperationResults/" in answer.headers["Location"]
    job = await finish(story, answer, 12)
    assert job["properties"]["operation"] == "DeleteBackupData"
    assert job["properties"]["extendedInfo"]["propertyBag"]["Number of Recovery Points"] == "1"
    properties = (await story.get(item))["properties"]
    assert properties["isScheduledForDeferredDelete"] is True
    assert properties["deferredDeleteTimeInUTC"] == job["properties"]["startTime"]
    assert properties["deferredDeleteTimeRemaining"].startswith("13.23:59:")
    assert (properties["protectionState"], properties["policyId"]) == ("ProtectionStopped", "")
    assert (await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)).status_code == 400
    job = await finish(story, await story.put_item("vm-web-01", isRehydrate=True, **STOP), 15)
    assert (job["properties"]["operation"], job["properties"]["extendedInfo"]["propertyBag"]["Undelete flag"]) == (
        "Undelete",
        "True",
    )
    properties = (await story.get(item))["properties"]
    assert "isScheduledForDeferredDelete" not in properties
    assert properties["protectionState"] == "ProtectionStopped"
    await story.advance(15 * 86_400)
    assert (await story.send("GET", item)).status_code == 200  # the purge was called off


async def test_a_soft_deleted_item_is_purged_after_its_retention(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.send("DELETE", item)
    await story.advance(14 * 86_400 + 1)
    assert (await story.send("GET", item)).status_code == 404


async def test_without_soft_delete_item_and_container_vanish(story: Story) -> None:
    await story.make_vault()
    off = {"properties": {"softDeleteFeatureState": "Disabled"}}
    await story.send("PATCH", f"{VAULT}/backupconfig/vaultconfig", off)
    item = await story.protect()
    await finish(story, await story.send("DELETE", item), 108)
    assert (await story.send("GET", item)).status_code == 404
    assert (await story.get(f"{VAULT}/backupProtectedItems"))["value"] == []
    assert (await story.get(f"{VAULT}/backupProtectionContainers", filter=VMS))["value"] == []
    assert (await story.send("DELETE", item)).status_code == 204


async def test_a_second_deletion_ends_no_item_that_was_made_after_the_first(story: Story) -> None:
    await story.make_vault()
    off = {"properties": {"softDeleteFeatureState": "Disabled"}}
    await story.send("PATCH", f"{VAULT}/backupconfig/vaultconfig", off)
    item = await story.protect()
    for _ in range(2):
        assert (await story.send("DELETE", item)).status_code == 202
        await story.advance(60)
    await story.protect()
    await story.advance(120)
    assert (await story.get(item))["properties"]["protectionState"] == "IRPending"


async def test_a_machine_belongs_to_one_vault_already_while_it_is_registering(story: Story) -> None:
    await story.make_vault()
    await story.make_vault(OTHER)
    await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    refused = await story.put_item("vm-web-01", vault=OTHER, policyId=f"{OTHER}/backupPolicies/DefaultPolicy")
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert error["code"] == "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault"
    assert set(error) == {"code", "message"}


@pytest.mark.parametrize(
    ("name", "changes", "status"),
    [
        ("vm-nobody", {"policyId": DEFAULT_POLICY}, 404),
        ("vm-web-01", {"policyId": f"{VAULT}/backupPolicies/nothing"}, 404),
        ("vm-web-01", {"policyId": DEFAULT_POLICY.replace("vault-demo", "vault-two")}, 404),
        ("vm-web-01", {"policyId": f"{VAULT}/backupPolicies/HourlyLogBackup"}, 400),
        ("vm-web-01", {"policyId": DEFAULT_POLICY, "sourceResourceId": vm_id("vm-db-01")}, 400),
        ("vm-web-01", {"policyId": DEFAULT_POLICY, "protectedItemType": "AzureFileShareProtectedItem"}, 400),
        ("vm-web-01", STOP, 404),
    ],
)
async def test_what_cannot_be_protected_is_refused_and_leaves_no_job(
    story: Story, name: str, changes: dict[str, Any], status: int
) -> None:
    await story.make_vault()
    answer = await story.put_item(name, **changes)
    assert answer.status_code == status, answer.text
    assert (await story.get(f"{VAULT}/backupJobs"))["value"] == []


async def test_a_machine_of_another_region_is_refused(story: Story) -> None:
    await story.make_vault()
    far = {"vms": [{"name": "vm-far", "resource_group": "rg-far", "location": "eastus"}]}
    await story.client.post("/_simulator/seed", json=far)
    body = {
        "protectedItemType": "Microsoft.Compute/virtualMachines",
        "sourceResourceId": vm_id("vm-far", "rg-far"),
        "policyId": DEFAULT_POLICY,
    }
    answer = await story.send("PUT", item_path("vm-far", group="rg-far"), {"properties": body})
    assert answer.status_code == 400


async def test_items_are_listed_by_policy_and_expanded_on_request(story: Story) -> None:
    await story.make_vault()
    item, _ = await story.with_recovery_point()
    text = f"{VMS} and policyName eq 'defaultpolicy'"
    assert len((await story.get(f"{VAULT}/backupProtectedItems", filter=text))["value"]) == 1
    text = f"{VMS} and policyName eq 'EnhancedPolicy'"
    assert (await story.get(f"{VAULT}/backupProtectedItems", filter=text))["value"] == []
    sql = "backupManagementType eq 'AzureWorkload'"
    assert (await story.get(f"{VAULT}/backupProtectedItems", filter=sql))["value"] == []
    extended = (await story.get(item, filter="expand eq 'extendedinfo'"))["properties"]["extendedInfo"]
    assert extended["recoveryPointCount"] == 1
    assert "extendedInfo" not in (await story.get(item))["properties"]


async def test_backup_status_names_the_vault_of_a_machine(story: Story) -> None:
    await story.make_vault()
    path = f"{SUB}/providers/Microsoft.RecoveryServices/locations/westus/backupStatus"
    body = {"resourceType": "VM", "resourceId": vm_id("vm-web-01")}
    assert (await story.send("POST", path, body, api=API)).json()["vaultId"] == ""
    await story.protect()
    assert (await story.send("POST", path, body, api=API)).json()["vaultId"] == VAULT
