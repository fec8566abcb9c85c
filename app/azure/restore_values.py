"""The values of restores: the target, the order, and what is found afterwards.

As in `values.py`: frozen, in our words. A target is a closed union, discriminated by `mode`. Single files are mounted,
not restored, so their mode is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.azure.values import ItemRef

Region = Literal["primary", "secondary"]
"""Of a vault: its own region, or the paired one that Azure copies to."""


# --- targets -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class DisksTarget:
    """Bring the disks back as managed disks. `luns` None = all of them; empty = the OS disk only; else it and these."""

    mode: Literal["disks"]
    resource_group_id: str
    staging_storage_account_id: str
    luns: tuple[int, ...] | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class NewVmTarget:
    """Make a new VM of the point."""

    mode: Literal["new_vm"]
    name: str
    resource_group_id: str
    subnet_id: str
    staging_storage_account_id: str
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class SourceVm:
    """The VM whose disks are to be replaced, as it was at the time of the request."""

    unique_id: str | None
    """Azure's `vmId`: another VM that was made under the same name has another one."""
    disk_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplaceDisksTarget:
    """Replace the source VM's own disks. Destructive: `confirm_vm_id` is that VM, said once more by the caller.

    `source` None = Azure could not be asked when the restore was accepted.
    """

    mode: Literal["replace_disks"]
    confirm_vm_id: str
    staging_storage_account_id: str
    source: SourceVm | None = None


AzureTarget = DisksTarget | NewVmTarget | ReplaceDisksTarget


# --- orders --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """The order of one restore. `region`: where it runs, by Azure's short name.

    Source: docs/azure.md, Restores.
    """

    item: ItemRef
    recovery_point_id: str
    region: str
    target: AzureTarget


@dataclass(frozen=True, slots=True)
class CrossRegionAccess:
    """Azure's leave to restore one point in the secondary region for 24 hours (docs/azure.md, Cross-region restore).

    `details` hold a bearer token: they go back to Azure verbatim and nowhere else, be it a row, a log or a message.
    """

    details: Mapping[str, Any] = field(repr=False)


# --- answers -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AzureDisk:
    """A managed disk. `restored_by`: the job in its tag `RSVaultBackup` (docs/azure.md, Request ids), else None."""

    id: str
    name: str
    restored_by: str | None = None
    attached_to: str | None = None
    """The ARM id of the VM it is attached to."""
    unique_id: str | None = None
    """Azure's `uniqueId`: another disk made later under the same name has another one."""
    tags: Mapping[str, str] = field(default_factory=dict)
    size_gib: int | None = None
    ownership_at: datetime | None = None
    """When it was last attached to a machine or taken off one; None = never, or Azure does not say."""


@dataclass(frozen=True, slots=True)
class AzurePlace:
    """Something a restore is pointed at: a storage account, a virtual network, a resource group."""

    id: str
    location: str
    sku: str | None = None
    """Of a storage account: Standard_LRS, Standard_ZRS, ..."""
    kind: str | None = None
    """Of a storage account: StorageV2, FileStorage, ..."""
    restricts_network: bool | None = None
    """Whether a storage account admits only those that its network rules name; None = Azure does not say."""
    subnets: tuple[str, ...] = ()
    """Of a virtual network: the ids of its subnets."""
