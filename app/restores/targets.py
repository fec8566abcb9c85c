"""Targets of a restore: checks without Azure, and checks of Azure's answers. Pure.

Every check raises an error that points at its field; preflight runs the same ones.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from app.azure import names
from app.azure.facts.regions import short_name
from app.azure.grants import check_id_granted
from app.azure.restore_values import (
    AzurePlace,
    AzureTarget,
    DisksTarget,
    NewVmTarget,
    Region,
    ReplaceDisksTarget,
    SourceVm,
)
from app.azure.values import AzureVm, ItemRef, VmRef
from app.identity.access.grants import Grants
from app.restores.errors import (
    ConfirmationMismatch,
    RestoreNotValid,
    SourceVmGone,
    SubscriptionNotAllowed,
    TargetElsewhere,
)


@dataclass(frozen=True, slots=True)
class FilesTarget:
    """Mount the point for single files: nothing is restored, and nothing is named but the point."""

    mode: Literal["files"] = "files"


Target = AzureTarget | FilesTarget
"""A closed union, discriminated by `mode`. It includes mounts, which the port's union does not."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "disks": ("resource_group_id", "staging_storage_account_id"),
    "new_vm": ("resource_group_id", "subnet_id", "staging_storage_account_id"),
    "replace_disks": ("staging_storage_account_id",),
    "files": (),
}
"""Mode: the ids that a request may leave out, because defaults may say them (app/restores/defaults)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a request says about its target, where it leaves out some of NEEDED."""

    values: Mapping[str, Any]
    region: Region


@dataclass(frozen=True, slots=True)
class Filled:
    """A whole target, its ids checked."""

    target: Target
    sources: Mapping[str, str] | None = None
    """Where each id of NEEDED comes from: `request`, `vault`, `tenant`. None = all from the request."""


Parsed = TypeVar("Parsed")

COPY_ID = "Copy the resource's id from Azure."


def check_target(target: Target) -> Target:
    """The target, its ids in their usual spelling. Raises RestoreNotValid with a pointer to the one that is wrong."""
    if isinstance(target, FilesTarget):
        return target
    account = _parsed("staging_storage_account_id", names.parse_storage_account_id, target.staging_storage_account_id)
    match target:
        case DisksTarget():
            group = _parsed("resource_group_id", names.parse_resource_group_id, target.resource_group_id)
            if target.luns is not None and len(set(target.luns)) != len(target.luns):
                raise RestoreNotValid("A LUN is named twice.", pointer="#/target/luns", remedy="Name each LUN once.")
            return replace(target, resource_group_id=group.id, staging_storage_account_id=account.id)
        case NewVmTarget():
            group = _parsed("resource_group_id", names.parse_resource_group_id, target.resource_group_id)
            subnet = _parsed("subnet_id", names.parse_subnet_id, target.subnet_id)
            _check_name(target.name)
            if subnet.resource_group.subscription_id != group.subscription_id:
                raise RestoreNotValid(
                    "A VM and its network must be in one subscription.",
                    pointer="#/target/subnet_id",
                    remedy="Name a subnet of the resource group's subscription.",
                )
            return replace(
                target, resource_group_id=group.id, subnet_id=subnet.id, staging_storage_account_id=account.id
            )
        case ReplaceDisksTarget():
            vm = _parsed("confirm_vm_id", names.read_vm_id, target.confirm_vm_id)
            return replace(target, confirm_vm_id=vm.id, staging_storage_account_id=account.id)


def _check_name(name: str) -> None:
    """The resource's name. The computer's own comes back with its disk, so Windows' 15 characters do not count."""
    try:
        names.check_vm_name(name)
    except ValueError as error:
        raise RestoreNotValid(
            str(error), pointer="#/target/name", remedy="Choose a name that Azure allows for a virtual machine."
        ) from None


def check_granted(grants: Grants, target: Target) -> None:
    """Whether everything the target names may be touched. Raises NotGranted with a pointer to what may not."""
    for name, resource_id in _ids(target):
        check_id_granted(grants, resource_id, f"#/target/{name}")
    if isinstance(target, ReplaceDisksTarget):
        check_id_granted(grants, target.confirm_vm_id, "#/target/confirm_vm_id")


def check_fits(target: Target, item: ItemRef, region: Region) -> None:
    """Checks that the target fits the item, the point and the region.

    Raises ConfirmationMismatch, RestoreNotValid or SubscriptionNotAllowed; then nothing was sent.
    """
    match target:
        case ReplaceDisksTarget():
            if not names.same_id(target.confirm_vm_id, item.vm.id):
                raise ConfirmationMismatch(
                    f"confirm_vm_id names {target.confirm_vm_id}; the disks that would be replaced are those of "
                    f"{item.vm.id}.",
                    pointer="#/target/confirm_vm_id",
                    remedy="Name the VM whose disks are to be overwritten.",
                )
            if region == "secondary":
                raise RestoreNotValid(
                    "Disks can be replaced in the vault's own region only.",
                    pointer="#/recovery_point/region",
                    remedy="Use mode disks or new_vm in the secondary region.",
                )
        case FilesTarget():
            if region == "secondary":
                raise RestoreNotValid(
                    "Files can be mounted in the vault's own region only.",
                    pointer="#/recovery_point/region",
                    remedy="Use mode disks or new_vm in the secondary region.",
                )
        case NewVmTarget():
            if names.same_id(vm_of(target).id, item.vm.id):
                raise RestoreNotValid(
                    f"{target.name} is the VM that is restored: a new VM needs another name or resource group.",
                    pointer="#/target/name",
                    remedy="Choose another name; mode replace_disks puts a point back into the VM itself.",
                )
    _check_subscriptions(target, item)


def restored(target: Target) -> AzureTarget:
    """A target that is no mount. Raises TypeError: files never come here, their work is another one."""
    if isinstance(target, FilesTarget):
        raise TypeError("Files are mounted, not restored.")
    return target


def new_vm_of(target: Target) -> VmRef | None:
    """The VM that the restore makes, where it makes one."""
    return vm_of(target) if isinstance(target, NewVmTarget) else None


def vm_of(target: NewVmTarget) -> VmRef:
    group = names.parse_resource_group_id(target.resource_group_id)
    return VmRef(group.subscription_id, group.name, target.name)


def disks_group_of(target: AzureTarget, item: ItemRef) -> str:
    """The resource group in which restored disks appear: a replaced VM's own (documented), else the target's."""
    if isinstance(target, ReplaceDisksTarget):
        vm = item.vm
        return names.ResourceGroupRef(vm.subscription_id, vm.resource_group).id
    return target.resource_group_id


def _check_subscriptions(target: Target, item: ItemRef) -> None:
    """A target must be in the vault's or in the source VM's subscription. Raises SubscriptionNotAllowed.

    The tenant's grants are checked before (`check_granted`); this is about Azure. Vaults have a setting for restores
    across subscriptions (`restoreSettings.crossSubscriptionRestoreSettings`, docs/azure.md, Redundancy), but no
    recording shows such a restore, neither accepted nor refused, so Holdfast does not offer it.
    """
    own = {item.vault.subscription_id.lower(), item.vm.subscription_id.lower()}
    for name, resource_id in _ids(target):
        subscription = resource_id.split("/")[2].lower()
        if subscription not in own:
            raise SubscriptionNotAllowed(
                f"The subscription {subscription} is neither the vault's nor the VM's.",
                pointer=f"#/target/{name}",
                remedy="Restore into the vault's own subscription, and move or copy the result from there.",
            )


def _ids(target: Target) -> Iterator[tuple[str, str]]:
    if not isinstance(target, FilesTarget):
        yield "staging_storage_account_id", target.staging_storage_account_id
    if isinstance(target, DisksTarget | NewVmTarget):
        yield "resource_group_id", target.resource_group_id
    if isinstance(target, NewVmTarget):
        yield "subnet_id", target.subnet_id


# --- what Azure said of it -----------------------------------------------------------------------------------------
def check_place(place: AzurePlace, region: str, *, field: str) -> None:
    """A staging account and a network must be in the region where the restore runs. Raises TargetElsewhere."""
    if place.location != short_name(region):
        name = place.id.rpartition("/")[2]
        raise TargetElsewhere(
            f"{name} is in {place.location}, the restore runs in {region}.",
            pointer=f"#/target/{field}",
            remedy=f"Name one in {region}.",
        )


def with_source(target: ReplaceDisksTarget, vm: AzureVm) -> ReplaceDisksTarget:
    """The target with the VM as it is now: these values are stored, and checked again before anything is sent."""
    return replace(target, source=SourceVm(vm.unique_id, vm.disk_ids))


def check_same_vm(target: ReplaceDisksTarget, vm: AzureVm) -> None:
    """Whether the VM is still the one that was confirmed. Raises SourceVmGone.

    A VM that was deleted and created again under its old name has another `vmId`: the caller did not confirm to
    overwrite that one.
    """
    asked = target.source.unique_id if target.source else None
    if asked and vm.unique_id and asked.lower() != vm.unique_id.lower():
        raise source_vm_gone(vm.vm, f"{vm.vm.name} is another VM than the one confirmed: it was created again since.")


def check_vm_here(vm: AzureVm, region: str) -> None:
    """A VM and its vault are in one region, so a VM in another region is not the one backed up.

    Raises TargetElsewhere.
    """
    if short_name(vm.location) != short_name(region):
        raise TargetElsewhere(
            f"{vm.vm.name} is in {vm.location}, its backup data in {region}: it is another VM than the one backed up.",
            pointer="#/target/confirm_vm_id",
            remedy="Restore with mode new_vm or disks instead.",
        )


def source_vm_gone(vm: VmRef, detail: str | None = None) -> SourceVmGone:
    return SourceVmGone(
        detail or f"Azure has no virtual machine {vm.name} in {vm.resource_group} any more.",
        pointer="#/target/confirm_vm_id",
        remedy="Restore with mode new_vm or disks instead.",
    )


def _parsed(field: str, parse: Callable[[str], Parsed], text: str) -> Parsed:
    try:
        return parse(text)
    except ValueError as error:
        raise RestoreNotValid(str(error), pointer=f"#/target/{field}", remedy=COPY_ID) from None
