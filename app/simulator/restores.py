"""Restores from a recovery point (wire.md 13): here, as disks.

Other modes (new machine, original location, another region, single files) have no recording of their request that
could be followed yet; they are refused plainly.
"""

import uuid

from app.simulator.arm import ITEM, Call, Reply, Route, accepted, refused, same
from app.simulator.backups import existing_point, record_trigger
from app.simulator.jobs import start_job
from app.simulator.progress import (
    OPERATION_OF_A_TRIGGER,
    RESTORE_MANAGED,
    RESTORE_UNMANAGED,
    TICKS,
    Job,
    moment,
    status_of,
    us_date,
)
from app.simulator.protection import existing_item, item_path
from app.simulator.world import SUBSCRIPTION, Disk, Item, Json, RecoveryPoint, World


def trigger_restore(call: Call) -> Reply:
    """Start a restore. Azure does not de-duplicate: the same request sent twice restores twice."""
    wanted, item = call.properties(), existing_item(call)
    point = existing_point(call, item)
    account, group = _check(call, wanted, item, point)
    disks = _chosen_disks(point, wanted.get("restoreDiskLunList"))
    snapshot_alive = call.world.clock.now() < point.instant_until
    life = RESTORE_MANAGED if group and snapshot_alive else RESTORE_UNMANAGED
    bag = {"Job Type": "Recover disks"}
    if call.year >= 2023:
        bag["Target VM Name"] = "vmName"  # sic: what the 2023 record of a disk restore has
    bag |= {"Target Storage Account Name": account, "Recovery point time ": us_date(point.time)}
    if group:
        bag["Target resource group"] = group
    if call.year >= 2026:
        bag |= {"Target Subscription ID": SUBSCRIPTION, "VM Subscription ID": SUBSCRIPTION}
    job = start_job(call, call.vault(), item, "Restore", life, bag, cancellable=True)
    job.internal_bag = {"restoreLocationType": "RestoreDisks"}
    job.size_gib = float(sum(disk.gib for disk in disks))
    job.final_bag = _blobs(item, job, account)
    if group:
        world = call.world
        world.on(world.clock.after(job.started, life.seconds), lambda: _put_disks(world, item, job, disks, group))
    record_trigger(call, "restore", item, job)
    operation = call.world.begin_operation("trigger", OPERATION_OF_A_TRIGGER, job)
    path = item_path(call)
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


def _check(call: Call, wanted: Json, item: Item, point: RecoveryPoint) -> tuple[str, str | None]:
    """(storage account name, target group name or None). What Azure answers to bad fields was not observed: 400."""
    if wanted.get("objectType") != "IaasVMRestoreRequest":
        raise refused("objectType must be IaasVMRestoreRequest.")
    if wanted.get("recoveryType") != "RestoreDisks":
        raise refused(f"This simulator does not restore with recoveryType {wanted.get('recoveryType')} yet.")
    if str(wanted.get("recoveryPointId")) != point.name:
        raise refused("recoveryPointId is not the recovery point of the path.")
    if not same(str(wanted.get("sourceResourceId") or ""), item.vm.id):
        raise refused("sourceResourceId is not the virtual machine of the item.")
    if not same(str(wanted.get("region") or ""), item.vm.location):
        raise refused(f"region must be {item.vm.location}.")
    account = call.world.storage_accounts.get(str(wanted.get("storageAccountId") or "").lower())
    if account is None:
        raise refused("storageAccountId names no storage account.", "BMSUserErrorStorageAccountNotFound")
    target = wanted.get("targetResourceGroupId")
    if not target:
        return str(account["name"]), None
    head, _, name = str(target).rpartition("/")
    group = call.world.resource_groups.get(name.lower())
    if group is None or not same(head, f"/subscriptions/{SUBSCRIPTION}/resourceGroups"):
        raise refused("targetResourceGroupId names no resource group.", "BMSUserErrorResourceGroupNotFound")
    return str(account["name"]), group[0]


def _chosen_disks(point: RecoveryPoint, luns: object) -> list[Disk]:
    """Absent = all; [] = the OS disk alone; [0] = OS disk and LUN 0."""
    if luns is None:
        return list(point.disks)
    known = {disk.lun for disk in point.disks}
    if not isinstance(luns, list) or not all(isinstance(lun, int) and lun in known for lun in luns):
        raise refused("restoreDiskLunList must be a list of LUNs that are in the recovery point.")
    return [disk for disk in point.disks if disk.lun == -1 or disk.lun in luns]


def _blobs(item: Item, job: Job, account: str) -> dict[str, str]:
    """What the job's bag gains at its end: names embed the job id."""
    stem = "".join(filter(str.isalnum, item.vm.name.lower())) + "-" + uuid.uuid4().hex
    config = f"config-{item.vm.name.lower()}-{job.id}.json"
    root = f"https://{account}.blob.core.windows.net/{stem}"
    return {
        "Config Blob Name": config,
        "Config Blob Container Name": stem,
        "Config Blob Uri": f"{root}/{config}",
        "Template Blob Uri": f"{root}/azuredeploy{job.id}.json",
    }


def _put_disks(world: World, item: Item, job: Job, disks: list[Disk], group: str) -> None:
    """The restored disks appear, tagged with their job: the second trace of a restore (wire.md 1.1)."""
    status, ended = status_of(job, world.clock, world.clock.now())
    if status != "Completed" or ended is None:
        return
    for source in disks:
        at = ended
        while True:  # two restores may end in one second; how Azure tells their names apart was not observed
            # `-osdisk-` was recorded; the name of a data disk was not.
            role = "osdisk" if source.lun == -1 else f"datadisk-{source.lun:03d}"
            name = f"{item.vm.name.lower()}-{role}-{moment(at):%Y%m%d-%H%M%S}"
            disk = Disk(name, group, item.vm.location, source.gib, ended, source.os, source.lun)
            if disk.id.lower() not in world.disks:
                break
            at += TICKS
        disk.tags = {"RSVaultBackup": job.id}
        world.disks[disk.id.lower()] = disk


ROUTES: list[Route] = [("POST", ITEM + "/recoveryPoints/{point}/restore", trigger_restore)]
