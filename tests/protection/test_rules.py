from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.values import AzureVm, DiskSelection, VmRef
from app.protection import rules
from app.protection.errors import ItemNotReady, RegionMismatch, VmIdNotValid

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
VM_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.Compute/virtualMachines/vm-web-01"
STATES = ("protecting", "initial_backup_pending", "protected", "paused", "soft_deleted", "error")


@given(st.lists(st.booleans(), min_size=len(VM_ID), max_size=len(VM_ID)))
def test_a_vm_is_named_in_any_letter_case(upper: list[bool]) -> None:
    spelled = "".join(
        character.upper() if up else character.lower() for character, up in zip(VM_ID, upper, strict=True)
    )
    assert rules.vm_ref(spelled).id.lower() == VM_ID.lower()


@given(st.text(max_size=200))
def test_whatever_is_no_vm_id_is_refused_with_a_pointer(text: str) -> None:
    with pytest.raises(VmIdNotValid) as refused:
        rules.vm_ref(text, pointer="query:vm_id")
    assert refused.value.pointer == "query:vm_id"
    assert refused.value.remedy


@pytest.mark.parametrize("state", STATES)
def test_what_can_be_backed_up_and_restored_in_which_state(state: str) -> None:
    can_back_up = state in {"initial_backup_pending", "protected"}
    can_restore = can_back_up or state in {"paused", "error"}
    for check, allowed in ((rules.check_can_back_up, can_back_up), (rules.check_can_restore, can_restore)):
        if allowed:
            check(state)
        else:
            with pytest.raises(ItemNotReady) as refused:
                check(state)
            assert refused.value.remedy


def test_a_vm_is_protected_in_a_vault_of_its_own_region_only() -> None:
    vm = AzureVm(vm=VmRef(SUBSCRIPTION, "rg", "vm"), location="West US", os="linux")
    rules.check_region(vm, "westus", "vault")
    rules.check_region(replace(vm, location="westus"), "westus", "vault")
    with pytest.raises(RegionMismatch):
        rules.check_region(vm, "eastus", "vault")


def test_a_selection_of_disks_is_the_one_that_was_said() -> None:
    assert rules.selection_of(None, None) is None
    assert rules.selection_of([0, 1], None) == DiskSelection((0, 1), include=False)
    assert rules.selection_of(None, []) == DiskSelection((), include=True)
