"""Protected items as they are shown: lists, one item, its state, health and newer fields.

Source: docs/azure.md, The states of an item.
"""

import re

from app.simulator.arm import ITEM, VAULT, Call, Reply, Route, filter_terms, not_found, page, refused, same
from app.simulator.progress import NEVER_BACKED_UP, span_text, stamp
from app.simulator.world import Item, Json, Vault

VM_TYPE = "Microsoft.Compute/virtualMachines"
FILTERS = ("backupManagementType", "itemType", "policyName", "friendlyName", "containerName", "healthState")


GREEN: Json = {
    "code": 400239,
    "title": "IaasVmHealthGreenDefault",
    "message": "Backup pre-check status of this virtual machine is OK.",
    "recommendations": [],
}


def list_items(call: Call) -> Reply:
    terms, items = filter_terms(call, FILTERS), list(call.vault().items.values())
    if not same(terms.get("backupmanagementtype") or "AzureIaasVM", "AzureIaasVM"):
        items = []
    if not same(terms.get("itemtype") or "VM", "VM"):
        items = []
    for term, read in (
        ("policyname", lambda item: item.policy_name),
        ("friendlyname", lambda item: item.vm.name),
        ("containername", lambda item: item.vm.service_name),
        ("healthstate", _health_status),
    ):
        if term in terms:
            items = [item for item in items if same(read(item), terms[term])]
    return page(call, items, lambda item: item_body(call, item))


def get_item(call: Call) -> Reply:
    terms = filter_terms(call, ("expand",))
    item = existing_item(call)
    body = item_body(call, item)
    if same(terms.get("expand", ""), "extendedinfo"):
        points = [point.time for point in item.recovery_points]
        extended: Json = {"recoveryPointCount": len(points), "policyState": "Consistent"}
        if points:
            extended["oldestRecoveryPoint"] = stamp(min(points))
        body["properties"]["extendedInfo"] = extended
    return Reply(200, body)


def existing_item(call: Call) -> Item:
    """The item of the path, or the backup service's 404."""
    name = service_name(call)
    item = call.vault().items.get(name)
    if item is None:
        raise not_found(f"Backup item VM;{name}")
    return item


def item_of_vm(call: Call, vm_id: str) -> Item:
    """The item of a machine by its ARM id, or the backup service's 404."""
    for item in call.vault().items.values():
        if same(item.vm.id, vm_id):
            return item
    raise not_found(f"Backup item of {vm_id}")


def service_name(call: Call) -> str:
    """`iaasvmcontainerv2;rg;vm` of the path; container and item must name the same machine."""
    container = call.params["container"].lower().removeprefix("iaasvmcontainer;")
    item = call.params["item"].lower().removeprefix("vm;")
    if container != item or not re.fullmatch(r"iaasvmcontainerv2;[^;]+;[^;]+", item):
        raise refused("The container or item name is not valid.", "BMSUserErrorInvalidItemName")
    return item


def item_body(call: Call, item: Item) -> Json:
    name = f"VM;{item.vm.service_name}"
    container = f"{call.vault_path}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{item.vm.service_name}"
    return {
        "id": f"{container}/protectedItems/{name}",
        "name": name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        "properties": _properties(call, item),
    }


def _properties(call: Call, item: Item) -> Json:
    properties: Json = {
        "friendlyName": item.vm.name,
        "virtualMachineId": item.vm.id,
        "protectionStatus": "Healthy" if item.last_failure is None else "Unhealthy",
        "protectionState": (item.health or {}).get("state") or item.state,
        "healthStatus": _health_status(item),
    }
    if item.health is not None:
        properties["healthDetails"] = [_health_detail(item.health)]
    elif item.last_failure is not None and "health" in item.last_failure:
        properties["healthDetails"] = [_failure_detail(item.last_failure)]
    elif item.last_backup is not None:
        properties["healthDetails"] = [GREEN]
    properties |= {
        "lastBackupStatus": item.last_backup_status,
        "lastBackupTime": NEVER_BACKED_UP if item.last_backup is None else stamp(item.last_backup),
        "protectedItemDataId": item.data_id,
        "protectedItemType": VM_TYPE,
        "backupManagementType": "AzureIaasVM",
        "workloadType": "VM",
        "containerName": item.vm.service_name,
        "sourceResourceId": item.vm.id,
        "policyId": item.policy_id,
        "policyName": item.policy_name,
    }
    if item.last_recovery_point is not None:
        properties["lastRecoveryPoint"] = stamp(item.last_recovery_point)
    if item.disk_exclusion is not None or call.year >= 2025:
        exclusion = item.disk_exclusion
        properties["extendedProperties"] = {} if exclusion is None else {"diskExclusionProperties": exclusion}
    if item.deleted is not None:
        left = (item.purges or item.deleted) - call.world.clock.now()
        properties["deferredDeleteTimeInUTC"] = stamp(item.deleted)  # sic: the DELETE job's start, not the purge
        properties["isScheduledForDeferredDelete"] = True
        properties["deferredDeleteTimeRemaining"] = span_text(left)
    return properties | _newer_properties(call, item)


def _health_status(item: Item) -> str:
    """A failed backup's planted fault says which status it leaves: what Azure shows then was not recorded."""
    if item.health is not None:
        return str(item.health["status"])
    return str((item.last_failure or {}).get("health", "Passed"))


def _health_detail(planted: Json) -> Json:
    return {name: planted[name] for name in ("code", "title", "message", "recommendations")}


def _failure_detail(failure: Json) -> Json:
    """How the error of a failed backup shows in the item's KPI: the item's names for the job's fields."""
    return {
        "code": failure["errorCode"],
        "title": failure["errorTitle"],
        "message": failure["errorString"],
        "recommendations": failure["recommendations"],
    }


def _newer_properties(call: Call, item: Item) -> Json:
    """What later api-versions added (docs/azure.md, The states of an item)."""
    newer: Json = {}
    if 2021 <= call.year < 2026 and (call.year < 2024 or item.last_failure is not None):
        newer["kpisHealths"] = _kpis(item)  # recorded with 2024-04-01 and later: none of a healthy item
    if call.year >= 2021:
        newer["isArchiveEnabled"] = False
        newer["vaultId"] = f"https://{call.host}{call.vault_path}"
        newer["softDeleteRetentionPeriod"] = retention_days(call.vault()) if item.deleted is not None else 0
    if call.year >= 2025:
        newer["policyType"] = item.policy_type
    return newer


def _kpis(item: Item) -> Json:
    """Empty before the first backup; of a good one the detail says so with the code 0 (2022-06-01-preview record)."""
    if item.last_failure is None and item.last_backup is None:
        return {}
    success: Json = {"code": 0, "title": "Success", "message": "", "recommendations": []}
    return {
        "BackupOperationStatusKPI": {
            "resourceHealthStatus": "Healthy" if item.last_failure is None else "Unhealthy",
            "resourceHealthDetails": [success if item.last_failure is None else _failure_detail(item.last_failure)],
        }
    }


def retention_days(vault: Vault) -> int:
    return int(vault.settings["securitySettings"]["softDeleteSettings"]["softDeleteRetentionPeriodInDays"])


ROUTES: list[Route] = [
    ("GET", VAULT + "/backupProtectedItems", list_items),
    ("GET", ITEM, get_item),
]
