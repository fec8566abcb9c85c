"""The VM that a job concerns: as stored, and as callers name it. Pure.

A job stores its VM itself, because items are deleted and jobs are not. The columns for searches are case-folded
(core/letter_case.py).
"""

from collections.abc import Mapping
from typing import Any

from app.azure.names import parse_item_name, read_vm_id, vm_key
from app.azure.values import VmRef
from app.core.letter_case import fold_case
from app.jobs.errors import VmIdNotValid


def vm_ref(vm_id: str, *, pointer: str = "#/vm_id") -> VmRef:
    """The VM an ARM id names, in any letter case. Raises VmIdNotValid."""
    try:
        return read_vm_id(vm_id)
    except ValueError as error:
        raise VmIdNotValid(
            str(error),
            pointer=pointer,
            remedy="Copy the VM's resource id: /subscriptions/{id}/resourceGroups/{group}/providers/"
            "Microsoft.Compute/virtualMachines/{name}.",
        ) from None


def columns_of(vm: VmRef | None) -> dict[str, Any]:
    """The columns of a job about this VM; None = it is about no VM, or it is not known about which."""
    if vm is None:
        return {"vm": None, "vm_key": None, "vm_name_key": None}
    return {**_named(vm.subscription_id, vm.resource_group, vm.name), "vm_key": vm_key(vm)}


def columns_by_item_name(item_name: str | None) -> dict[str, Any]:
    """As `columns_of`, of a VM that Azure's list names: by resource group and name, without its subscription.

    Then there is no id: nothing says that the VM is in the vault's subscription.
    """
    try:
        group, name = parse_item_name(item_name or "")
    except ValueError:
        return columns_of(None)
    return {**_named(None, group, name), "vm_key": None}


def _named(subscription_id: str | None, group: str, name: str) -> dict[str, Any]:
    vm = {"subscription_id": subscription_id, "resource_group": group, "name": name}
    return {"vm": vm, "vm_name_key": fold_case(name)}


def shown(vm: Mapping[str, Any]) -> dict[str, Any]:
    """`jobs.vm` with the VM's ARM id; the id is None if the subscription is None."""
    return {**vm, "id": VmRef(**vm).id if vm["subscription_id"] is not None else None}
