"""What can be protected, and what Azure's words for it mean. Pure."""

from app.azure import names
from app.azure.values import AzureItem, AzureVm, DiskSelection, VmRef
from app.protection.errors import ItemNotReady, RegionMismatch, VmIdNotValid

STATES = {
    "irpending": "initial_backup_pending",
    "protected": "protected",
    "protectionstopped": "paused",
    "protectionpaused": "paused",
    "backupssuspended": "paused",
    "protectionerror": "error",
}
"""Azure's protectionState in ours (wire.md sections 9 and 10)."""

USABLE = frozenset({"initial_backup_pending", "protected"})
RESTORABLE = USABLE | {"paused", "error"}


def vm_ref(vm_id: str, *, pointer: str = "#/vm_id") -> VmRef:
    """The VM an ARM id names, in any letter case. Raises VmIdNotValid."""
    try:
        return names.parse_vm_id(vm_id)
    except ValueError as error:
        raise VmIdNotValid(
            str(error), pointer=pointer,
            remedy="Copy the VM's resource id: /subscriptions/{id}/resourceGroups/{group}/providers/"
            "Microsoft.Compute/virtualMachines/{name}.",
        ) from None  # fmt: skip


def state_of(item: AzureItem) -> str:
    """Said honestly: a state never seen before is an error to be looked at, not "protected"."""
    if item.soft_deleted:
        return "soft_deleted"
    return STATES.get(item.protection_state.lower(), "error")


def check_region(vm: AzureVm, vault_location: str, vault_name: str) -> None:
    """Azure protects a VM only in a vault of its own region. Raises RegionMismatch."""
    if vm.location.replace(" ", "").lower() != vault_location:
        raise RegionMismatch(
            f"{vm.vm.name} is in {vm.location}, the vault {vault_name} in {vault_location}.",
            pointer="#/vault_id", remedy=f"Use a vault in {vm.location}.",
        )  # fmt: skip


def check_can_back_up(state: str) -> None:
    """Raises ItemNotReady."""
    if state not in USABLE:
        raise ItemNotReady(
            f"A {state} item cannot be backed up.",
            remedy="Follow the job that protects it, then ask again."
            if state == "protecting"
            else "Resume its protection first.",
        )


def check_can_restore(state: str) -> None:
    """Raises ItemNotReady."""
    if state not in RESTORABLE:
        raise ItemNotReady(
            f"A {state} item cannot be restored.",
            remedy="Follow the job that protects it, then ask again."
            if state == "protecting"
            else "Undelete it first; then its points can be restored.",
        )


def selection_of(excluded: list[int] | None, included: list[int] | None) -> DiskSelection | None:
    if included is not None:
        return DiskSelection(tuple(included), include=True)
    if excluded is not None:
        return DiskSelection(tuple(excluded), include=False)
    return None
