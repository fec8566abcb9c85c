"""What we say to Azure: the bodies of the writes, and that the SDK's own models know every field of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.mgmt.recoveryservices import models as vault_models
from azure.mgmt.recoveryservicesbackup import models

from app.azure import restore_values as r
from app.azure import values as v
from app.azure.errors import AzureRejected
from app.azure.sdk import translate, translate_restores

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


@pytest.mark.parametrize(
    ("intent", "extra"),
    [
        ("stop", {"policyId": "", "protectionState": "ProtectionStopped"}),
        ("undelete", {"policyId": "", "protectionState": "ProtectionStopped", "isRehydrate": True}),
    ],
)
async def test_stopping_and_undeleting_are_puts_as_recorded(
    azure_over: AzureOver, item: v.ItemRef, intent: str, extra: dict[str, Any]
) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202, headers={"Location": "https://management.azure.com/1"})

    await getattr(azure_over(answer).protected_items, intent)(item, request_id=uuid4())
    assert sent[0].method == "PUT"
    assert json.loads(sent[0].content) == {
        "properties": {
            "protectedItemType": "Microsoft.Compute/virtualMachines",
            "sourceResourceId": item.vm.id,
            **extra,
        }
    }


async def test_deleting_backup_data_has_no_body_and_is_followed_at_the_vault(
    azure_over: AzureOver, item: v.ItemRef
) -> None:
    sent: list[httpx.Request] = []
    link = f"https://management.azure.com{item.vault.id}/backupOperations/1"

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202, headers={"Azure-AsyncOperation": link, "Retry-After": "60"})

    operation = await azure_over(answer).protected_items.delete(item, request_id=uuid4())
    assert (sent[0].method, sent[0].content) == ("DELETE", b"")
    assert operation == v.Operation(link, 60)


@pytest.mark.parametrize(("vault_id", "found"), [("", None), (None, None), ("there", "vault-two")])
async def test_who_protects_a_vm_is_asked_in_its_region(
    azure_over: AzureOver, item: v.ItemRef, vault_id: str | None, found: str | None
) -> None:
    sent: list[httpx.Request] = []
    other = v.VaultRef(SUBSCRIPTION, "rg-two", "vault-two")

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        body = {"protectionStatus": "NotProtected", "vaultId": other.id if vault_id == "there" else vault_id}
        return httpx.Response(200, json=body)

    vault = await azure_over(answer).protected_items.find_vault_of(item.vm, "westus")
    assert (vault.name if vault else None) == found
    assert sent[0].url.path.endswith("/locations/westus/backupStatus")
    assert json.loads(sent[0].content) == {"resourceType": "VM", "resourceId": item.vm.id}


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
    group = GROUP.upper().replace("RG-TARGET", "rg-target")
    order = r.RestoreOrder(item, "42", "westus", r.DisksTarget("disks", group, STAGING, luns, zone))
    body = translate_restores.restore_body(order)
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


SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net-one/subnets/default"


def test_a_restore_as_a_new_vm_names_the_vm_and_its_network(item: v.ItemRef) -> None:
    """The fields that az sends for AlternateLocation; no request was recorded."""
    target = r.NewVmTarget("new_vm", "vm-two", GROUP, SUBNET.upper().replace("/SUBNETS/DEFAULT", "/subnets/d"), STAGING)
    body = translate_restores.restore_body(r.RestoreOrder(item, "42", "westus", target))["properties"]
    assert body["recoveryType"] == "AlternateLocation"
    assert body["targetResourceGroupId"] == GROUP
    assert body["targetVirtualMachineId"] == f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-two"
    assert body["virtualNetworkId"].lower() == SUBNET.lower().partition("/subnets/")[0]
    assert body["subnetId"].endswith("/subnets/d")
    assert body["createNewCloudService"] is False
    assert "zones" not in body
    assert "restoreDiskLunList" not in body
    zoned = replace(target, zone="2")
    assert translate_restores.restore_request(r.RestoreOrder(item, "42", "westus", zoned))["zones"] == ["2"]
    request = models.RestoreRequestResource({"properties": body}).properties
    assert isinstance(request, models.IaasVMRestoreRequest)
    assert request.target_virtual_machine_id == body["targetVirtualMachineId"]


def test_a_restore_of_the_vms_own_disks_names_no_target(item: v.ItemRef) -> None:
    target = r.ReplaceDisksTarget("replace_disks", item.vm.id, STAGING, r.SourceVm("id", ("/disks/one",)))
    assert translate_restores.restore_request(r.RestoreOrder(item, "42", "westus", target)) == {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": "42",
        "recoveryType": "OriginalLocation",
        "sourceResourceId": item.vm.id,
        "storageAccountId": STAGING,
        "region": "westus",
        "createNewCloudService": False,
        "originalStorageAccountOption": False,
    }


async def test_a_restore_to_no_resource_group_is_refused_before_it_is_sent(
    azure_over: AzureOver, item: v.ItemRef
) -> None:
    sent: list[httpx.Request] = []
    azure = azure_over(sent.append)
    order = r.RestoreOrder(item, "42", "westus", r.DisksTarget("disks", "rg-target", STAGING))
    with pytest.raises(AzureRejected, match="resource group"):
        await azure.restores.trigger(order, request_id=uuid4())
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
