"""Restores from a recovery point (docs/azure.md, Restores): disks, a new machine, and the disks of the machine itself.

Disks are as recorded, a replacement in part (its job, 2026); of a new machine only the request is documented.
"""

import uuid
from functools import partial

from app.simulator.arm import ITEM, Call, Reply, Route, accepted, refused, same
from app.simulator.backups import record_trigger
from app.simulator.items import existing_item
from app.simulator.jobs import start_job
from app.simulator.operations import begin_trigger_operation
from app.simulator.progress import (
    DAY,
    RECOVERY_POINT_AFTER,
    REPLACE_DISKS,
    RESTORE_MANAGED,
    RESTORE_UNMANAGED,
    RESTORE_VM,
    TICKS,
    Job,
    Life,
    has_completed,
    moment,
    status_of,
    us_date,
)
from app.simulator.protection import item_path
from app.simulator.recovery_points import add_point, existing_point
from app.simulator.restore_orders import Order, Request, machine_of, read_order
from app.simulator.restored_machines import is_half_done, leave_card, note_made, note_order, plan_of, settle_machine
from app.simulator.seeded_history import at_pace
from app.simulator.world import SUBSCRIPTION, Disk, Item, Json, RecoveryPoint, Vault, VirtualMachine, World

JOB_TYPES = {  # the one of a new machine was not observed
    "RestoreDisks": "Recover disks",
    "AlternateLocation": "Create virtual machine",
    "OriginalLocation": "Replace disks",
}


def trigger_restore(call: Call) -> Reply:
    """Start a restore. Azure does not de-duplicate: the same request sent twice restores twice."""
    wanted, item = call.properties(), existing_item(call)
    if item.deleted is not None:  # documented; the code is a guess
        raise refused(f"{item.vm.name} is in soft-deleted state.", "BMSUserErrorItemSoftDeleted")
    point = existing_point(call, item)
    order = read_order(Request(call.world, wanted, call.vault(), item, point, item.vm.location))
    bag = restore_bag(call, order, item, point)
    job = begin_restore(call, call.vault(), item, order, "Restore", _life(call.world, order, point), bag)
    record_trigger(call, "restore", item, job)
    operation = begin_trigger_operation(call.world, job)
    path = item_path(call)
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


def _life(world: World, order: Order, point: RecoveryPoint) -> Life:
    """A point whose snapshot is still there restores in minutes."""
    if order.kind == "OriginalLocation":
        return REPLACE_DISKS
    if order.group is None or world.clock.now() >= point.instant_until:
        return RESTORE_UNMANAGED
    return RESTORE_VM if order.vm_name else RESTORE_MANAGED


def begin_restore(
    call: Call, vault: Vault, item: Item, order: Order, operation: str, life: Life, bag: dict[str, str]
) -> Job:
    """The job of an order, with everything it will leave on the agenda."""
    world, life = call.world, at_pace(life, item)
    job = start_job(call, vault, item, operation, life, bag, cancellable=True)
    job.internal_bag = {"restoreLocationType": order.kind}
    job.size_gib = float(sum(disk.gib for disk in order.disks))
    job.final_bag = _blobs(item, job, order.account)
    note_order(call, order, job)
    if order.kind == "OriginalLocation":
        at = world.clock.after(job.started, RECOVERY_POINT_AFTER)
        world.on(at, partial(_take_snapshot, world, vault, item, at))
    world.on(world.clock.after(job.started, life.seconds), partial(_complete, world, item, job, order))
    return job


def restore_bag(call: Call, order: Order, item: Item, point: RecoveryPoint) -> dict[str, str]:
    """The property bag as the caller's api-version writes it (the four records of 2019-2026)."""
    bag = {"Job Type": JOB_TYPES[order.kind]}
    if order.kind == "OriginalLocation":
        bag["Target VM Name"] = item.vm.name
    elif call.year >= 2023 or order.region != item.vm.location:
        bag["Target VM Name"] = order.vm_name or "vmName"  # sic: what the 2023 record of a disk restore has
    bag |= {"Target Storage Account Name": order.account, "Recovery point time ": us_date(point.time)}
    if call.year >= 2025:
        bag["Target Subscription ID"] = SUBSCRIPTION
    if order.group:
        bag["Target resource group"] = order.group
    if call.year >= 2025:
        bag["VM Subscription ID"] = SUBSCRIPTION
    return bag


def _take_snapshot(world: World, vault: Vault, item: Item, at: int) -> None:
    """Before disks are replaced Azure keeps what they hold: a point four seconds after the start (2026 record)."""
    point = add_point(world, vault, item, at, at, vaulted=False)
    point.expires = max(point.instant_until, at + DAY * TICKS)


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


# -- the end ------------------------------------------------------------------------------------------------------
def _complete(world: World, item: Item, job: Job, order: Order) -> None:
    """What was restored appears, unless the job failed or was cancelled, or what it needed has gone meanwhile."""
    job.failure = job.failure or _loss(world, item, order)
    status, ended = status_of(job, world.clock, world.clock.now())
    is_done, is_half = has_completed(job, status), is_half_done(world, job, status)
    if not (is_done or is_half) or ended is None or order.group is None or _replaces_nothing(job):
        return
    missing = plan_of(world, job).missing_luns
    wanted = [source for source in order.disks if source.lun not in missing]
    disks = [_put_disk(world, item.vm, job, source, order, ended) for source in wanted]
    made = [disk.id for disk in disks]
    if order.kind == "OriginalLocation":
        _replace(world.vms[item.vm.id.lower()], disks, ended)
    elif order.vm_name is not None and disks and is_done:
        unique = str(uuid.uuid5(uuid.NAMESPACE_URL, f"vm/{order.group}/{order.vm_name}/{job.id}".lower()))
        vm = machine_of(order, item.vm, disks, unique)
        world.vms[vm.id.lower()] = vm
        for disk in disks:
            disk.vm_id, disk.owned = vm.id, ended
        made += settle_machine(world, job, order, vm, ended)
    elif order.vm_name is not None and is_half:
        made += leave_card(world, job, order, machine_of(order, item.vm, disks, ""), ended)
    note_made(world, job, made, ended)


def _replaces_nothing(job: Job) -> bool:
    """The backup before the disks are replaced failed: then they are not (public report: azure-docs issue 50541)."""
    return any(same(warning["errorTitle"], "OlrBackupFailed") for warning in job.warnings)


def _loss(world: World, item: Item, order: Order) -> Json | None:
    """The error of a restore whose staging account, group or machine was deleted while it ran [codes are guesses]."""
    if order.account_id.lower() not in world.storage_accounts:
        what, code = f"Storage account {order.account}", "UserErrorStorageAccountNotFound"
    elif order.group is not None and order.group.lower() not in world.resource_groups:
        what, code = f"Resource group {order.group}", "UserErrorResourceGroupNotFound"
    elif order.kind == "OriginalLocation" and item.vm.id.lower() not in world.vms:
        what, code = f"Virtual machine {item.vm.name}", "UserErrorVmNotFoundV2"
    else:
        return None
    return {
        "errorCode": 400000,
        "errorTitle": code,
        "errorString": f"{what} was not found.",
        "recommendations": ["Make sure that everything the restore was given exists until it ends."],
    }


def _put_disk(world: World, vm: VirtualMachine, job: Job, source: Disk, order: Order, ended: int) -> Disk:
    """A restored disk, tagged with its job: the second trace of a restore (docs/azure.md, Request ids)."""
    at, plan = ended, plan_of(world, job)
    lun, gib = plan.moved_luns.get(str(source.lun), source.lun), plan.sizes.get(str(source.lun), source.gib)
    while True:  # two restores may end in one second; how Azure tells their names apart was not observed
        # `-osdisk-` was recorded; the name of a data disk was not.
        role = "osdisk" if source.lun == -1 else f"datadisk-{source.lun:03d}"
        name = f"{vm.name.lower()}-{role}-{moment(at):%Y%m%d-%H%M%S}"
        disk = Disk(name, str(order.group), order.region, gib, ended, source.os, lun)
        if disk.id.lower() not in world.disks:
            break
        at += TICKS
    disk.tags, disk.zones = {"RSVaultBackup": job.id}, order.zones
    world.disks[disk.id.lower()] = disk
    return disk


def _replace(vm: VirtualMachine, disks: list[Disk], ended: int) -> None:
    """Attach the restored disks; the ones they replace are detached and kept."""
    replaced = {disk.lun for disk in disks}
    for old in vm.disks:
        if old.lun in replaced:
            old.vm_id, old.owned = None, ended
    for new in disks:
        new.vm_id, new.owned = vm.id, ended
    kept = [disk for disk in vm.disks if disk.lun not in replaced]
    vm.disks = sorted([*disks, *kept], key=lambda disk: disk.lun)


ROUTES: list[Route] = [("POST", ITEM + "/recoveryPoints/{point}/restore", trigger_restore)]
