"""Restoring in the paired region: what is seen from there and when, the chain of calls, the job in both places."""

import uuid

import pytest

from tests.simulator.secondary_steps import PASSIVE, L, cross, order, passive, ready, token
from tests.simulator.story import API, RG, TARGET, VAULT, Story, item_path, vm_id

NETWORK = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-paired"


@pytest.mark.parametrize("version", [PASSIVE, "2023-01-15"])
async def test_items_and_points_arrive_in_the_secondary_region_after_the_lag(story: Story, version: str) -> None:
    await story.control("options", secondary_lag_seconds=3600)
    item, point = await ready(story, wait=3599)

    async def seen(path: str) -> list[str]:
        return [entry["name"] for entry in (await story.get(path, api=version, filter=""))["value"]]

    items, points = f"{VAULT}/backupProtectedItems/", f"{item}/recoveryPoints/"
    assert (await seen(items), await seen(points)) == ([], [])
    assert (await story.get(f"{VAULT}/backupProtectedItems"))["value"] != []
    await story.advance(1)
    assert await seen(items) == [item.rpartition("/")[2]]
    assert await seen(points) == [point]
    body = (await story.get(f"{points}{point}", api=version))["properties"]
    assert body["crossRegionRestoreState"] == "Supported"
    assert body["recoveryPointTierDetails"] == [{"type": "HardenedRP", "status": "Valid"}]


async def test_a_vault_without_cross_region_restore_shows_nothing_and_gives_no_token(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    await story.advance(3600)
    assert (await story.get(f"{VAULT}/backupProtectedItems/", api=PASSIVE))["value"] == []
    refused = await passive(story, "POST", f"{item}/recoveryPoints/{point}/accessToken", {"properties": {}})
    assert refused.json()["error"]["code"] == "UserErrorCrossRegionRestoreNotEnabled"


async def test_a_restore_in_the_paired_region_is_one_job_seen_from_both(story: Story) -> None:
    item, point = await ready(story)
    details = await token(story, item, point)
    assert details["objectType"] == "CrrAccessToken"
    assert (details["recoveryPointId"], details["rpTierInformation"]["HardenedRP"]) == (point, "Valid")
    sent = str(uuid.uuid4())
    answer = await cross(story, details, order(point), request_id=sent)
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "60")
    running = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert running["status"] == "InProgress"
    await story.advance(61)
    done = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert done["status"] == "Succeeded"
    assert done["endTime"] > done["startTime"]
    result = await story.send("GET", answer.headers["Location"], api=None)
    assert (result.status_code, result.content) == (200, b"")
    name = done["properties"]["jobId"]
    asked = {"resourceId": VAULT, "jobName": name}
    there = (await passive(story, "POST", f"{L}/backupCrrJob", asked)).json()
    here = await story.get(f"{VAULT}/backupJobs/{name}")
    assert there["id"] == f"{L}/backupJobs/{name}"
    for job in (there, here):
        properties = job["properties"]
        assert (properties["operation"], properties["activityId"]) == ("CrossRegionRestore", sent)
        assert properties["extendedInfo"]["propertyBag"]["Vault name"] == "vault-demo"
        assert properties["extendedInfo"]["progressPercentage"] == 1.0
    assert here["properties"]["startTime"] > there["properties"]["startTime"]
    assert there["properties"]["extendedInfo"]["internalPropertyBag"] == {
        "AdHoc": "AdHoc",
        "restoreLocationType": "RestoreDisks",
    }


async def test_a_crossing_is_listed_there_ends_with_disks_there_and_counts_as_one_trigger(story: Story) -> None:
    item, point = await ready(story)
    sent = str(uuid.uuid4())
    assert (await cross(story, await token(story, item, point), order(point), request_id=sent)).status_code == 202
    listed = (
        await passive(story, "POST", f"{L}/backupCrrJobs", {"resourceId": VAULT}, filter="status eq 'InProgress'")
    ).json()
    (job,) = listed["value"]
    assert "extendedInfo" not in job["properties"]
    await story.advance(2540)
    there = (await passive(story, "POST", f"{L}/backupCrrJob", {"resourceId": VAULT, "jobName": job["name"]})).json()
    assert there["properties"]["status"] == "Completed"
    disks = (await story.get(f"{TARGET}/providers/Microsoft.Compute/disks"))["value"]
    assert {disk["location"] for disk in disks} == {"eastus"}
    assert {disk["tags"]["RSVaultBackup"] for disk in disks} == {job["name"]}
    truth = (await story.client.get("/_simulator/truth")).json()
    assert [trigger["kind"] for trigger in truth["triggers"]] == ["backup", "cross_region_restore"]
    assert truth["triggers"][1]["client_request_id"] == sent


async def test_a_new_machine_is_made_in_the_paired_region(story: Story) -> None:
    item, point = await ready(story)
    await story.control("seed", points=[{"vm_id": vm_id("vm-web-01"), "zones": ["3"]}])
    target = vm_id("vm-far", "rg-restored")
    changes = {
        "recoveryType": "AlternateLocation",
        "targetVirtualMachineId": target,
        "virtualNetworkId": NETWORK,
        "subnetId": f"{NETWORK}/subnets/default",
        "zones": ["1"],
    }
    answer = await cross(story, await token(story, item, point), order(point, **changes))
    assert answer.status_code == 202, answer.text
    await story.advance(2540)
    vm = await story.get(target)
    assert (vm["location"], vm["zones"]) == ("eastus", ["1"])


async def test_what_is_wrong_with_a_crossing_is_refused_and_nothing_begins(story: Story) -> None:
    item, point = await ready(story)
    details = await token(story, item, point)
    here = f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
    forged = details | {"accessTokenString": details["accessTokenString"][:-2] + "xx"}
    answers = [
        await cross(story, forged, order(point)),
        await cross(story, {}, order(point)),
        await cross(story, details | {"recoveryPointId": "1"}, order(point)),
        await cross(story, details, order(point, storageAccountId=here)),
        await cross(story, details, order(point, region="westus")),
        await cross(story, details, order(point, recoveryType="OriginalLocation")),
    ]
    codes = [(answer.status_code, answer.json()["error"]["code"]) for answer in answers]
    assert codes == [
        (401, "UserErrorInvalidCrrAccessToken"),
        (401, "UserErrorInvalidCrrAccessToken"),
        (400, "UserErrorInvalidCrrAccessToken"),
        (400, "UserErrorStorageAccountRegionMismatch"),
        (400, "BMSUserErrorInvalidInput"),
        (400, "BMSUserErrorInvalidInput"),
    ]
    await story.advance(86_401)
    late = await cross(story, details, order(point))
    assert (late.status_code, late.json()["error"]["code"]) == (401, "UserErrorCrrAccessTokenExpired")
    assert (await passive(story, "POST", f"{L}/backupCrrJobs", {"resourceId": VAULT})).json()["value"] == []


async def test_the_primary_views_are_what_every_other_version_sees(story: Story) -> None:
    item, _ = await ready(story)
    assert "crossRegionRestoreState" not in (await story.get(f"{item}/recoveryPoints"))["value"][0]["properties"]
    assert (await story.send("POST", f"{L}/backupCrossRegionRestore", {}, api=API)).status_code == 404
    unknown = item_path("vm-nobody")
    assert (await passive(story, "GET", f"{unknown}/recoveryPoints/")).status_code == 404
