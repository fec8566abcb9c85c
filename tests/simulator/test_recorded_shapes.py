"""The simulator's bodies against the restated shapes of recorded ones: no key missing, none invented."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.file_recovery_steps import operation_of, provision
from tests.simulator.secondary_steps import L, cross, order, passive, ready, token
from tests.simulator.story import DEFAULT_POLICY, VAULT, Story

SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "recorded_shapes.json").read_text())


def check(name: str, body: dict[str, Any]) -> None:
    shape = SHAPES[name]
    assert set(body) == set(shape["keys"]), name
    if "properties" in shape:
        assert set(body["properties"]) == set(shape["properties"]), name
    if "extendedInfo" in shape:
        extended = body["properties"]["extendedInfo"]
        assert set(extended) == set(shape["extendedInfo"]), name
        assert set(extended["propertyBag"]) == set(shape["propertyBag"]), name
        assert all(set(task) == set(shape.get("task", ())) for task in extended["tasksList"]), name
    for key, value in shape.get("values", {}).items():
        assert body[key] == value, name


@pytest.mark.parametrize("name", ["vault_2019", "vault_2026"])
async def test_a_vault_looks_as_recorded(story: Story, name: str) -> None:
    check(name, await story.make_vault(api=SHAPES[name]["api"]))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("policy_2020", DEFAULT_POLICY),
        ("vaultconfig_2019", f"{VAULT}/backupconfig/vaultconfig"),
        ("storageconfig_2019", f"{VAULT}/backupstorageconfig/vaultstorageconfig"),
    ],
)
async def test_what_a_new_vault_holds_looks_as_recorded(story: Story, name: str, path: str) -> None:
    await story.make_vault()
    check(name, await story.get(path, api=SHAPES[name]["api"]))


async def test_protectable_items_containers_and_items_look_as_recorded(story: Story) -> None:
    await story.make_vault()
    vms = "backupManagementType eq 'AzureIaasVM'"
    api = SHAPES["protectable_2019"]["api"]
    for entry in (await story.get(f"{VAULT}/backupProtectableItems", api=api, filter=vms))["value"]:
        check("protectable_2019", entry)
    item = await story.protect()
    containers = await story.get(f"{VAULT}/backupProtectionContainers", api=api, filter=vms)
    check("container_2019", containers["value"][0])
    check("item_enabled_2019", await story.get(item, api=SHAPES["item_enabled_2019"]["api"]))


async def test_operations_and_jobs_look_as_recorded(story: Story) -> None:
    api = SHAPES["job_configure_2020"]["api"]
    await story.make_vault(api=api)
    answer = await story.put_item("vm-web-01", api=api, policyId=DEFAULT_POLICY)
    operation = answer.headers["Azure-AsyncOperation"]
    running = (await story.send("GET", operation, api=None)).json()
    check("operation_running", running)
    assert running["endTime"] == "0001-01-01T00:00:00"
    await story.advance(35)
    done = (await story.send("GET", operation, api=None)).json()
    check("operation_succeeded", done)
    assert done["endTime"] == done["startTime"]
    check("job_configure_2020", await story.newest_job(api=api))


async def test_a_backup_its_point_and_a_restore_look_as_recorded(story: Story) -> None:
    api = SHAPES["job_backup_running_2020"]["api"]
    await story.make_vault(api=api)
    item = await story.protect(api=api)
    await story.back_up(item, api=api)
    check("job_backup_running_2020", await story.newest_job(api=api))
    await story.advance(4500)
    check("item_protected_2026", await story.get(item, api=SHAPES["item_protected_2026"]["api"]))
    point = (await story.get(f"{item}/recoveryPoints", api=api))["value"][0]
    check("recovery_point_2020", point)
    assert (await story.restore(item, point["name"], api=api)).status_code == 202
    await story.advance(200)
    check("job_restore_completed_2020", await story.newest_job(api=api))


async def test_a_restore_in_the_paired_region_looks_as_recorded_from_both_sides(story: Story) -> None:
    item, point = await ready(story)
    details = await token(story, item, point)
    check("access_token_2023", {"properties": details})
    answer = await cross(story, details, order(point))
    await story.advance(61)
    status = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    check("crr_status_2023", status)
    asked = {"resourceId": VAULT, "jobName": status["properties"]["jobId"]}
    there = (await passive(story, "POST", f"{L}/backupCrrJob", asked)).json()
    check("job_crr_secondary_2023", there)
    api = SHAPES["job_crr_primary_2023"]["api"]
    here = await story.get(f"{VAULT}/backupJobs/{asked['jobName']}", api=api)
    check("job_crr_primary_2023", here)
    assert (there["properties"]["actionsInfo"], here["properties"]["actionsInfo"]) == (["Cancellable"], [1])


async def test_a_mount_and_a_replacement_look_as_recorded(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    api = SHAPES["operation_mount_2020"]["api"]
    operation = operation_of(await provision(story, item, point, api=api))
    await story.advance(46)
    check("operation_mount_2020", await story.get(f"{VAULT}/backupOperations/{operation}", api=api))
    await story.restore(item, point, recoveryType="OriginalLocation", targetResourceGroupId=...)
    await story.advance(1117)
    check("job_replace_2026", await story.newest_job(api=SHAPES["job_replace_2026"]["api"]))
