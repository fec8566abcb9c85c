"""Replaced disks, zones, what is refused and what goes wrong midway, cancels that come too late, validation."""

from typing import Any

import pytest

from tests.simulator.restore_steps import NETWORK, NEW_VM, REPLACE, ZONE_REDUNDANT, ready, validate
from tests.simulator.story import RG, STORAGE, SUB, TARGET, VAULT, Story, vm_id


async def disks_of(story: Story, name: str) -> list[str]:
    profile = (await story.get(vm_id(name)))["properties"]["storageProfile"]
    return [profile["osDisk"]["managedDisk"]["id"]] + [disk["managedDisk"]["id"] for disk in profile["dataDisks"]]


async def test_replacing_disks_takes_a_snapshot_first_and_keeps_the_old_disks_detached(story: Story) -> None:
    item, point = await ready(story)
    before = await disks_of(story, "vm-web-01")
    assert (await story.restore(item, point, **REPLACE)).status_code == 202
    await story.advance(4)
    points = (await story.get(f"{item}/recoveryPoints"))["value"]
    assert (len(points), points[1]["name"]) == (2, point)
    assert points[0]["properties"]["recoveryPointTierDetails"] == [{"type": "InstantRP", "status": "Valid"}]
    assert (await story.get(item))["properties"]["lastRecoveryPoint"] == points[0]["properties"]["recoveryPointTime"]
    await story.advance(1200 - 4)
    job = (await story.newest_job(api="2025-02-01"))["properties"]
    extended = job["extendedInfo"]
    assert [(task["taskId"], task["status"]) for task in extended["tasksList"]] == [
        ("Transfer data from vault", "Completed"),
        ("Update the virtual machine", "InProgress"),
    ]
    assert (extended["progressPercentage"], extended["estimatedRemainingDuration"]) == (99.0, "PT2M")
    assert extended["propertyBag"]["Job Type"] == "Replace disks"
    assert await disks_of(story, "vm-web-01") == before
    await story.advance(300)
    done = await story.newest_job()
    assert done["properties"]["status"] == "Completed"
    after = await disks_of(story, "vm-web-01")
    assert len(after) == len(before)
    assert not set(after) & set(before)
    for old in before:
        assert (await story.get(old))["properties"]["diskState"] == "Unattached"
    for new in after:
        shown = await story.get(new)
        assert shown["managedBy"] == vm_id("vm-web-01")
        assert shown["tags"] == {"RSVaultBackup": done["name"]}


async def test_a_new_machine_goes_into_the_zone_that_was_asked_for(story: Story) -> None:
    await story.control("seed", zones=[{"location": "westus", "zones": ["1", "2"]}])
    item, point = await ready(story, **ZONE_REDUNDANT)
    assert (await story.restore(item, point, **NEW_VM, zones=["2"])).status_code == 202
    await story.advance(320)
    assert (await story.get(NEW_VM["targetVirtualMachineId"]))["zones"] == ["2"]
    (first, *_) = await disks_of_path(story, NEW_VM["targetVirtualMachineId"])
    assert (await story.get(first))["zones"] == ["2"]


async def disks_of_path(story: Story, path: str) -> list[str]:
    profile = (await story.get(path))["properties"]["storageProfile"]
    return [profile["osDisk"]["managedDisk"]["id"]]


# What is planted, the request, and the code of the refusal: each a check of its own.
PLANTED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "account in another region": (
        {"storage_accounts": [{"name": "stfar", "location": "eastus"}]},
        {"storageAccountId": f"{RG}/providers/Microsoft.Storage/storageAccounts/stfar"},
        "UserErrorStorageAccountRegionMismatch",
    ),
    "account zone-redundant": (
        {"storage_accounts": [{"name": "stzrs", "sku": "Standard_ZRS"}]},
        {"storageAccountId": f"{RG}/providers/Microsoft.Storage/storageAccounts/stzrs"},
        "UserErrorStorageAccountRedundancyNotSupported",
    ),
    "target group locked": ({"locks": [{"scope": TARGET}]}, {}, "ScopeLocked"),
    "no permission for disks": (
        {"permissions": [{"scope": TARGET, "not_actions": ["Microsoft.Compute/disks/write"]}]},
        {},
        "LinkedAuthorizationFailed",
    ),
    "no permission to restore": (
        {"permissions": [{"scope": VAULT, "not_actions": ["*/recoveryPoints/restore/action"]}]},
        {},
        "AuthorizationFailed",
    ),
    "no permission for the subnet": (
        {"permissions": [{"scope": NETWORK, "not_actions": ["Microsoft.Network/*"]}]},
        NEW_VM,
        "LinkedAuthorizationFailed",
    ),
    "network in another region": (
        {"networks": [{"name": "vnet-far", "location": "eastus"}]},
        NEW_VM
        | {
            "virtualNetworkId": NETWORK.replace("demo", "far").replace("rg-far", "rg-demo"),
            "subnetId": NETWORK.replace("vnet-demo", "vnet-far") + "/subnets/default",
        },
        "UserErrorVirtualNetworkRegionMismatch",
    ),
    "name taken": (
        {"vms": [{"name": "vm-web-01r", "resource_group": "rg-restored"}]},
        NEW_VM,
        "BMSUserErrorTargetVMExists",
    ),
    "zone unknown": (
        {"zones": [{"location": "westus", "zones": ["1"]}]},
        {"zones": ["3"]},
        "UserErrorZoneNotAvailable",
    ),
}


async def test_a_healthy_request_has_nothing_to_find_unless_errors_are_planted(story: Story) -> None:
    _, point = await ready(story)
    assert await validate(story, point) == []
    assert await validate(story, point, **NEW_VM) == []
    await story.control("options", validation_errors=[{"code": "UserErrorPlanted", "message": "No."}])
    assert await validate(story, point) == ["UserErrorPlanted"]
    both = {"storageAccountId": f"{STORAGE}x", "targetResourceGroupId": f"{TARGET}x"}
    await story.control("options", validation_errors=[])
    assert await validate(story, point, **both) == [
        "BMSUserErrorStorageAccountNotFound",
        "BMSUserErrorResourceGroupNotFound",
    ]
    requests = (await story.client.get("/_simulator/truth")).json()["requests"]
    assert requests["write"] == 2  # vault and protection: validations count as reads


@pytest.mark.parametrize("case", PLANTED)
async def test_each_planted_obstacle_refuses_the_restore_and_is_found_by_validation_alone(
    story: Story, case: str
) -> None:
    item, point = await ready(story, **ZONE_REDUNDANT)
    seeds, changes, code = PLANTED[case]
    await story.control("seed", **seeds)
    refused = await story.restore(item, point, **changes)
    assert (refused.status_code >= 400, refused.json()["error"]["code"]) == (True, code)
    if code != "AuthorizationFailed":  # the validate operation needs another permission than the restore
        assert await validate(story, point, **changes) == [code]
    triggers = (await story.client.get("/_simulator/truth")).json()["triggers"]
    assert [trigger["kind"] for trigger in triggers] == ["backup"]


@pytest.mark.parametrize(
    ("gone", "changes", "code"),
    [
        (STORAGE, {}, "UserErrorStorageAccountNotFound"),
        (TARGET, {}, "UserErrorResourceGroupNotFound"),
        (vm_id("vm-web-01"), REPLACE, "UserErrorVmNotFoundV2"),
    ],
)
async def test_what_is_deleted_midway_fails_the_job_and_leaves_nothing(
    story: Story, gone: str, changes: dict[str, Any], code: str
) -> None:
    item, point = await ready(story)
    disks = f"{SUB}/providers/Microsoft.Compute/disks"
    before = await story.get(disks)
    await story.restore(item, point, **changes)
    await story.control("remove", ids=[gone])
    await story.advance(1500)
    job = (await story.newest_job())["properties"]
    assert (job["status"], job["errorDetails"][0]["errorTitle"]) == ("Failed", code)
    assert len((await story.get(disks))["value"]) == len(before["value"])


async def test_disks_of_a_machine_that_is_gone_are_not_replaced_but_restored_elsewhere(story: Story) -> None:
    item, point = await ready(story)
    await story.control("remove", ids=[vm_id("vm-web-01")])
    refused = await story.restore(item, point, **REPLACE)
    assert refused.json()["error"]["code"] == "UserErrorVmNotFoundV2"
    assert (await story.restore(item, point)).status_code == 202


async def test_a_cancel_in_the_last_moments_is_accepted_and_the_job_completes(story: Story) -> None:
    item, point = await ready(story)
    await story.restore(item, point)
    await story.advance(198)
    job = (await story.newest_job())["name"]
    assert (await story.send("POST", f"{VAULT}/backupJobs/{job}/cancel")).status_code == 202
    await story.advance(60)
    assert (await story.newest_job())["properties"]["status"] == "Completed"
    assert len((await story.get(f"{TARGET}/providers/Microsoft.Compute/disks"))["value"]) == 2


async def test_a_replacement_is_not_cancelled_once_the_machine_is_being_updated(story: Story) -> None:
    item, point = await ready(story)
    await story.restore(item, point, **REPLACE)
    await story.advance(210)
    job = (await story.newest_job())["name"]
    assert (await story.send("POST", f"{VAULT}/backupJobs/{job}/cancel")).status_code == 400
    assert (await story.newest_job())["properties"]["status"] == "InProgress"


# -- the look-ups of a preflight ----------------------------------------------------------------------------------
LOCKS = "providers/Microsoft.Authorization/locks"


async def test_locks_are_seen_from_their_scope_from_below_and_from_above(story: Story) -> None:
    await story.control("seed", locks=[{"scope": TARGET, "level": "CanNotDelete", "name": "keep", "notes": "ours"}])

    async def names(scope: str, **query: str) -> list[str]:
        return [lock["name"] for lock in (await story.get(f"{scope}/{LOCKS}", api="2020-05-01", **query))["value"]]

    (lock,) = (await story.get(f"{TARGET}/{LOCKS}", api="2016-09-01"))["value"]
    assert lock["properties"] == {"level": "CanNotDelete", "notes": "ours"}
    assert lock["id"].endswith("/rg-restored/providers/Microsoft.Authorization/locks/keep")
    assert await names(f"{TARGET}/providers/Microsoft.Compute/disks/any") == ["keep"]
    assert await names(SUB) == ["keep"]
    assert await names(SUB, filter="atScope()") == []
    assert await names(RG) == []
    await story.control("remove", ids=[lock["id"]])
    assert await names(TARGET) == []


@pytest.mark.parametrize(("level", "statuses"), [("ReadOnly", (409, 409, 200)), ("CanNotDelete", (202, 409, 200))])
async def test_a_lock_forbids_what_it_says_and_reading_stays_allowed(
    story: Story, level: str, statuses: tuple[int, int, int]
) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.control("seed", locks=[{"scope": RG, "level": level}])
    backup = await story.send("POST", f"{item}/backup", {"properties": {"objectType": "IaasVMBackupRequest"}})
    deleted = await story.send("DELETE", item)
    read = await story.send("GET", item)
    assert (backup.status_code, deleted.status_code, read.status_code) == statuses
    assert deleted.json()["error"]["code"] == "ScopeLocked"


async def test_permissions_are_everything_until_roles_are_planted(story: Story) -> None:
    path = "providers/Microsoft.Authorization/permissions"
    (everything,) = (await story.get(f"{TARGET}/{path}", api="2022-04-01"))["value"]
    assert everything == {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
    reader = {"scope": SUB, "actions": ["*/read"]}
    await story.control("seed", permissions=[reader])
    (found,) = (await story.get(f"{STORAGE}/{path}", api="2015-07-01"))["value"]
    assert found["actions"] == ["*/read"]
    refused = await story.send("PUT", VAULT, {"location": "westus"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AuthorizationFailed")
    assert "'Microsoft.RecoveryServices/vaults/write'" in refused.json()["error"]["message"]


async def test_regions_accounts_and_networks_are_looked_up_in_their_published_shapes(story: Story) -> None:
    await story.control("seed", storage_accounts=[{"name": "stzrs", "sku": "Standard_ZRS", "kind": "BlobStorage"}])
    account = await story.get(STORAGE.replace("stholdfastdemo", "stzrs"), api="2023-01-01")
    assert (account["sku"], account["kind"]) == ({"name": "Standard_ZRS", "tier": "Standard"}, "BlobStorage")
    accounts = (await story.get(f"{RG}/providers/Microsoft.Storage/storageAccounts", api="2023-01-01"))["value"]
    assert {"stholdfastdemo", "stzrs"} <= {entry["name"] for entry in accounts}
    networks = (await story.get(f"{SUB}/providers/Microsoft.Network/virtualNetworks", api="2024-05-01"))["value"]
    assert {entry["location"] for entry in networks} == {"westus", "eastus"}
    regions = {entry["name"]: entry for entry in (await story.get(f"{SUB}/locations", api="2022-12-01"))["value"]}
    assert regions["westus"]["metadata"]["pairedRegion"][0]["name"] == "eastus"
    assert "availabilityZoneMappings" not in regions["westus"]
    assert [zone["logicalZone"] for zone in regions["eastus"]["availabilityZoneMappings"]] == ["1", "2", "3"]
    skus = f"{SUB}/providers/Microsoft.Compute/skus"
    (machine, disk) = (await story.get(skus, api="2021-07-01", filter="location eq 'eastus'"))["value"]
    assert (machine["resourceType"], disk["resourceType"]) == ("virtualMachines", "disks")
    assert machine["locationInfo"][0]["zones"] == ["1", "2", "3"]
