"""What we say to Azure: the bodies of the writes, and that the SDK's own models know every field of them."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.mgmt.recoveryservices import models as vault_models
from azure.mgmt.recoveryservicesbackup import models

from app.azure import values as v
from app.azure.errors import AzureRejected
from app.azure.sdk import translate

from .conftest import SUBSCRIPTION, AzureOver

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-target"
STAGING = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-one/providers/Microsoft.Storage/storageAccounts/staging1"


async def test_a_protection_names_the_vm_and_the_policy(azure_over: AzureOver, item: v.ItemRef) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202, headers={"Location": "https://management.azure.com/1"})

    order = v.ProtectOrder(item, v.PolicyRef(item.vault, "nightly"), v.DiskSelection((0, 2), include=False))
    await azure_over(answer).protected_items.protect(order, request_id=uuid4())
    assert sent[0].method == "PUT"
    assert json.loads(sent[0].content) == {
        "properties": {
            "protectedItemType": "Microsoft.Compute/virtualMachines",
            "sourceResourceId": item.vm.id,
            "policyId": f"{item.vault.id}/backupPolicies/nightly",
            "extendedProperties": {"diskExclusionProperties": {"diskLunList": [0, 2], "isInclusionList": False}},
        }
    }


def test_a_backup_says_how_long_it_is_kept(item: v.ItemRef) -> None:
    body = translate.backup_body(v.BackupOrder(item, datetime(2026, 12, 22, tzinfo=UTC)))
    assert body == {
        "properties": {
            "objectType": "IaasVMBackupRequest",
            "recoveryPointExpiryTimeInUTC": "2026-12-22T00:00:00.000Z",
        }
    }
    resource = models.BackupRequestResource(body)
    assert isinstance(resource.properties, models.IaasVMBackupRequest)
    assert resource.properties.recovery_point_expiry_time_in_utc == datetime(2026, 12, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("luns", "zone", "extra"),
    [
        (None, None, {}),
        ((), None, {"restoreDiskLunList": []}),
        ((0, 1), "2", {"restoreDiskLunList": [0, 1], "zones": ["2"]}),
    ],
)
def test_a_restore_as_disks_names_its_target(
    item: v.ItemRef, luns: tuple[int, ...] | None, zone: str | None, extra: dict[str, Any]
) -> None:
    order = v.RestoreOrder(item, "42", "westus", GROUP.upper().replace("RG-TARGET", "rg-target"), STAGING, luns, zone)
    body = translate.restore_body(order)
    assert body["properties"] == {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": "42",
        "recoveryType": "RestoreDisks",
        "sourceResourceId": item.vm.id,
        "targetResourceGroupId": GROUP,
        "storageAccountId": STAGING,
        "region": "westus",
        "createNewCloudService": False,
        "originalStorageAccountOption": False,
        **extra,
    }
    request = models.RestoreRequestResource(body).properties
    assert isinstance(request, models.IaasVMRestoreRequest)
    assert (request.restore_disk_lun_list, request.zones) == (
        extra.get("restoreDiskLunList"),
        extra.get("zones"),
    )


async def test_a_restore_to_no_resource_group_is_refused_before_it_is_sent(
    azure_over: AzureOver, item: v.ItemRef
) -> None:
    sent: list[httpx.Request] = []
    azure = azure_over(sent.append)
    with pytest.raises(AzureRejected, match="resource group"):
        await azure.restores.trigger(v.RestoreOrder(item, "42", "westus", "rg-target", STAGING), request_id=uuid4())
    assert not sent


@pytest.mark.parametrize(
    ("state", "settings"),
    [
        (
            "on",
            {"softDeleteState": "Enabled", "enhancedSecurityState": "Enabled", "softDeleteRetentionPeriodInDays": 30},
        ),
        ("off", {"softDeleteState": "Disabled", "enhancedSecurityState": "Enabled"}),
        (
            "always_on",
            {"softDeleteState": "AlwaysON", "enhancedSecurityState": "AlwaysON", "softDeleteRetentionPeriodInDays": 30},
        ),
    ],
)
def test_a_vault_is_asked_for_as_ordered(vault: v.VaultRef, state: Any, settings: dict[str, Any]) -> None:
    order = v.VaultOrder(
        vault,
        "westus",
        "geo",
        cross_region_restore=True,
        soft_delete_state=state,
        soft_delete_days=30,
        immutability="unlocked",
        tags={"team": "night"},
    )
    body = translate.vault_body(order)
    assert (body["location"], body["sku"], body["tags"]) == ("westus", {"name": "Standard"}, {"team": "night"})
    properties = body["properties"]
    assert properties["securitySettings"]["softDeleteSettings"] == settings
    read = vault_models.Vault(body).properties
    assert read is not None
    assert read.redundancy_settings is not None
    assert read.redundancy_settings.standard_tier_storage_redundancy == "GeoRedundant"
    assert read.redundancy_settings.cross_region_restore == "Enabled"
    assert read.security_settings is not None
    assert read.security_settings.immutability_settings is not None
    assert read.security_settings.immutability_settings.state == "Unlocked"
    assert read.cost_management_settings is not None
    assert read.cost_management_settings.granularity_level == "VaultLevel"
