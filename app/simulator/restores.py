"""Restores from a recovery point (wire.md 13): as disks, and as a new machine.

Disks are as recorded; of a new machine only the request is documented. Other modes (original location, another
region, single files) are refused plainly.
"""

import uuid
from dataclasses import dataclass

from app.simulator.arm import ITEM, Call, Reply, Route, accepted, refused, same
from app.simulator.backups import record_trigger
from app.simulator.items import existing_item
from app.simulator.jobs import start_job
from app.simulator.progress import (
    OPERATION_OF_A_TRIGGER,
    RESTORE_MANAGED,
    RESTORE_UNMANAGED,
    RESTORE_VM,
    TICKS,
    Job,
    moment,
    status_of,
    us_date,
)
from app.simulator.protection import item_path
from app.simulator.recovery_points import existing_point
from app.simulator.world import SUBSCRIPTION, Disk, Item, Json, RecoveryPoint, VirtualMachine, World, resource_id


@dataclass(frozen=True, slots=True)
class Order:
    """A restore request that can be carried out. `group` None = unmanaged, blobs only; `vm_name` None = disks only."""

    kind: str
    account: str
    group: str | None
    disks: list[Disk]
    vm_name: str | None


def trigger_restore(call: Call) -> Reply:
    """Start a restore. Azure does not de-duplicate: the same request sent twice restores twice."""
    wanted, item = call.properties(), existing_item(call)
    point = existing_point(call, item)
    order = _order(call, wanted, item, point)
    life = RESTORE_UNMANAGED
    if order.group and call.world.clock.now() < point.instant_until:
        life = RESTORE_VM if order.vm_name else RESTORE_MANAGED
    job = start_job(call, call.vault(), item, "Restore", life, _bag(call, order, point), cancellable=True)
    job.internal_bag = {"restoreLocationType": order.kind}
    job.size_gib = float(sum(disk.gib for disk in order.disks))
    job.final_bag = _blobs(item, job, order.account)
    world = call.world
    world.on(world.clock.after(job.started, life.seconds), lambda: _complete(world, item, job, order))
    record_trigger(call, "restore", item, job)
    operation = world.begin_operation("trigger", OPERATION_OF_A_TRIGGER, job)
    path = item_path(call)
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


def _bag(call: Call, order: Order, point: RecoveryPoint) -> dict[str, str]:
    # The job type of a restore to a new machine was not observed.
    bag = {"Job Type": "Create virtual machine" if order.vm_name else "Recover disks"}
    if call.year >= 2023:
        bag["Target VM Name"] = order.vm_name or "vmName"  # sic: what the 2023 record of a disk restore has
    bag |= {"Target Storage Account Name": order.account, "Recovery point time ": us_date(point.time)}
    if order.group:
        bag["Target resource group"] = order.group
    if call.year >= 2026:
        bag |= {"Target Subscription ID": SUBSCRIPTION, "VM Subscription ID": SUBSCRIPTION}
    return bag


def _order(call: Call, wanted: Json, item: Item, point: RecoveryPoint) -> Order:
    """The request, checked. What Azure answers to bad fields was not observed: a plain 400."""
    kind = str(wanted.get("recoveryType"))
    if wanted.get("objectType") != "IaasVMRestoreRequest":
        raise refused("objectType must be IaasVMRestoreRequest.")
    if kind not in {"RestoreDisks", "AlternateLocation"}:
        raise refused(f"This simulator does not restore with recoveryType {kind} yet.")
    if str(wanted.get("recoveryPointId")) != point.name:
        raise refused("recoveryPointId is not the recovery point of the path.")
    if not same(str(wanted.get("sourceResourceId") or ""), item.vm.id):
        raise refused("sourceResourceId is not the virtual machine of the item.")
    if not same(str(wanted.get("region") or ""), item.vm.location):
        raise refused(f"region must be {item.vm.location}.")
    account = call.world.storage_accounts.get(str(wanted.get("storageAccountId") or "").lower())
    if account is None:
        raise refused("storageAccountId names no storage account.", "BMSUserErrorStorageAccountNotFound")
    group = _target_group(call.world, str(wanted.get("targetResourceGroupId") or ""))
    disks = _chosen_disks(point, wanted.get("restoreDiskLunList"))
    vm_name = None
    if kind == "AlternateLocation":
        vm_name = _new_vm(call.world, wanted, group)
    return Order(kind, str(account["name"]), group, disks, vm_name)


def _target_group(world: World, target: str) -> str | None:
    if not target:
        return None
    head, _, name = target.rpartition("/")
    group = world.resource_groups.get(name.lower())
    if group is None or not same(head, f"/subscriptions/{SUBSCRIPTION}/resourceGroups"):
        raise refused("targetResourceGroupId names no resource group.", "BMSUserErrorResourceGroupNotFound")
    return group[0]


def _new_vm(world: World, wanted: Json, group: str | None) -> str:
    """The name of the machine to make; its network and subnet must exist, the machine must not."""
    target = str(wanted.get("targetVirtualMachineId") or "")
    name = target.rpartition("/")[2]
    if group is None or not same(target, resource_id(group, "Microsoft.Compute/virtualMachines", name)):
        raise refused("targetVirtualMachineId must be a virtual machine of the target resource group.")
    if target.lower() in world.vms:
        raise refused(f"Virtual machine {name} exists already.", "BMSUserErrorTargetVMExists")
    network = world.networks.get(str(wanted.get("virtualNetworkId") or "").lower())
    subnets = network["properties"]["subnets"] if network else []
    if not any(same(subnet["id"], str(wanted.get("subnetId") or "")) for subnet in subnets):
        raise refused("virtualNetworkId and subnetId must name an existing subnet.")
    return name


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


def _complete(world: World, item: Item, job: Job, order: Order) -> None:
    """What was restored appears, unless the job failed or was cancelled."""
    status, ended = status_of(job, world.clock, world.clock.now())
    if status != "Completed" or ended is None or order.group is None:
        return
    disks = [_put_disk(world, item.vm, job, source, order.group, ended) for source in order.disks]
    if order.vm_name is not None:
        unique = str(uuid.uuid5(uuid.NAMESPACE_URL, f"vm/{order.group}/{order.vm_name}/{job.id}".lower()))
        vm = VirtualMachine(order.vm_name, order.group, item.vm.location, item.vm.os, disks, unique)
        world.vms[vm.id.lower()] = vm
        for disk in disks:
            disk.vm_id = vm.id


def _put_disk(world: World, vm: VirtualMachine, job: Job, source: Disk, group: str, ended: int) -> Disk:
    """A restored disk, tagged with its job: the second trace of a restore (wire.md 1.1)."""
    at = ended
    while True:  # two restores may end in one second; how Azure tells their names apart was not observed
        # `-osdisk-` was recorded; the name of a data disk was not.
        role = "osdisk" if source.lun == -1 else f"datadisk-{source.lun:03d}"
        name = f"{vm.name.lower()}-{role}-{moment(at):%Y%m%d-%H%M%S}"
        disk = Disk(name, group, vm.location, source.gib, ended, source.os, source.lun)
        if disk.id.lower() not in world.disks:
            break
        at += TICKS
    disk.tags = {"RSVaultBackup": job.id}
    world.disks[disk.id.lower()] = disk
    return disk


ROUTES: list[Route] = [("POST", ITEM + "/recoveryPoints/{point}/restore", trigger_restore)]
