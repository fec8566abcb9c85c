"""The named checks of a preflight and their results. Pure; preflight.py does the reads.

A check raises the same problem that POST /v1/restores answers, so the two cannot disagree. A check without its facts is
`skipped`, with the reason; never passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from app import error_catalogue
from app.azure import names
from app.azure.check_values import Finding, Lock, Role, may
from app.azure.facts.actions import (
    ACCOUNTS_WRITE,
    CROSS_REGION_ACCESS,
    DISKS_WRITE,
    JOIN_SUBNET,
    PROVISION,
    RESTORE,
    VMS_WRITE,
)
from app.azure.facts.roles import role_of
from app.azure.restore_values import AzurePlace, DisksTarget, NewVmTarget, ReplaceDisksTarget
from app.azure.values import AzureJob, ItemRef, VmRef
from app.core.errors import ServiceError
from app.restores import targets
from app.restores.errors import (
    AlreadyMounted,
    AnotherRestoreRunning,
    PermissionMissing,
    ResourceLocked,
    StagingNotUsable,
    TargetNotFound,
    TargetVmExists,
    ValidationFailed,
    ZoneNotAvailable,
)
from app.restores.targets import FilesTarget, Target

ACT_ON_IT = "Act on Azure's message, then ask again."
CheckName = Literal[
    "protected_item",
    "target",
    "secondary_region",
    "recovery_point",
    "rehydration",
    "encryption",
    "disks_held",
    "vm_kind",
    "source_vm",
    "target_resource_group",
    "network",
    "name_free",
    "staging_account",
    "zone",
    "permissions",
    "locks",
    "no_other_restore",
    "isolation",
    "session_free",
    "azure_validation",
]


@dataclass(frozen=True, slots=True)
class Check:
    """One named check. `error`: why it failed; for a skipped check, the error of its read, if any."""

    name: CheckName
    status: Literal["passed", "failed", "skipped"]
    reason: str
    error: ServiceError | None = None

    def as_json(self) -> dict[str, Any]:
        """The form in which it is shown, and stored in `restores.preflight`."""
        shown: dict[str, Any] = {"name": self.name, "status": self.status, "reason": self.reason}
        said = self.error if self.status == "failed" else None
        return shown | {
            "code": said.code if said else None,
            "type": f"urn:holdfast:problem:{said.code}" if said else None,
            "remedy": said.remedy if said else None,
            "pointer": said.pointer if said else None,
            "azure_code": said.azure_code if said else None,
        }


class NotSeenError(Exception):
    """A read that could not be made; the text is the reason."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Another restore of Holdfast that has not ended."""

    job_id: UUID
    item_id: UUID | None
    azure_job_id: str | None = None
    target: Mapping[str, Any] | None = None
    """As in `restores.target`; None for a restore that was started outside."""

    @property
    def link(self) -> str:
        return f"/v1/jobs/{self.job_id}"


# --- what is needed --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Needs:
    """What a restore needs in Azure before it can be done."""

    actions: Mapping[str, Sequence[str]]
    """See `actions_needed`."""
    written: Sequence[str]
    """See `scopes_written`."""


def needs_of(target: Target, item: ItemRef, *, is_secondary: bool) -> Needs:
    return Needs(actions_needed(target, item, is_secondary=is_secondary), scopes_written(target, item))


def actions_needed(target: Target, item: ItemRef, *, is_secondary: bool) -> dict[str, tuple[str, ...]]:
    """Scope -> what Holdfast's identity must be allowed there to have it done (app/azure/facts/actions.py)."""
    if isinstance(target, FilesTarget):
        return {item.vault.id: (PROVISION,)}
    needed: dict[str, tuple[str, ...]] = {item.vault.id: (CROSS_REGION_ACCESS if is_secondary else RESTORE,)}
    needed |= {target.staging_storage_account_id: (ACCOUNTS_WRITE,)}
    match target:
        case DisksTarget():
            needed[target.resource_group_id] = (DISKS_WRITE,)
        case NewVmTarget():
            needed[target.resource_group_id] = (DISKS_WRITE, VMS_WRITE)
            needed[target.subnet_id] = (JOIN_SUBNET,)
        case ReplaceDisksTarget():
            needed[targets.disks_group_of(target, item)] = (DISKS_WRITE,)
            needed[item.vm.id] = (VMS_WRITE,)
    return needed


def scopes_written(target: Target, item: ItemRef) -> tuple[str, ...]:
    """Where a lock against changes would forbid the restore."""
    if isinstance(target, FilesTarget):
        return (item.vault.id,)
    written = [item.vault.id, target.staging_storage_account_id, targets.disks_group_of(target, item)]
    return (*written, item.vm.id) if isinstance(target, ReplaceDisksTarget) else tuple(written)


# --- the verdicts ----------------------------------------------------------------------------------------------------
def judge_account(account: AzurePlace, region: str) -> str:
    """Raises TargetElsewhere or StagingNotUsable."""
    targets.check_place(account, region, field="staging_storage_account_id")
    if "ZRS" in (account.sku or "").upper():
        raise StagingNotUsable(
            f"{account.id.rpartition('/')[2]} is zone-redundant ({account.sku}): a restore cannot stage there.",
            pointer="#/target/staging_storage_account_id",
            remedy="Name a standard account with local or geo redundancy, in the region of the restore.",
        )
    return f"It is in {account.location}, {account.sku or 'of a redundancy that Azure does not name'}."


def judge_network(network: AzurePlace, subnet_id: str, region: str) -> str:
    """Raises TargetElsewhere, or TargetNotFound for the subnet."""
    targets.check_place(network, region, field="subnet_id")
    if not any(names.same_id(subnet, subnet_id) for subnet in network.subnets):
        raise TargetNotFound(
            f"The network {network.id.rpartition('/')[2]} has no subnet {subnet_id.rpartition('/')[2]}.",
            pointer="#/target/subnet_id",
            remedy="Create it, or name one that exists.",
        )
    return f"Network and subnet are in {network.location}."


def judge_zone(zones: Sequence[str] | None, zone: str, region: str) -> str:
    """Raises ZoneNotAvailable."""
    if zones is None:
        raise NotSeenError(f"Azure does not list the region {region} for this subscription.")
    if zone not in zones:
        there = f"It has {', '.join(zones)}." if zones else "It has none."
        raise ZoneNotAvailable(
            f"{region} has no availability zone {zone}. {there}",
            pointer="#/target/zone",
            remedy="Leave the zone out, or choose another.",
        )
    return f"{region} has the zone {zone}."


def judge_roles(roles: Sequence[Role], scope: str, actions: Sequence[str]) -> None:
    """Raises PermissionMissing for the first action that no role allows."""
    for action in actions:
        if not may(roles, action):
            raise PermissionMissing(
                f"Holdfast's Azure identity may not do {action} on {scope}.",
                action=action,
                scope=scope,
                remedy=f"Grant it {action} on {scope}: the role {role_of(action)} holds it. A new assignment needs "
                "some minutes. GET /v1/permissions/role lists every action that Holdfast needs.",
            )


def judge_locks(locks: Sequence[Lock], scope: str) -> None:
    """Raises ResourceLocked. A lock against deletion is no obstacle: a restore deletes nothing."""
    for lock in locks:
        if lock.forbids_writes:
            raise ResourceLocked(
                f"The lock {lock.name} forbids every change of {scope}.",
                lock=lock.id,
                scope=scope,
                azure_code="ScopeLocked",
                remedy=f"Have the lock {lock.name} removed for the time of the restore.",
            )


def vm_exists(vm: VmRef, detail: str | None = None, **facts: Any) -> TargetVmExists:
    return TargetVmExists(
        detail or f"{vm.resource_group} has a virtual machine {vm.name} already.",
        pointer="#/target/name",
        remedy="Choose another name, or another resource group.",
        **facts,
    )


def judge_name(vm: VmRef, others: Sequence[UnderWay]) -> None:
    """Raises TargetVmExists if another restore of Holdfast is creating a VM with this name."""
    for other in others:
        wanted = other.target or {}
        if wanted.get("mode") != "new_vm":
            continue
        group = names.parse_resource_group_id(str(wanted["resource_group_id"]))
        made = VmRef(group.subscription_id, group.name, str(wanted["name"]))
        if names.same_id(made.id, vm.id):
            raise vm_exists(vm, f"Another restore is creating {vm.name} in {vm.resource_group} now.", job=other.link)


def judge_others(item_id: UUID, others: Sequence[UnderWay], in_azure: Sequence[AzureJob]) -> str:
    """Of a replacement of disks. Raises AnotherRestoreRunning.

    Restores that make something new do not touch each other, so several of one VM may run; what overwrites a VM runs
    alone.
    """
    mine = [other for other in others if other.item_id == item_id]
    known = {other.azure_job_id for other in mine}
    foreign = [job for job in in_azure if job.job_id not in known]
    if mine or foreign:
        where = mine[0].link if mine else f"Azure's job {foreign[0].job_id}"
        raise AnotherRestoreRunning(
            f"Another restore of this VM has not ended: {where}.",
            remedy="Wait for its end or cancel it, then ask again.",
            job=mine[0].link if mine else None,
            azure_job_id=None if mine else foreign[0].job_id,
        )
    return "No other restore of this VM is running, in Holdfast or in Azure."


def already_mounted(point_id: str, **facts: Any) -> AlreadyMounted:
    return AlreadyMounted(
        f"A session of file recovery is open on the recovery point {point_id}.",
        pointer="#/recovery_point",
        remedy="Use that session, or end it first (POST /v1/restores/{id}/unmount); or choose another point.",
        **facts,
    )


def judge_findings(findings: Sequence[Finding]) -> str:
    """Raises ValidationFailed with the first finding; all of them are in its facts."""
    if not findings:
        return "Azure found nothing."
    first = findings[0]
    known = error_catalogue.explain(first.message, first.code, kinds=("restore",))
    raise ValidationFailed(
        " ".join(finding.message for finding in findings).strip() or f"Azure's validation answers {first.code}.",
        azure_code=first.code,
        remedy=" ".join(first.recommendations).strip() or (known.remedy if known else ACT_ON_IT),
        findings=[{"azure_code": finding.code, "detail": finding.message} for finding in findings],
    )
