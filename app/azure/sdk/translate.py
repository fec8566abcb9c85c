"""Azure's JSON into our values, and orders into Azure's JSON. Pure; imports no Azure package.

Everything is read from the JSON by its wire names and never from the SDK's typed models: VM items come back as their
base class, without the attributes (docs/azure.md, The SDK), and tiers and actions changed type between api-versions. A
field that is missing is None; a body without the fields that make it what it is raises (KeyError, ValueError,
TypeError), which `refusals.azure_errors` makes an unreadable answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeVar, cast

from app.azure import names
from app.azure import values as v
from app.azure.point_values import VmThen
from app.azure.sdk import members
from app.azure.sdk.formats import flag_or_none, time_or_none, whole_or_none, wire_time

Json = Mapping[str, Any]
T = TypeVar("T")

_REDUNDANCY: Final[Mapping[str, v.Redundancy]] = {
    "locallyredundant": "local",
    "zoneredundant": "zone",
    "georedundant": "geo",
}
REDUNDANCY_WORD: Final = {"local": "LocallyRedundant", "zone": "ZoneRedundant", "geo": "GeoRedundant"}
SOFT_DELETE: Final[Mapping[str, Literal["on", "off", "always_on"]]] = {
    "enabled": "on",
    "disabled": "off",
    "alwayson": "always_on",
}
SOFT_DELETE_WORD: Final = {"on": "Enabled", "off": "Disabled", "always_on": "AlwaysON"}
_IMMUTABILITY: Final[Mapping[str, Literal["disabled", "unlocked", "locked"]]] = {
    "disabled": "disabled",
    "unlocked": "unlocked",
    "locked": "locked",
}
_POLICY_TYPES: Final[Mapping[str, bool]] = {"v1": False, "v2": True}
_CONSISTENCY: Final[Mapping[str, v.Consistency]] = {
    "appconsistent": "application",
    "filesystemconsistent": "file_system",
    "crashconsistent": "crash",
}
_TIERS: Final[Mapping[str, v.Tier]] = {
    # 2019-06-15 answers numbers, 2022 and later words (docs/azure.md, The SDK); the numbers are the enum's order.
    "1": "snapshot",
    "instantrp": "snapshot",
    "2": "vault",
    "hardenedrp": "vault",
    "3": "archive",
    "archivedrp": "archive",
}
_TIER_STATES: Final = {"0": "invalid", "1": "valid", "2": "disabled", "3": "deleted", "4": "rehydrated"}


# --- vaults (docs/azure.md, Vaults) --------------------------------------------------------------------------------
def vault_body(order: v.VaultOrder) -> dict[str, Any]:
    """The PUT that today's az sends (docs/azure.md, The az client), with the settings that this order names."""
    soft_delete: dict[str, Any] = {
        "softDeleteState": SOFT_DELETE_WORD[order.soft_delete_state],
        # Enhanced security guards other workloads; the recorded switch-off of soft delete leaves it on.
        "enhancedSecurityState": "AlwaysON" if order.soft_delete_state == "always_on" else "Enabled",
    }
    if order.soft_delete_state != "off":
        soft_delete["softDeleteRetentionPeriodInDays"] = order.soft_delete_days
    return {
        "location": order.location,
        "sku": {"name": "Standard"},
        "tags": dict(order.tags),
        "properties": {
            "publicNetworkAccess": "Enabled",
            "redundancySettings": {
                "standardTierStorageRedundancy": REDUNDANCY_WORD[order.redundancy],
                "crossRegionRestore": "Enabled" if order.cross_region_restore else "Disabled",
            },
            "securitySettings": {
                "softDeleteSettings": soft_delete,
                "immutabilitySettings": {"state": order.immutability.capitalize()},
            },
            "monitoringSettings": {
                "azureMonitorAlertSettings": {
                    "alertsForAllJobFailures": "Enabled",
                    "alertsForAllReplicationIssues": "Enabled",
                    "alertsForAllFailoverIssues": "Enabled",
                },
                "classicAlertSettings": {
                    "alertsForCriticalOperations": "Enabled",
                    "emailNotificationsForSiteRecovery": "Enabled",
                },
            },
            "costManagementSettings": {"granularityLevel": "VaultLevel"},
        },
    }


def vault(body: Json) -> v.AzureVault:
    """Vaults of before 2022 carry no settings: they read as None."""
    properties = mapping(body, "properties")
    redundancy = mapping(properties, "redundancySettings")
    security = mapping(properties, "securitySettings")
    soft_delete = mapping(security, "softDeleteSettings")
    crossing = str(redundancy.get("crossRegionRestore", "")).lower()
    return v.AzureVault(
        ref=names.read_vault_id(body["id"]),
        location=members.text(body, "location"),
        provisioning_state=members.text(properties, "provisioningState"),
        redundancy=word(_REDUNDANCY, redundancy.get("standardTierStorageRedundancy")),
        cross_region_restore={"enabled": True, "disabled": False}.get(crossing),
        soft_delete_state=word(SOFT_DELETE, soft_delete.get("softDeleteState")),
        soft_delete_days=members.count_or_none(soft_delete, "softDeleteRetentionPeriodInDays"),
        immutability=word(_IMMUTABILITY, mapping(security, "immutabilitySettings").get("state")),
        tags={name: members.written(mapping(body, "tags"), name) for name in mapping(body, "tags")},
        is_guarded={"enabled": True, "disabled": False}.get(str(security.get("multiUserAuthorization", "")).lower()),
    )


# --- protected items (docs/azure.md, Changing protection) ----------------------------------------------------------
def protect_body(order: v.ProtectOrder) -> dict[str, Any]:
    body = _item_body(order.item, policyId=order.policy.id)
    if order.disks is not None:
        body["properties"]["extendedProperties"] = {
            "diskExclusionProperties": {
                "diskLunList": list(order.disks.luns),
                "isInclusionList": order.disks.include,
            }
        }
    return body


def stop_body(item: v.ItemRef) -> dict[str, Any]:
    return _item_body(item, policyId="", protectionState="ProtectionStopped")


def suspend_body(item: v.ItemRef) -> dict[str, Any]:
    """As az sends it: with an empty policyId, like a stop (docs/azure.md, The states of an item)."""
    return _item_body(item, policyId="", protectionState="BackupsSuspended")


def undelete_body(item: v.ItemRef) -> dict[str, Any]:
    return _item_body(item, policyId="", protectionState="ProtectionStopped", isRehydrate=True)


def _item_body(item: v.ItemRef, **intent: Any) -> dict[str, Any]:
    named = {"protectedItemType": "Microsoft.Compute/virtualMachines", "sourceResourceId": item.vm.id}
    return {"properties": named | intent}


def protecting_vault(body: Json) -> v.VaultRef | None:
    """The vault of a backup status: its ARM id; Azure writes an empty text if there is none."""
    vault_id = body.get("vaultId")
    return names.read_vault_id(vault_id) if vault_id else None


def is_vm_item(body: Json) -> bool:
    """A vault's list may also hold classic VMs (retired), whose ids are of another provider."""
    return str(mapping(body, "properties").get("protectedItemType", "")).lower() == "microsoft.compute/virtualmachines"


def vm_item(body: Json) -> v.AzureItem | None:
    """An item that is a VM; None for what else a vault protects."""
    return item(body) if is_vm_item(body) else None


def item(body: Json) -> v.AzureItem:
    properties = mapping(body, "properties")
    return v.AzureItem(
        vm=names.read_vm_id(properties.get("sourceResourceId") or properties["virtualMachineId"]),
        policy_name=_policy_name(properties),
        protection_state=members.text(properties, "protectionState"),
        health=members.text_or_none(properties, "healthStatus"),
        last_backup_status=members.text_or_none(properties, "lastBackupStatus"),
        last_backup_at=members.moment_or_none(properties, "lastBackupTime"),
        last_recovery_point_at=members.moment_or_none(properties, "lastRecoveryPoint"),
        soft_deleted=members.flag(properties, "isScheduledForDeferredDelete"),
        health_details=_health_details(properties),
        deleted_at=members.moment_or_none(properties, "deferredDeleteTimeInUTC"),
        soft_delete_days=members.count_or_none(properties, "softDeleteRetentionPeriod") or None,
        disks=_disks(properties.get("extendedProperties")),
        enhanced=word(_POLICY_TYPES, properties.get("policyType")),
    )


def _disks(extended: Any) -> v.DiskSelection | None:
    """`extendedProperties` without an exclusion says that every disk is backed up; without it nothing is said."""
    if not isinstance(extended, Mapping):
        return None
    exclusion = mapping(extended, "diskExclusionProperties")
    listed = exclusion.get("diskLunList") or ()
    luns = [whole_or_none(lun) for lun in listed] if isinstance(listed, list | tuple) else [None]
    if None in luns:
        return None
    return v.DiskSelection(
        tuple(lun for lun in luns if lun is not None), include=members.flag(exclusion, "isInclusionList")
    )


def _policy_name(properties: Json) -> str | None:
    """Stopped items have both texts empty; the name is missing where only the id was ever written."""
    name = members.text_or_none(properties, "policyName")
    return name or members.written(properties, "policyId").rpartition("/")[2] or None


def _health_details(properties: Json) -> tuple[v.AzureJobError, ...]:
    """From `healthDetails`, and since 2021 from each KPI of `kpisHealths` that is not healthy.

    A healthy KPI was recorded with one entry, code 0 and "Success" (2023); it is left out.
    """
    details = list(members.objects(properties, "healthDetails"))
    for kpi in mapping(properties, "kpisHealths").values():
        if isinstance(kpi, Mapping) and str(kpi.get("resourceHealthStatus")).lower() != "healthy":
            details.extend(members.objects(kpi, "resourceHealthDetails"))
    found = (
        v.AzureJobError(
            code=members.written(detail, "code"),
            title=members.written(detail, "title"),
            message=members.written(detail, "message"),
            recommendations=members.texts(detail, "recommendations"),
        )
        for detail in details
    )
    return tuple(dict.fromkeys(found))


# --- backups and recovery points (docs/azure.md, Recovery points) --------------------------------------------------
def backup_body(order: v.BackupOrder) -> dict[str, Any]:
    return {
        "properties": {
            "objectType": "IaasVMBackupRequest",
            "recoveryPointExpiryTimeInUTC": wire_time(order.retain_until),
        }
    }


def recovery_point(body: Json, *, region: Literal["primary", "secondary"] = "primary") -> v.RecoveryPoint:
    properties = mapping(body, "properties")
    moment = time_or_none(properties["recoveryPointTime"])
    if moment is None:
        raise ValueError("A recovery point without a time.")
    configuration = mapping(properties, "recoveryPointDiskConfiguration")
    return v.RecoveryPoint(
        id=members.text(body, "name"),
        time=moment,
        consistency=word(_CONSISTENCY, properties.get("recoveryPointType")),
        tiers=_tiers(members.objects(properties, "recoveryPointTierDetails")),
        encrypted=flag_or_none(properties.get("isSourceVMEncrypted")),
        included_luns=_included_luns(configuration),
        region=region,
        disks_included=members.count_or_none(configuration, "numberOfDisksIncludedInBackup"),
        disks_attached=members.count_or_none(configuration, "numberOfDisksAttachedToVm"),
        # Recorded since 2024, without a Z.
        expires_at=members.moment_or_none(mapping(properties, "recoveryPointProperties"), "expiryTime"),
        is_mounted=flag_or_none(properties.get("isInstantIlrSessionActive")),
        then=_vm_then(properties),
    )


def _vm_then(properties: Json) -> VmThen:
    """`zones` came with 2022, `securityType` with 2023; the storage types are the enum's, the first two recorded."""
    zones, storage = properties.get("zones", ...), str(properties.get("sourceVMStorageType", "")).lower()
    premium = {"premiumvmonpremiumstorage": True, "premiumvmonpartialpremiumstorage": True, "normalstorage": False}
    security = properties.get("securityType")
    return VmThen(
        zones=tuple(str(zone) for zone in zones or ()) if isinstance(zones, list | None) else None,
        managed=flag_or_none(properties.get("isManagedVirtualMachine")),
        premium=premium.get(storage),
        os=_system(properties.get("osType")),
        security_type=str(security).lower() if security else None,
    )


def _tiers(details: Sequence[Json]) -> tuple[v.RecoveryPointTier, ...]:
    """A tier with an unknown name is left out, because it cannot be requested."""
    tiers = []
    for detail in details:
        tier = word(_TIERS, detail.get("type"))
        state = str(detail.get("status", "")).lower()
        if tier is not None:
            tiers.append(v.RecoveryPointTier(tier=tier, state=_TIER_STATES.get(state, state)))
    return tuple(tiers)


def _included_luns(configuration: Json) -> tuple[int, ...] | None:
    """The data disks in the point. Only a GET names them; LUN -1 is the OS disk, which has no LUN of its own."""
    disks = configuration.get("includedDiskList")
    if not isinstance(disks, list | tuple):
        return None
    luns = [whole_or_none(disk.get("lun")) for disk in members.objects(configuration, "includedDiskList")]
    if len(luns) != len(disks) or None in luns:
        return None
    return tuple(lun for lun in luns if lun is not None and lun >= 0)


def _system(word: Any) -> Literal["linux", "windows"] | None:
    system = str(word or "").lower()
    return cast("Literal['linux', 'windows']", system) if system in {"linux", "windows"} else None


# --- virtual machines ----------------------------------------------------------------------------------------------
def virtual_machine(body: Json) -> v.AzureVm:
    properties = mapping(body, "properties")
    profile = mapping(properties, "storageProfile")
    os_disk = mapping(profile, "osDisk")
    data_disks = [mapping({"disk": disk}, "disk") for disk in profile.get("dataDisks") or ()]
    disks = [mapping(disk, "managedDisk").get("id") for disk in (os_disk, *data_disks)]
    interfaces = mapping(properties, "networkProfile").get("networkInterfaces") or ()
    return v.AzureVm(
        vm=names.read_vm_id(body["id"]),
        location=body["location"],
        os=_system(os_disk.get("osType")),
        unique_id=properties.get("vmId"),
        disk_ids=tuple(disk_id for disk_id in disks if disk_id),
        network_interface_ids=tuple(interface["id"] for interface in interfaces),
        luns=_luns(profile.get("dataDisks")),
    )


def _luns(data_disks: Any) -> tuple[int, ...] | None:
    """None if one of them is missing: because of an incomplete list a disk would be reported as missing."""
    if not isinstance(data_disks, list):
        return None
    luns: list[Any] = [mapping({"disk": disk}, "disk").get("lun") for disk in data_disks]
    return tuple(sorted(luns)) if all(type(lun) is int for lun in luns) else None


# --- how it is done ------------------------------------------------------------------------------------------------
def mapping(body: Json, key: str) -> Json:
    """The object under a key; absent and null are an empty one."""
    inner = body.get(key)
    return inner if isinstance(inner, Mapping) else {}


def word(table: Mapping[str, T], spelled: Any) -> T | None:
    """Our word for Azure's; None for one never seen."""
    return table.get(str(spelled).lower())
