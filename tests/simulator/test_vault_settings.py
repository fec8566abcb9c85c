"""What Azure refuses to change on a vault, the misleading 404 of a young one, and tags."""

from typing import Any

import pytest

from tests.simulator.policy_bodies import PATH, production
from tests.simulator.story import API, DEFAULT_POLICY, VAULT, Story

STORAGE_CONFIG = f"{VAULT}/backupstorageconfig/vaultstorageconfig"


def redundancy(kind: str | None = None, crossing: str | None = None) -> dict[str, Any]:
    wanted = {"standardTierStorageRedundancy": kind, "crossRegionRestore": crossing}
    return {"redundancySettings": {name: value for name, value in wanted.items() if value}}


def immutability(state: str) -> dict[str, Any]:
    return {"securitySettings": {"immutabilitySettings": {"state": state}}}


async def patch(story: Story, properties: Any) -> tuple[int, str | None]:
    """(status, error code) of a PATCH of the vault."""
    answer = await story.send("PATCH", VAULT, {"properties": properties})
    return answer.status_code, answer.json().get("error", {}).get("code")


async def test_redundancy_is_locked_by_the_first_item_and_cross_region_restore_can_only_be_turned_on(
    story: Story,
) -> None:
    await story.make_vault()
    assert await patch(story, redundancy("LocallyRedundant")) == (200, None)
    assert await patch(story, redundancy("GeoRedundant")) == (200, None)
    await story.protect()
    assert await patch(story, redundancy("LocallyRedundant")) == (400, "StorageModelModifyError")
    assert await patch(story, redundancy("GeoRedundant", "Enabled")) == (200, None)
    assert await patch(story, redundancy(crossing="Disabled")) == (400, "StorageModelModifyError")
    kept = (await story.get(VAULT))["properties"]["redundancySettings"]
    assert kept == {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled"}
    assert (await story.get(STORAGE_CONFIG))["properties"]["storageTypeState"] == "Locked"


@pytest.mark.parametrize(
    "wanted",
    [
        redundancy("LocallyRedundant", "Enabled"),
        redundancy("TripleRedundant"),
        redundancy(crossing="Maybe"),
        {"securitySettings": {"softDeleteSettings": {"softDeleteRetentionPeriodInDays": 13}}},
        {"securitySettings": {"softDeleteSettings": {"softDeleteRetentionPeriodInDays": 181}}},
        {"securitySettings": {"softDeleteSettings": {"softDeleteState": "Perhaps"}}},
        immutability("Sometimes"),
    ],
)
async def test_settings_azure_does_not_know_are_refused_and_nothing_changes(story: Story, wanted: Any) -> None:
    before = (await story.make_vault())["properties"]
    assert await patch(story, wanted) == (400, "InvalidRestApiParameter")
    assert (await story.get(VAULT))["properties"] == before
    other = VAULT.replace("vault-demo", "vault-two")
    answer = await story.send("PUT", other, {"location": "westus", "properties": wanted})
    assert answer.status_code == 400
    assert (await story.send("GET", other)).status_code == 404


async def test_immutability_goes_to_unlocked_then_locked_and_never_back(story: Story) -> None:
    changed = "UserErrorUnsupportedVaultImmutabilityStateChange"
    answer = await story.send("PUT", VAULT, {"location": "westus", "properties": immutability("Locked")})
    assert answer.json()["error"]["code"] == changed
    await story.make_vault()
    assert await patch(story, immutability("Locked")) == (400, changed)
    assert await patch(story, immutability("Unlocked")) == (200, None)
    assert await patch(story, immutability("Disabled")) == (200, None)
    assert await patch(story, immutability("Unlocked")) == (200, None)
    assert await patch(story, immutability("Locked")) == (200, None)
    assert await patch(story, immutability("Unlocked")) == (400, changed)
    assert await patch(story, immutability("Disabled")) == (400, changed)
    shown = (await story.get(VAULT))["properties"]["securitySettings"]
    assert shown["immutabilitySettings"] == {"state": "Locked"}


async def test_an_immutable_vault_keeps_its_data_and_its_retention(story: Story) -> None:
    await story.make_vault()
    item, _ = await story.with_recovery_point()
    await patch(story, immutability("Unlocked"))
    denied = "UserErrorOperationDeniedOnImmutableItem"
    assert (await story.send("DELETE", item)).json()["error"]["code"] == denied
    shorter = production()
    shorter["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 29
    assert (await story.send("PUT", DEFAULT_POLICY, shorter)).json()["error"]["code"] == denied
    assert (await story.send("PUT", DEFAULT_POLICY, production())).status_code == 202
    assert (await story.send("PUT", PATH, shorter)).status_code == 200  # nothing uses it
    await patch(story, immutability("Disabled"))
    assert (await story.send("DELETE", item)).status_code == 202


async def test_an_immutable_vault_takes_no_item_to_a_policy_with_less_retention(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    for name, count in (("Shorter", 29), ("Longer", 31)):
        policy = production()
        policy["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = count
        assert (await story.send("PUT", f"{VAULT}/backupPolicies/{name}", policy)).status_code == 200
    shorter, longer = f"{VAULT}/backupPolicies/Shorter", f"{VAULT}/backupPolicies/Longer"
    for state in ("Unlocked", "Locked"):
        await patch(story, immutability(state))
        answer = await story.put_item("vm-web-01", policyId=shorter)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "UserErrorOperationDeniedOnImmutableItem")
        assert (await story.get(item))["properties"]["policyName"] == "DefaultPolicy"
    assert (await story.put_item("vm-web-01", policyId=longer)).status_code == 202


@pytest.mark.parametrize(
    ("nature", "api", "status"),
    [
        ({"ultra": True}, API, 400),
        ({"security_type": "ConfidentialVM"}, API, 400),
        ({"security_type": "TrustedLaunch"}, "2024-04-01", 400),
        ({"security_type": "TrustedLaunch"}, API, 202),
        ({}, API, 202),
    ],
)
async def test_some_machines_take_no_standard_policy(story: Story, nature: Any, api: str, status: int) -> None:
    await story.make_vault()
    await story.control("seed", vms=[{"name": "vm-odd", **nature}])
    answer = await story.put_item("vm-odd", api=api, policyId=DEFAULT_POLICY)
    assert answer.status_code == status, answer.text
    if status == 400:
        enhanced = await story.put_item("vm-odd", api=api, policyId=f"{VAULT}/backupPolicies/EnhancedPolicy")
        assert enhanced.status_code == 202


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_young_vault_says_that_a_vm_is_gone_and_yet_takes_the_flag(story: Story, method: str) -> None:
    await story.send("PUT", VAULT, {"location": "westus", "properties": {}})
    on = {"properties": {"crossRegionRestoreFlag": True}}
    answer = await story.send(method, STORAGE_CONFIG, on)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (404, "ResourceNotFound")
    assert "VM no longer exists" in error["message"]
    assert set(error) == {"code", "message", "target", "details", "innerError"}
    assert (await story.get(STORAGE_CONFIG))["properties"]["crossRegionRestoreFlag"] is False
    await story.advance(28)
    assert (await story.get(STORAGE_CONFIG))["properties"]["crossRegionRestoreFlag"] is True
    assert (await story.send(method, STORAGE_CONFIG, on)).status_code in {200, 204}


async def test_tags_are_replaced_as_a_whole(story: Story) -> None:
    await story.make_vault()
    for tags in ({"owner": "a", "stage": "test"}, {"owner": "b"}):
        answer = await story.send("PATCH", VAULT, {"tags": tags})
        assert answer.json()["tags"] == tags
    assert (await story.get(VAULT))["tags"] == {"owner": "b"}


async def test_soft_delete_days_are_those_of_the_moment_of_deletion(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    config = f"{VAULT}/backupconfig/vaultconfig"
    await story.send("PATCH", config, {"properties": {"softDeleteRetentionPeriodInDays": 20}})
    await story.send("DELETE", item)
    await story.advance(19 * 86_400)
    shown = (await story.get(item))["properties"]
    assert shown["isScheduledForDeferredDelete"] is True
    assert shown["deferredDeleteTimeRemaining"].startswith("0.23:59:")
    await story.send("PATCH", config, {"properties": {"softDeleteRetentionPeriodInDays": 180}})
    await story.advance(86_400)
    assert (await story.send("GET", item)).status_code == 404
