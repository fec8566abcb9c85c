"""The tables of Resource Graph: rows of machines, vaults, items and jobs, as they are, or as they were a while ago.

Columns and letter case are the recorded ones (docs/azure.md, Resource Graph): `type` in lower case, the resource
group's name in ids and in its column too, the rest of an id as its provider writes it. A row of a VM's job was never
recorded: its properties are those that the vendor's published queries read.
"""

import copy
import hashlib
from typing import Any

from app.simulator.graph_dials import FROZEN
from app.simulator.inventory import vm_body
from app.simulator.progress import NEVER_BACKED_UP, Job, iso_duration, stamp, status_of
from app.simulator.world import TENANT, Item, Json, Vault, World

VM_KIND = "microsoft.compute/virtualmachines"
VAULT_KIND = "microsoft.recoveryservices/vaults"
ITEM_KIND = f"{VAULT_KIND}/backupfabrics/protectioncontainers/protecteditems"
JOB_KIND = f"{VAULT_KIND}/backupjobs"
CURRENT = {
    "IRPending": "ProtectionConfigured",
    "Protected": "ProtectionConfigured",
    "ProtectionStopped": "ProtectionStopped",
    "ProtectionError": "ProtectionError",
    "BackupsSuspended": "ProtectionStopped",  # guess: the word of a suspended item was not recorded
}
NEVER = "0001-01-01T00:00:00"


def machine_rows(world: World) -> list[Json]:
    return [_row(VM_KIND, vm_body(vm, world.parts), vm.subscription, vm.resource_group) for vm in world.vms.values()]


def vault_rows(world: World) -> list[Json]:
    return [
        _row(
            VAULT_KIND,
            {
                "id": vault.id,
                "name": vault.name,
                "location": vault.location,
                "tags": vault.tags,
                "properties": {"provisioningState": "Succeeded"},
            },
            vault.subscription,
            vault.resource_group,
        )
        for vault in world.vaults.values()
    ]


def item_rows(world: World) -> list[Json]:
    return [_item(vault, item) for vault in world.vaults.values() for item in vault.items.values()]


def _item(vault: Vault, item: Item) -> Json:
    name = f"VM;{item.vm.service_name}"
    container = f"/backupFabrics/Azure/protectionContainers/IaasVMContainer;{item.vm.service_name}"
    state = str((item.health or {}).get("state") or item.state)
    deleted = item.deleted is not None
    properties: Json = {
        "friendlyName": item.vm.name,
        "dataSourceId": item.vm.name,  # sic
        "virtualMachineId": item.vm.id,
        "sourceResourceId": item.vm.id,
        "containerName": item.vm.service_name,
        "backupManagementType": "AzureIaasVM",
        "workloadType": "VM",
        "protectedItemType": "Microsoft.Compute/virtualMachines",
        "protectionStatus": "Healthy" if item.last_failure is None else "Unhealthy",
        "protectionState": state,
        "currentProtectionState": "SoftDeleted" if deleted else CURRENT.get(state, state),
        "lastBackupStatus": item.last_backup_status,
        "lastBackupTime": NEVER_BACKED_UP if item.last_backup is None else stamp(item.last_backup),
        "lastRecoveryPoint": NEVER if item.last_recovery_point is None else stamp(item.last_recovery_point),
        "policyId": item.policy_id,
        "policyName": item.policy_name,
        "vaultId": vault.id,
        "dataSourceInfo": {"resourceID": item.vm.id, "resourceLocation": item.vm.location},
        "isScheduledForDeferredDelete": deleted,
    }
    body = {"id": f"{vault.id}{container}/protectedItems/{name}", "name": name, "properties": properties}
    return _row(ITEM_KIND, body, vault.subscription, vault.resource_group)


def job_rows(world: World, at: int, *, missing: float, wrong: float) -> list[Json]:
    """Every job that had begun by `at`, as it was then. Shares of them are left out, and told wrongly."""
    return [
        _job(world, vault, job, at, is_wrong=_share(job.id, "wrong") < wrong)
        for vault in world.vaults.values()
        for job in vault.jobs.values()
        if job.started <= at and _share(job.id, "missing") >= missing
    ]


def _share(identity: str, what: str) -> float:
    """A number from 0 to 1 that stays the same for a job."""
    return int.from_bytes(hashlib.sha256(f"{what}/{identity}".encode()).digest()[:4]) / 2**32


def _job(world: World, vault: Vault, job: Job, at: int, *, is_wrong: bool) -> Json:
    status, ended = status_of(job, world.clock, at)
    if is_wrong:
        status, ended = ("Completed", at) if ended is None else ("InProgress", None)
    properties: Json = {
        "operation": job.operation,
        "status": status,
        "startTime": stamp(job.started),
        "endTime": NEVER if ended is None else stamp(ended),
        "duration": iso_duration((at if ended is None else ended) - job.started),
        "entityFriendlyName": job.friendly_name,
        "backupManagementType": "AzureIaasVM",
        "jobType": "AzureIaaSVMJob",
        "isUserTriggered": job.user_triggered,
    }
    body = {"id": f"{vault.id}/backupJobs/{job.id}", "name": job.id, "location": "", "properties": properties}
    return _row(JOB_KIND, body, vault.subscription, vault.resource_group)


def _row(kind: str, body: Json, subscription: str, group: str) -> Json:
    row: dict[str, Any] = {
        "id": body["id"].replace(f"/resourceGroups/{group}/", f"/resourceGroups/{group.lower()}/", 1),
        "name": body["name"],
        "type": kind,
        "tenantId": TENANT,
        "kind": "",
        "location": body.get("location", ""),
        "resourceGroup": group.lower(),
        "subscriptionId": subscription,
        "managedBy": "",
        "sku": None,
        "plan": None,
        "properties": body["properties"],
        "tags": body.get("tags"),
        "identity": None,
        "zones": body.get("zones"),
        "extendedLocation": None,
    }
    return row


# -- as they were -------------------------------------------------------------------------------------------------
KEPT = 1000


def shown(world: World, table: str) -> list[Json]:
    """What the table of resources, or of items, shows: as of its lag, or as of the moment it was frozen."""
    if not world.graph.lag_seconds[table]:
        return _as_they_are(world, table)
    note(world)
    kept, at = world.graph.history[table], world.graph.as_of(world.clock, table)
    return next((rows for instant, rows in reversed(kept) if instant <= at), kept[0][1])


def note(world: World) -> None:
    """Remember what the lagging tables hold now. Called whenever something may have changed."""
    for table in ("resources", "items"):
        lag, kept = world.graph.lag_seconds[table], world.graph.history.setdefault(table, [])
        if lag and not (lag == FROZEN and kept):
            kept.append((world.clock.now(), copy.deepcopy(_as_they_are(world, table))))
            del kept[:-KEPT]


def _as_they_are(world: World, table: str) -> list[Json]:
    return [*machine_rows(world), *vault_rows(world)] if table == "resources" else item_rows(world)
