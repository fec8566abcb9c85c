"""Live reads of a VM and its item while the caller waits, because our row may be outdated."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from app.azure.errors import AzureNotFound, AzureRejected, proves_absence
from app.azure.item_states import ItemState, state_of
from app.azure.live_reads import or_none_if_unavailable
from app.azure.ports import Azure, ProtectedItems, RecoveryPoints, VirtualMachines
from app.azure.values import AzureItem, AzureVm, DiskSelection, ItemRef, RecoveryPoint, VaultRef, VmRef
from app.core.gather_isolated import all_or_none
from app.identity.access.second_person import is_bound
from app.protection import rules
from app.protection.changes import FROM, ChangeKind
from app.protection.errors import VmNotFound
from app.protection.items import ItemInAzure

log = structlog.get_logger()


async def find_vm(virtual_machines: VirtualMachines, vm: VmRef) -> AzureVm | None:
    """The VM as Azure has it; None when Azure is away. Raises VmNotFound."""
    try:
        return await or_none_if_unavailable(virtual_machines.get(vm))
    except AzureNotFound as missing:
        raise VmNotFound(
            f"Azure has no virtual machine {vm.name} in {vm.resource_group}.",
            pointer="#/vm_id",
            azure_code=missing.code,
            remedy="Check the id's subscription, resource group and name.",
        ) from None


async def is_gone(items: ProtectedItems, item: ItemRef) -> bool:
    """Whether Azure answers that this item does not exist. False if Azure does not answer."""
    try:
        await or_none_if_unavailable(items.get(item))
    except AzureNotFound as missing:
        return proves_absence(missing)
    except AzureRejected:
        return False
    return False


async def vm_if_there(virtual_machines: VirtualMachines, vm: VmRef) -> AzureVm | None:
    """None if Azure is away, refuses, or has no such VM (any more)."""
    try:
        return await or_none_if_unavailable(virtual_machines.get(vm))
    except AzureRejected as refused:
        log.info("protection.vm_not_told", vm=vm.id, error=str(refused))
        return None


async def find_protecting_vault(items: ProtectedItems, vm: AzureVm | None) -> VaultRef | None:
    """The vault that protects the VM, as Azure says. None = none, or unknown now: the worker checks."""
    if vm is None:
        return None
    try:
        return await or_none_if_unavailable(items.find_vault_of(vm.vm, vm.location.replace(" ", "").lower()))
    except AzureRejected as refused:
        log.info("protection.vault_of_vm_not_told", vm=vm.vm.id, error=str(refused))
        return None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An item that Azure should have purged by now. By the date alone it is not: others may have undeleted it."""

    id: UUID
    ref: ItemRef


@dataclass(frozen=True, slots=True)
class VmSeen:
    """A VM that is to be protected, as Azure has it; None for what Azure does not answer now."""

    vm: AzureVm | None
    protecting: VaultRef | None
    """The vault that protects it already."""
    gone: UUID | None = None
    """Our row of an item that Azure does not have (any more)."""


async def see_vm(azure: Azure, vm: VmRef, overdue: Overdue | None) -> VmSeen:
    """What must be known of a VM before it is protected: two requests, three for an overdue item. Raises VmNotFound."""
    gone = overdue.id if overdue and await is_gone(azure.protected_items, overdue.ref) else None
    there = await find_vm(azure.virtual_machines, vm)
    return VmSeen(there, await find_protecting_vault(azure.protected_items, there), gone)


async def see_before_change(
    asked: Callable[[], Azure],
    item: ItemInAzure,
    kind: ChangeKind,
    disks: DiskSelection | None,
    approvals: Collection[str],
) -> AzureItem | None:
    """The item as Azure has it, where our row does not allow the change, or a second person may have to decide.

    `asked`: the ports, for one request. Disks are looked for at the VM. Raises DiskNotThere.
    """
    if disks is not None and disks.luns:
        rules.check_luns(await vm_if_there(asked().virtual_machines, item.ref.vm), disks)
    if item.state in FROM[kind] and not is_bound(kind, approvals):
        return None
    return await look_at(asked().protected_items, item.ref)


async def look_at(items: ProtectedItems, item: ItemRef) -> AzureItem | None:
    """The item as Azure has it now; our row may be older.

    None = Azure does not answer, or does not have it any more.
    """
    try:
        return await or_none_if_unavailable(items.get(item))
    except AzureRejected as refused:
        log.info("protection.item_not_told", vm=item.vm.id, error=str(refused))
        return None


async def state_now(items: ProtectedItems, item: ItemInAzure) -> str:
    """The present state in Azure of an item whose row forbids the request.

    An item that is being protected does not exist in Azure yet; its job shows when it does.
    """
    if item.state == ItemState.PROTECTING:
        return item.state
    seen = await look_at(items, item.ref)
    return state_of(seen) if seen is not None else item.state


@dataclass(frozen=True, slots=True)
class Seen:
    """An item and its points, as Azure has them; None for what Azure does not answer now."""

    item: AzureItem | None
    points: Sequence[RecoveryPoint] | None


async def see(azure: Azure, item: ItemRef) -> Seen:
    """The facts for a dry run: two requests."""
    there, points = await all_or_none(look_at(azure.protected_items, item), _points_of(azure.recovery_points, item))
    return Seen(there, points)


async def _points_of(recovery_points: RecoveryPoints, item: ItemRef) -> Sequence[RecoveryPoint] | None:
    try:
        return await or_none_if_unavailable(recovery_points.list(item))
    except AzureRejected as refused:
        log.info("protection.points_not_told", vm=item.vm.id, error=str(refused))
        return None
