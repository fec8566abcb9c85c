"""What a restore request asks for, and everything that can be wrong with it (docs/azure.md, Restores).

How Azure refuses each was not observed: status 400 and the codes are guesses, except for locks and permissions, which
are ARM's own. The validate operation says the same without restoring (validation.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.simulator.arm import ArmError, refused, same
from app.simulator.authorization import check_linked, check_lock
from app.simulator.restore_limits import LIMITS
from app.simulator.world import (
    SUBSCRIPTION,
    Disk,
    Item,
    Json,
    RecoveryPoint,
    Vault,
    VirtualMachine,
    World,
    resource_id,
)

KINDS = ("RestoreDisks", "AlternateLocation", "OriginalLocation")
GROUP_PREFIX = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
# What a restore needs at its target; names as in the published list of provider operations.
DISKS_WRITE, VMS_WRITE = "Microsoft.Compute/disks/write", "Microsoft.Compute/virtualMachines/write"
JOIN_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
ACCOUNTS_WRITE = "Microsoft.Storage/storageAccounts/write"


@dataclass(frozen=True, slots=True)
class Order:
    """A restore that can be carried out. `group` None = unmanaged, blobs only; `vm_name` None = no new machine."""

    kind: str
    region: str
    account_id: str
    account: str
    group: str | None
    disks: list[Disk]
    vm_name: str | None
    zones: list[str]
    subnet_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A restore request with what it is about. `region` is where it must restore to."""

    world: World
    wanted: Json
    vault: Vault
    item: Item
    point: RecoveryPoint
    region: str

    def text(self, name: str) -> str:
        return str(self.wanted.get(name) or "")

    @property
    def kind(self) -> str:
        return self.text("recoveryType")

    @property
    def zones(self) -> list[str]:
        zones = self.wanted.get("zones") or []
        return [str(zone) for zone in zones] if isinstance(zones, list) else []

    @property
    def is_secondary(self) -> bool:
        return not same(self.region, self.item.vm.location)

    @property
    def group_name(self) -> str:
        """The target group's name: of the machine itself when its disks are replaced; "" for unmanaged disks."""
        if self.kind == "OriginalLocation":
            return self.item.vm.resource_group
        return self.text("targetResourceGroupId").rpartition("/")[2]


def read_order(request: Request) -> Order:
    """The order, or the first refusal."""
    for check in CHECKS:
        check(request)
    world, wanted = request.world, request.wanted
    account = world.storage_accounts[request.text("storageAccountId").lower()]
    group = world.resource_groups[request.group_name.lower()][0] if request.group_name else None
    vm_name = request.text("targetVirtualMachineId").rpartition("/")[2] if request.kind == "AlternateLocation" else None
    return Order(
        kind=request.kind,
        region=request.region,
        account_id=str(account["id"]),
        account=str(account["name"]),
        group=group,
        disks=_chosen_disks(request.point, wanted.get("restoreDiskLunList")),
        vm_name=vm_name,
        zones=request.zones,
        subnet_id=request.text("subnetId") if vm_name is not None else None,
    )


def find_problems(request: Request) -> list[ArmError]:
    """Every refusal this request would meet, one per check."""
    problems = []
    for check in CHECKS:
        try:
            check(request)
        except ArmError as error:
            problems.append(error)
    return problems


# -- the checks ---------------------------------------------------------------------------------------------------
def _check_shape(request: Request) -> None:
    if request.wanted.get("objectType") != "IaasVMRestoreRequest":
        raise refused("objectType must be IaasVMRestoreRequest.")
    if request.kind not in KINDS:
        raise refused(f"recoveryType must be one of {', '.join(KINDS)}.")
    if request.text("recoveryPointId") != request.point.name:
        raise refused("recoveryPointId is not the recovery point of the path.")
    if not same(request.text("sourceResourceId"), request.item.vm.id):
        raise refused("sourceResourceId is not the virtual machine of the item.")
    if not same(request.text("region"), request.region):
        raise refused(f"region must be {request.region}.")
    _chosen_disks(request.point, request.wanted.get("restoreDiskLunList"))


def _check_account(request: Request) -> None:
    account = request.world.storage_accounts.get(request.text("storageAccountId").lower())
    if account is None:
        raise refused("storageAccountId names no storage account.", "BMSUserErrorStorageAccountNotFound")
    if not same(account["location"], request.region):
        raise refused(
            f"Storage account {account['name']} is in {account['location']}, the restore in {request.region}.",
            "UserErrorStorageAccountRegionMismatch",
        )
    if "ZRS" in account["sku"]["name"]:
        raise refused(
            f"Storage account {account['name']} is zone-redundant; a restore cannot stage there.",
            "UserErrorStorageAccountRedundancyNotSupported",
        )
    check_lock(request.world, account["id"])
    check_linked(request.world, ACCOUNTS_WRITE, account["id"])


def _check_group(request: Request) -> None:
    if not request.group_name and request.kind == "RestoreDisks":
        return
    target = request.text("targetResourceGroupId")
    group = request.world.resource_groups.get(request.group_name.lower())
    elsewhere = target and request.kind != "OriginalLocation" and not same(target.rpartition("/")[0], GROUP_PREFIX)
    if group is None or elsewhere:
        raise refused("targetResourceGroupId names no resource group.", "BMSUserErrorResourceGroupNotFound")
    scope = f"{GROUP_PREFIX}/{group[0]}"
    check_lock(request.world, scope)
    check_linked(request.world, DISKS_WRITE, scope)
    if request.kind != "RestoreDisks":
        check_linked(request.world, VMS_WRITE, scope)


def _check_machine(request: Request) -> None:
    """A machine whose disks are replaced must still exist; a new one must not."""
    if request.kind == "OriginalLocation":
        if request.item.vm.id.lower() not in request.world.vms:
            raise refused(f"Virtual machine {request.item.vm.name} no longer exists.", "UserErrorVmNotFoundV2")
        check_lock(request.world, request.item.vm.id)
        check_linked(request.world, VMS_WRITE, request.item.vm.id)
    if request.kind != "AlternateLocation":
        return
    target, group = request.text("targetVirtualMachineId"), request.group_name
    name = target.rpartition("/")[2]
    if not name or not same(target, resource_id(group, "Microsoft.Compute/virtualMachines", name)):
        raise refused("targetVirtualMachineId must be a virtual machine of the target resource group.")
    if target.lower() in request.world.vms:
        raise refused(f"Virtual machine {name} exists already.", "BMSUserErrorTargetVMExists")


def _check_network(request: Request) -> None:
    if request.kind != "AlternateLocation":
        return
    network = request.world.networks.get(request.text("virtualNetworkId").lower())
    subnets = network["properties"]["subnets"] if network else []
    if network is None or not any(same(subnet["id"], request.text("subnetId")) for subnet in subnets):
        raise refused("virtualNetworkId and subnetId must name an existing subnet.", "UserErrorSubnetNotFound")
    if not same(network["location"], request.region):
        raise refused(
            f"Virtual network {network['name']} is in {network['location']}, the restore in {request.region}.",
            "UserErrorVirtualNetworkRegionMismatch",
        )
    check_linked(request.world, JOIN_SUBNET, request.text("subnetId"))


def _check_zones(request: Request) -> None:
    zones = request.wanted.get("zones") or []
    known = request.world.zones.get(request.region.lower(), [])
    if not isinstance(zones, list) or len(zones) > 1 or any(str(zone) not in known for zone in zones):
        raise refused(f"{request.region} has no such availability zone: {zones}.", "UserErrorZoneNotAvailable")


CHECKS: tuple[Callable[[Request], None], ...] = (
    _check_shape,
    _check_account,
    _check_group,
    _check_machine,
    _check_network,
    _check_zones,
    *LIMITS,
)


def _chosen_disks(point: RecoveryPoint, luns: object) -> list[Disk]:
    """Absent = all; [] = the OS disk alone; [0] = OS disk and LUN 0."""
    if luns is None:
        return list(point.disks)
    known = {disk.lun for disk in point.disks}
    if not isinstance(luns, list) or not all(isinstance(lun, int) and lun in known for lun in luns):
        raise refused("restoreDiskLunList must be a list of LUNs that are in the recovery point.")
    return [disk for disk in point.disks if disk.lun == -1 or disk.lun in luns]


def machine_of(order: Order, source: VirtualMachine, disks: list[Disk], unique_id: str) -> VirtualMachine:
    """The machine that a finished order of a new one leaves."""
    group, name = str(order.group), str(order.vm_name)
    return VirtualMachine(name, group, order.region, source.os, disks, unique_id, zones=order.zones)
