"""What a restore created in Azure, derived from what Azure shows afterwards. Pure.

The job's tag on restored disks and the blobs in its property bag were recorded (docs/azure.md, Restores). That a new VM
has its name and those disks, and that replaced disks stay in the VM's group unattached, is from the published
documentation.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

from app.azure.compute.values import Machine, NetworkInterface, PublicIp
from app.azure.restore_values import AzureDisk, ReplaceDisksTarget
from app.azure.values import AzureJob, AzureVm
from app.core.letter_case import fold_case
from app.jobs.work import Resource


class NotLookedUp(TypedDict):
    """What Azure did not let us look for."""

    what: str
    azure_code: str | None
    detail: str


class Made(TypedDict):
    """A thing that the restore made, or kept, as it was at its end: by that it is known again."""

    id: str
    kind: str
    unique_id: str | None
    """None = Azure could not be asked, or does not say."""
    tags: dict[str, str] | None
    """None = Azure could not be asked."""
    size: NotRequired[str | None]
    """Of a disk in GiB, of a machine Azure's name of it; None = not known."""
    ownership_at: NotRequired[str | None]
    """When a disk had last been attached to a machine or taken off one (ISO 8601)."""


class Facts(TypedDict):
    """What only `finish` needs."""

    made: list[Made]


class BadEndResult(TypedDict):
    """Of a replacement of disks that failed or was cancelled."""

    resources: list[Resource]
    mode: str
    region: str
    replaced: bool | None
    not_looked_up: list[NotLookedUp]
    facts: NotRequired[Facts]


class RestoreResult(TypedDict):
    resources: list[Resource]
    mode: str
    region: str
    recovery_point_id: str | None
    recovery_point: dict[str, Any] | None
    """Where a worker chose it."""
    not_looked_up: list[NotLookedUp]
    azure: dict[str, str]
    """The properties of Azure's job."""
    replaced: NotRequired[bool | None]
    """For a replacement of disks; null = not known."""
    facts: NotRequired[Facts]


class MountResult(TypedDict):
    resources: list[Resource]
    mode: str
    renewed: bool
    recovery_point_id: str | None
    recovery_point: dict[str, Any] | None
    """Where a worker chose it."""
    operation_id: str
    expires_at: str | None


class UnmountResult(TypedDict):
    resources: list[Resource]
    mode: str
    ended_by: Literal["holdfast", "azure"]


BLOBS = {"Template Blob Uri": "template_blob", "Config Blob Uri": "config_blob"}
"""propertyBag keys that a finished restore carries."""
NOTHING_REPLACED = frozenset({"olrbackupfailed"})
"""Azure's words for a replacement that ended before it replaced a disk."""


def blobs(properties: Mapping[str, str]) -> list[Resource]:
    return [{"kind": kind, "id": properties[key]} for key, kind in BLOBS.items() if properties.get(key)]


def restored_disks(disks: Iterable[AzureDisk], job_id: str) -> list[AzureDisk]:
    """The disks that carry the job's tag."""
    return [disk for disk in disks if disk.restored_by == job_id.lower()]


def as_resources(kind: str, disks: Iterable[AzureDisk]) -> list[Resource]:
    return [{"kind": kind, "id": disk.id, "name": disk.name} for disk in disks]


def made_disks(kind: str, disks: Iterable[AzureDisk]) -> list[Made]:
    return [
        {
            "id": one.id,
            "kind": kind,
            "unique_id": one.unique_id,
            "tags": dict(one.tags),
            "size": str(one.size_gib) if one.size_gib is not None else None,
            "ownership_at": one.ownership_at.isoformat() if one.ownership_at is not None else None,
        }
        for one in disks
    ]


def made_machine(vm: AzureVm, seen: Machine | None) -> Made:
    same = seen if seen is not None and seen.unique_id == vm.unique_id else None
    tags, size = (dict(same.tags), same.size) if same is not None else (None, None)
    return {"id": vm.vm.id, "kind": "vm", "unique_id": vm.unique_id, "tags": tags, "size": size}


def made_card(card_id: str, seen: NetworkInterface | None) -> Made:
    return _part("network_interface", card_id, seen)


def made_address(address_id: str, seen: PublicIp | None) -> Made:
    return _part("public_ip", address_id, seen)


def _part(kind: str, part_id: str, seen: NetworkInterface | PublicIp | None) -> Made:
    unique_id, tags = (seen.unique_id, dict(seen.tags)) if seen is not None else (None, None)
    return {"id": part_id, "kind": kind, "unique_id": unique_id, "tags": tags}


def machine(vm: AzureVm, made: Sequence[AzureDisk]) -> list[Resource]:
    """The VM and its network interfaces; nothing when the VM of that name does not hold the restored disks."""
    mine = {fold_case(disk.id) for disk in made}
    if made and not any(fold_case(disk_id) in mine for disk_id in vm.disk_ids):
        return []
    interfaces: list[Resource] = [
        {"kind": "network_interface", "id": id_, "name": id_.rpartition("/")[2]} for id_ in vm.network_interface_ids
    ]
    return [{"kind": "vm", "id": vm.vm.id, "name": vm.vm.name}, *interfaces]


def replaced(target: ReplaceDisksTarget, job: AzureJob, made: Sequence[AzureDisk], vm: AzureVm | None) -> bool | None:
    """Whether the VM runs on restored disks now; None = not known.

    Azure first backs the VM up as it is. If that fails, nothing is replaced, and the job ends with warnings (a public
    report of 2020). Otherwise the disks show it: the disks of this job have its tag, and they are attached to the VM or
    not.
    """
    if any(NOTHING_REPLACED & {fold_case(error.title), fold_case(error.code)} for error in job.errors):
        return False
    if vm is None:
        return None
    attached = {fold_case(disk_id) for disk_id in vm.disk_ids}
    if attached & {fold_case(disk.id) for disk in made}:
        return True
    before = {fold_case(disk_id) for disk_id in target.source.disk_ids} if target.source else set()
    return False if made or (before and before <= attached) else None


def kept_disks(target: ReplaceDisksTarget, disks: Iterable[AzureDisk], vm: AzureVm | None) -> list[AzureDisk]:
    """The disks that the VM had when its replacement was requested, and no longer has: Azure keeps them."""
    before = {fold_case(disk_id) for disk_id in target.source.disk_ids} if target.source else set()
    attached = {fold_case(disk_id) for disk_id in vm.disk_ids} if vm else set()
    return [disk for disk in disks if fold_case(disk.id) in before - attached]
