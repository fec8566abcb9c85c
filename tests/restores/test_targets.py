"""What can be told of a target without asking Azure. Every refusal points at its field."""

from typing import Any

import pytest

from app.azure.restore_values import AzurePlace, DisksTarget, NewVmTarget, ReplaceDisksTarget, SourceVm
from app.azure.values import AzureVm, ItemRef, VaultRef, VmRef
from app.core.errors import ServiceError
from app.restores.errors import SourceVmGone
from app.restores.targets import (
    Target,
    check_fits,
    check_place,
    check_same_vm,
    check_target,
    disks_group_of,
    with_source,
)

S = "00000000-0000-0000-0000-000000000001"
OTHER = "00000000-0000-0000-0000-000000000002"
ITEM = ItemRef(VaultRef(S, "rg-one", "vault"), VmRef(S, "rg-one", "vm-one"))
GROUP = f"/subscriptions/{S}/resourceGroups/rg-target"
STAGING = f"/subscriptions/{S}/resourceGroups/rg-one/providers/Microsoft.Storage/storageAccounts/staging1"
SUBNET = f"/subscriptions/{S}/resourceGroups/rg-one/providers/Microsoft.Network/virtualNetworks/net/subnets/default"

DISKS = DisksTarget("disks", GROUP, STAGING)
NEW_VM = NewVmTarget("new_vm", "vm-two", GROUP, SUBNET, STAGING)
REPLACE = ReplaceDisksTarget("replace_disks", ITEM.vm.id, STAGING)


def changed(target: Target, **fields: Any) -> Any:
    values = {name: getattr(target, name) for name in target.__slots__}
    return type(target)(**(values | fields))


@pytest.mark.parametrize(
    ("target", "pointer"),
    [
        (changed(DISKS, resource_group_id="rg-target"), "#/target/resource_group_id"),
        (changed(DISKS, resource_group_id=f"{GROUP}/providers/x"), "#/target/resource_group_id"),
        (changed(DISKS, staging_storage_account_id=GROUP), "#/target/staging_storage_account_id"),
        (changed(DISKS, luns=(0, 1, 0)), "#/target/luns"),
        (changed(NEW_VM, name="-vm"), "#/target/name"),
        (changed(NEW_VM, name="vm two"), "#/target/name"),
        (changed(NEW_VM, name="vm/two"), "#/target/name"),
        (changed(NEW_VM, name="vm."), "#/target/name"),
        (changed(NEW_VM, subnet_id=SUBNET.rpartition("/subnets")[0]), "#/target/subnet_id"),
        (changed(NEW_VM, subnet_id=SUBNET.replace(S, OTHER)), "#/target/subnet_id"),
        (changed(NEW_VM, resource_group_id=""), "#/target/resource_group_id"),
        (changed(REPLACE, confirm_vm_id="vm-one"), "#/target/confirm_vm_id"),
    ],
)
def test_what_cannot_be_a_target_is_pointed_at(target: Target, pointer: str) -> None:
    with pytest.raises(ServiceError) as refused:
        check_target(target)
    assert (refused.value.status, refused.value.pointer) == (422, pointer)
    assert refused.value.remedy


@pytest.mark.parametrize("target", [DISKS, NEW_VM, REPLACE])
def test_ids_are_taken_in_any_letter_case_and_kept_in_one(target: Target) -> None:
    shouted = {
        name: getattr(target, name).replace("resourceGroups", "RESOURCEGROUPS").replace("/providers/", "/Providers/")
        for name in target.__slots__
        if name.endswith("_id")
    }
    assert check_target(changed(target, **shouted)) == target


@pytest.mark.parametrize(
    ("target", "region", "pointer", "code"),
    [
        (
            changed(REPLACE, confirm_vm_id=ITEM.vm.id + "x"),
            "primary",
            "#/target/confirm_vm_id",
            "confirmation_mismatch",
        ),
        (REPLACE, "secondary", "#/recovery_point/region", "restore_not_valid"),
        (
            changed(NEW_VM, name="VM-ONE", resource_group_id=GROUP.replace("target", "ONE")),
            "primary",
            "#/target/name",
            "restore_not_valid",
        ),
        (
            changed(DISKS, resource_group_id=GROUP.replace(S, OTHER)),
            "primary",
            "#/target/resource_group_id",
            "target_subscription_not_allowed",
        ),
        (
            changed(REPLACE, staging_storage_account_id=STAGING.replace(S, OTHER)),
            "primary",
            "#/target/staging_storage_account_id",
            "target_subscription_not_allowed",
        ),
        (
            changed(NEW_VM, resource_group_id=GROUP.replace(S, OTHER), subnet_id=SUBNET.replace(S, OTHER)),
            "secondary",
            "#/target/resource_group_id",
            "target_subscription_not_allowed",
        ),
    ],
)
def test_a_target_that_does_not_fit_is_refused(target: Target, region: Any, pointer: str, code: str) -> None:
    with pytest.raises(ServiceError) as refused:
        check_fits(target, ITEM, region)
    assert (refused.value.status, refused.value.pointer, refused.value.code) == (422, pointer, code)


@pytest.mark.parametrize("target", [DISKS, NEW_VM, changed(REPLACE, confirm_vm_id=ITEM.vm.id.upper())])
def test_what_fits_is_let_through(target: Target) -> None:
    check_fits(target, ITEM, "primary")


def test_the_source_vms_own_subscription_is_allowed_too() -> None:
    elsewhere = ItemRef(ITEM.vault, VmRef(OTHER, "rg-vms", "vm-one"))
    check_fits(changed(DISKS, resource_group_id=GROUP.replace(S, OTHER)), elsewhere, "primary")


def test_restored_disks_are_looked_for_where_they_appear() -> None:
    assert disks_group_of(DISKS, ITEM) == GROUP
    assert disks_group_of(NEW_VM, ITEM) == GROUP
    assert disks_group_of(REPLACE, ITEM) == f"/subscriptions/{S}/resourceGroups/rg-one"


def vm(unique_id: str | None) -> AzureVm:
    return AzureVm(ITEM.vm, "westus", "linux", unique_id, ("/disks/os",))


def test_a_vm_made_anew_under_the_old_name_is_not_overwritten() -> None:
    confirmed = with_source(REPLACE, vm("AAAA"))
    assert confirmed.source == SourceVm("AAAA", ("/disks/os",))
    check_same_vm(confirmed, vm("aaaa"))
    check_same_vm(REPLACE, vm("bbbb"))  # nothing was seen when it was asked for: there is nothing to compare with
    with pytest.raises(SourceVmGone, match="created again"):
        check_same_vm(confirmed, vm("bbbb"))


def test_a_place_in_another_region_is_refused() -> None:
    check_place(AzurePlace("/x/st1", "eastus"), "East US", field="staging_storage_account_id")
    with pytest.raises(ServiceError) as refused:
        check_place(AzurePlace("/x/st1", "westus"), "eastus", field="staging_storage_account_id")
    assert refused.value.code == "target_in_another_region"
    assert refused.value.pointer == "#/target/staging_storage_account_id"
