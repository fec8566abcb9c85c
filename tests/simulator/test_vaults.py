"""Vaults: synchronous before 2024, asynchronous since; configuration objects; what keeps a vault from going."""

import pytest

from tests.simulator.story import API, RG, SUB, VAULT, Story

BODY = {"location": "westus", "sku": {"name": "Standard"}, "properties": {}}
OLD = "2016-06-01"


async def test_since_2024_a_vault_is_provisioned_asynchronously(story: Story) -> None:
    answer = await story.send("PUT", VAULT, BODY)
    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Provisioning"
    assert answer.json()["properties"]["securitySettings"]["multiUserAuthorization"] == "Invalid"
    assert answer.headers["Retry-After"] == "60"
    link = answer.headers["Azure-AsyncOperation"]
    assert "/operationStatus/" in link
    running = await story.send("GET", link, api=None)
    assert running.json()["status"] == "InProgress"
    assert {"location", "azure-asyncoperation", "retry-after"} <= set(running.headers)
    await story.advance(60)
    done = await story.send("GET", link, api=None)
    assert set(done.json()) == {"id", "name", "status"}
    assert done.json()["status"] == "Succeeded"
    assert "azure-asyncoperation" not in done.headers
    assert (await story.get(VAULT))["properties"]["provisioningState"] == "Succeeded"


async def test_before_2024_a_vault_is_there_at_once_and_goes_at_once(story: Story) -> None:
    answer = await story.send("PUT", VAULT, BODY, api=OLD)
    assert (answer.status_code, answer.json()["properties"]) == (201, {"provisioningState": "Succeeded"})
    assert "azure-asyncoperation" not in answer.headers
    gone = await story.send("DELETE", VAULT, api=OLD)
    assert (gone.status_code, gone.content) == (200, b"")
    assert (await story.send("GET", VAULT, api=OLD)).status_code == 404


async def test_since_2024_a_delete_is_accepted_and_its_first_poll_says_succeeded(story: Story) -> None:
    await story.make_vault()
    gone = await story.send("DELETE", VAULT)
    assert (gone.status_code, gone.content) == (202, b"")
    poll = await story.send("GET", gone.headers["Azure-AsyncOperation"], api=None)
    assert poll.json()["status"] == "Succeeded"
    assert (await story.send("GET", VAULT)).status_code == 404
    assert (await story.send("DELETE", VAULT)).status_code == 204


async def test_a_vault_needs_an_existing_group_a_location_and_a_proper_name(story: Story) -> None:
    nowhere = VAULT.replace("rg-demo", "rg-nowhere")
    cases = {
        "ResourceGroupNotFound": await story.send("PUT", nowhere, BODY),
        "LocationRequired": await story.send("PUT", VAULT, {"properties": {}}),
        "InvalidResourceName": await story.send("PUT", f"{VAULT}_!", BODY),
    }
    assert {answer.json()["error"]["code"] for answer in cases.values()} == set(cases)
    await story.make_vault()
    moved = await story.send("PUT", VAULT, BODY | {"location": "eastus"})
    assert (moved.status_code, moved.json()["error"]["code"]) == (409, "InvalidResourceLocation")


async def test_vaults_are_listed_by_group_and_by_subscription(story: Story) -> None:
    await story.make_vault()
    await story.make_vault(VAULT.replace("rg-demo", "rg-restored").replace("vault-demo", "vault-two"))
    kind = "providers/Microsoft.RecoveryServices/vaults"
    assert [v["name"] for v in (await story.get(f"{SUB}/{kind}"))["value"]] == ["vault-demo", "vault-two"]
    assert [v["name"] for v in (await story.get(f"{RG}/{kind}"))["value"]] == ["vault-demo"]


async def test_redundancy_is_patched_on_the_vault_and_shows_in_the_storage_configuration(story: Story) -> None:
    vault = await story.make_vault()
    storage = f"{VAULT}/backupstorageconfig/vaultstorageconfig"
    assert (await story.get(storage))["properties"]["storageModelType"] == "GeoRedundant"
    wanted = {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled"}
    answer = await story.send("PATCH", VAULT, {"properties": {"redundancySettings": wanted}})
    assert answer.json()["properties"]["redundancySettings"] == wanted
    assert answer.json()["etag"] != vault["etag"]
    assert (await story.get(storage))["properties"]["crossRegionRestoreFlag"] is True
    older = await story.send("PUT", storage, {"properties": {"storageModelType": "LocallyRedundant"}})
    assert (older.status_code, older.json()["error"]["code"]) == (400, "InvalidRestApiParameter")


async def test_redundancy_can_be_set_the_older_way_while_the_vault_api_was_not_used(story: Story) -> None:
    await story.make_vault()
    storage = f"{VAULT}/backupstorageconfig/vaultstorageconfig"
    patch = await story.send("PATCH", storage, {"properties": {"crossRegionRestoreFlag": True}})
    assert (patch.status_code, patch.content) == (204, b"")
    assert (await story.get(VAULT))["properties"]["redundancySettings"]["crossRegionRestore"] == "Enabled"
    await story.send("PATCH", storage, {"properties": {"crossRegionRestoreFlag": False}})
    put = await story.send("PUT", storage, {"properties": {"storageModelType": "LocallyRedundant"}})
    assert (put.status_code, put.json()["properties"]["storageType"]) == (200, "LocallyRedundant")
    changed = (await story.get(VAULT))["properties"]["redundancySettings"]
    assert changed == {"standardTierStorageRedundancy": "LocallyRedundant", "crossRegionRestore": "Disabled"}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_soft_delete_is_changed_synchronously(story: Story, method: str) -> None:
    await story.make_vault()
    config = f"{VAULT}/backupconfig/vaultconfig"
    assert (await story.get(config))["properties"]["softDeleteFeatureState"] == "Enabled"
    wanted = {"enhancedSecurityState": "Enabled", "softDeleteFeatureState": "Disabled"}
    answer = await story.send(method, config, {"properties": wanted})
    assert answer.status_code == 200
    expected = wanted | {"softDeleteRetentionPeriodInDays": 14, "isSoftDeleteFeatureStateEditable": True}
    assert answer.json()["properties"] == expected


async def test_always_on_is_answered_as_always_ON_and_cannot_be_switched_off(story: Story) -> None:  # noqa: N802
    soft_delete = {"softDeleteState": "AlwaysOn", "enhancedSecurityState": "AlwaysOn"}
    vault = await story.make_vault(securitySettings={"softDeleteSettings": soft_delete})
    settings = vault["properties"]["securitySettings"]["softDeleteSettings"]
    assert settings["softDeleteState"] == "AlwaysON"
    off = {"properties": {"securitySettings": {"softDeleteSettings": {"softDeleteState": "Disabled"}}}}
    assert (await story.send("PATCH", VAULT, off)).json()["error"]["code"] == "UserErrorSoftDeleteAlwaysOn"
    longer = {"softDeleteState": "AlwaysOn", "softDeleteRetentionPeriodInDays": 90}
    await story.send("PATCH", VAULT, {"properties": {"securitySettings": {"softDeleteSettings": longer}}})
    answer = (await story.get(f"{VAULT}/backupconfig/vaultconfig"))["properties"]
    assert (answer["softDeleteFeatureState"], answer["softDeleteRetentionPeriodInDays"]) == ("AlwaysON", 90)
    assert answer["isSoftDeleteFeatureStateEditable"] is False
    settings = (await story.get(VAULT))["properties"]["securitySettings"]["softDeleteSettings"]
    assert (settings["softDeleteState"], settings["softDeleteRetentionPeriodInDays"]) == ("AlwaysON", 90)


@pytest.mark.parametrize("when", ["created", "changed"])
async def test_soft_delete_that_the_vault_api_has_set_is_refused_by_the_config_object_for_good(
    story: Story, when: str
) -> None:
    settings = {"softDeleteSettings": {"softDeleteState": "Enabled", "softDeleteRetentionPeriodInDays": 20}}
    await story.make_vault(securitySettings=settings if when == "created" else {})
    if when == "changed":
        await story.send("PATCH", VAULT, {"properties": {"securitySettings": settings}})
    config = f"{VAULT}/backupconfig/vaultconfig"
    for _ in range(2):
        refused = await story.send("PATCH", config, {"properties": {"softDeleteFeatureState": "Disabled"}})
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "BMSUserErrorSoftDeleteUseVaultApi")
    assert (await story.get(config))["properties"]["softDeleteRetentionPeriodInDays"] == 20


async def test_a_vault_with_items_is_not_deleted_and_says_why(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    refused = await story.send("DELETE", VAULT)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "ServiceResourceNotEmptyWithBackendMessage")
    assert "existing resources within the vault" in refused.json()["error"]["message"]
    await story.send("DELETE", item)
    await story.advance(12)
    refused = await story.send("DELETE", VAULT, api=API)
    assert "soft deleted state" in refused.json()["error"]["message"]
    await story.advance(14 * 86_400)
    assert (await story.send("DELETE", VAULT)).status_code == 202
