"""Which VMs can be protected, and what an item's state allows. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.azure import names
from app.azure.item_states import MAY_BE_BACKED_UP, MAY_BE_RESTORED, STOPPED, ItemState, state_of
from app.azure.values import AzureItem, AzureVm, DiskSelection
from app.core.letter_case import fold_case
from app.protection.errors import DiskNotThere, ItemNotReady, RegionMismatch


def check_region(vm: AzureVm, vault_location: str, vault_name: str, pointer: str = "#/vault_id") -> None:
    """Azure protects a VM only in a vault of its own region. Raises RegionMismatch."""
    if vm.location.replace(" ", "").lower() != vault_location:
        raise RegionMismatch(
            f"{vm.vm.name} is in {vm.location}, the vault {vault_name} in {vault_location}.",
            pointer=pointer,
            remedy=f"Use a vault in {vm.location}, and a policy of it.",
        )


RESUME_IT = 'Resume it with PATCH /v1/protected-items/{id} {"action": "resume", "policy_id": ...}'
NOT_NOW: Mapping[str, str] = {
    ItemState.PROTECTING: "Follow the job that protects it, then ask again.",
    ItemState.PAUSED: f"{RESUME_IT}, then ask again.",
    ItemState.SUSPENDED: f"{RESUME_IT}, then ask again.",
    ItemState.SOFT_DELETED: "Undelete it with POST /v1/protected-items/{id}/undelete before purge_at.",
}
"""What to do about an item in this state that cannot be used as asked."""
LOOK_AT_IT = "Look at the item: GET /v1/protected-items/{id}."


def check_can_back_up(state: str) -> None:
    """Also one in `error`: a backup is the way out of that, once the reason is mended. Raises ItemNotReady."""
    if state not in MAY_BE_BACKED_UP:
        then = " Then resume it, and back it up." if state == ItemState.SOFT_DELETED else ""
        raise _not_ready(state, "backed up", then)


def check_can_restore(state: str) -> None:
    """Raises ItemNotReady."""
    if state not in MAY_BE_RESTORED:
        then = " Then its points can be restored." if state == ItemState.SOFT_DELETED else ""
        raise _not_ready(state, "restored", then)


def _not_ready(state: str, verb: str, then: str) -> ItemNotReady:
    remedy = NOT_NOW.get(state, LOOK_AT_IT) + then
    return ItemNotReady(f"An item that is {state} cannot be {verb}.", remedy=remedy, state=state)


def already_there(state: str | None) -> tuple[str, str]:
    """(what it is, what to do) of a VM that is to be protected and has an item already."""
    if state == ItemState.SOFT_DELETED:
        return "has soft-deleted backup data here", NOT_NOW[state] + " Then resume it with a policy."
    if state in STOPPED:
        return f"is protected here, and {state}", f"{RESUME_IT}."
    return (
        "is protected already, or being protected",
        "Find it with GET /v1/protected-items?vm_id=..., and change that.",
    )


def check_luns(vm: AzureVm | None, disks: DiskSelection | None) -> None:
    """A selection may name only existing disks; otherwise a typing error would leave out a disk without notice.

    Not checked if the VM, or its disks, cannot be read. Raises DiskNotThere.
    """
    if vm is None or vm.luns is None or disks is None:
        return
    unknown = sorted(set(disks.luns) - set(vm.luns))
    if unknown:
        there = f"its data disks have LUN {spoken(vm.luns)}" if vm.luns else "it has no data disk"
        raise DiskNotThere(
            f"{vm.vm.name} has no data disk at LUN {spoken(unknown)}: {there}.",
            pointer=f"#/disks/{'include_luns' if disks.include else 'exclude_luns'}",
            luns=list(vm.luns),
            remedy="Name LUNs that the VM has; the OS disk is always backed up."
            if vm.luns
            else 'Leave disks out; {"include_luns": []} says the OS disk alone.',
        )


def spoken(luns: Sequence[int]) -> str:
    return ", ".join(str(lun) for lun in luns)


def selection_of(excluded: list[int] | None, included: list[int] | None) -> DiskSelection | None:
    if included is not None:
        return DiskSelection(tuple(included), include=True)
    if excluded is not None:
        return DiskSelection(tuple(excluded), include=False)
    return None


# --- Azure's item in the form of our row ------------------------------------------------------------------------------
Columns = Mapping[str, Any]
"""Columns of `protected_items` by name."""

AZURE_COLUMNS = (
    "policy_id",
    "state",
    "azure_state",
    "enhanced",
    "excluded_luns",
    "included_luns",
    "health",
    "health_details",
    "last_backup_status",
    "last_backup_at",
    "last_recovery_point_at",
    "deleted_at",
    "purge_at",
    "vm_missing",
)
"""The columns that Azure decides."""


def columns_of(azure: AzureItem, policy_ids: Mapping[str, UUID], soft_delete_days: int | None) -> dict[str, Any]:
    """The row that an Azure item is; disks only where Azure says something of them.

    `policy_ids` by policy name in lower case; `soft_delete_days` are the vault's, for an item that does not say.
    """
    columns: dict[str, Any] = {
        "policy_id": policy_ids.get(fold_case(azure.policy_name or "")),
        "state": state_of(azure),
        "azure_state": azure.protection_state,
        "health": azure.health,
        "health_details": [
            {"code": d.code, "title": d.title, "message": d.message, "recommendations": list(d.recommendations)}
            for d in azure.health_details
        ],
        "last_backup_status": azure.last_backup_status,
        "last_backup_at": azure.last_backup_at,
        "last_recovery_point_at": azure.last_recovery_point_at,
        "deleted_at": azure.deleted_at if azure.soft_deleted else None,
        "purge_at": purge_time(azure, soft_delete_days),
    }
    if columns["state"] == ItemState.SUSPENDED and azure.policy_name is None:
        del columns["policy_id"]  # Whether Azure still names it was not observed: its points go by the one it had.
    if azure.enhanced is not None:
        columns["enhanced"] = azure.enhanced
    return columns if azure.disks is None else columns | disk_columns(azure.disks)


def purge_time(azure: AzureItem, soft_delete_days: int | None) -> datetime | None:
    """When the data of a soft-deleted item is purged: counted from its deletion, by its own days if it has them."""
    days = azure.soft_delete_days or soft_delete_days
    if not azure.soft_deleted or azure.deleted_at is None or days is None:
        return None
    return azure.deleted_at + timedelta(days=days)


def disk_columns(disks: DiskSelection | None) -> dict[str, Any]:
    """The form of a selection in the row; every disk = neither list."""
    listed = list(disks.luns) if disks is not None and (disks.luns or disks.include) else None
    including = disks is not None and disks.include
    return {"included_luns": listed if including else None, "excluded_luns": None if including else listed}


def kept_purge(known: Columns, columns: Columns) -> dict[str, Any]:
    """A change of a vault's soft-delete days does not apply to items deleted before: their first date is kept."""
    same = known["deleted_at"] is not None and known["deleted_at"] == columns["deleted_at"] and known["purge_at"]
    return {"purge_at": known["purge_at"]} if same else {}


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """An item that Azure shows otherwise than we had it: column -> (ours, Azure's)."""

    id: UUID
    vm_id: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class ItemsDiff:
    """The differences between a complete list of a vault's items and our rows."""

    added: tuple[Columns, ...] = ()
    """With vm_id and vm_key."""
    changed: tuple[ItemChanged, ...] = ()
    gone: tuple[tuple[UUID, str], ...] = ()
    """(our id, VM id)"""
    unchanged: tuple[UUID, ...] = ()


def diff_items(
    known: Mapping[str, Columns],
    items: Sequence[AzureItem],
    policy_ids: Mapping[str, UUID],
    *,
    soft_delete_days: int | None,
    existing_vms: AbstractSet[str] | None,
    left_alone: AbstractSet[str] = frozenset(),
) -> ItemsDiff:
    """Compare our rows of one vault (by vm_key, with AZURE_COLUMNS, id and vm_id) with all its items in Azure.

    `existing_vms`: keys of the VMs that exist, None = not read. `left_alone`: keys of rows that another job is writing
    now; they are in none of the result's lists.
    """
    added: list[Columns] = []
    changed: list[ItemChanged] = []
    unchanged: list[UUID] = []
    seen = {names.vm_key(azure.vm): azure for azure in items}
    for key, azure in seen.items():
        if key in left_alone:
            continue
        row, columns = known.get(key), columns_of(azure, policy_ids, soft_delete_days)
        if existing_vms is not None:
            columns["vm_missing"] = key not in existing_vms
        if row is None:
            added.append({"vm_id": azure.vm.id, "vm_key": key, "vm_missing": False} | columns)
            continue
        columns |= kept_purge(row, columns)
        fields = {name: (row[name], value) for name, value in columns.items() if row[name] != value}
        if fields:
            changed.append(ItemChanged(row["id"], row["vm_id"], fields))
        else:
            unchanged.append(row["id"])
    gone = [(row["id"], row["vm_id"]) for key, row in known.items() if key not in seen and key not in left_alone]
    return ItemsDiff(tuple(added), tuple(changed), tuple(gone), tuple(unchanged))
