"""Looks at Azure for a run. No transaction is open while one of these runs.

Their requests are of a budget class of their own, the last one: a hundred tests never delay a restore that a person
waits for (`at_low_priority`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.azure import names
from app.azure.compute.values import Machine, ScriptOrder, ScriptRun
from app.azure.errors import AzureError, AzureNotFound, AzureRejected
from app.azure.gate import at_low_priority
from app.azure.ports import Azure
from app.azure.values import ItemRef, RecoveryPoint, VmRef
from app.protection.items import ItemInAzure
from app.restore_tests.errors import RestoreTestNotValid
from app.restore_tests.levels import OS_DISK, Expected, Judged, expected_luns, is_unchanged, judge_boot, judge_disks
from app.restores import rules
from app.restores.checks.isolation import Finding, KnownNow
from app.restores.checks.target_looks import RecentLooks
from app.restores.errors import NoPointQualifies
from app.restores.rules import Choice
from app.vaults.rules import region_of

COMMAND = "holdfast-restore-test"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What was found out before a restore begins."""

    findings: list[Finding]
    point: RecoveryPoint
    expected: dict[str, Any]


async def before_restore(
    azure: Azure,
    recent: RecentLooks,
    item: ItemInAzure,
    definition: Mapping[str, Any],
    known: KnownNow,
    now: datetime,
) -> Beginning:
    """Raises ServiceError where no point is as asked; AzureError where Azure cannot be asked."""
    said, target = definition["point"], definition["target"]
    allows = bool(target.get("allow_internet"))
    with at_low_priority():
        await _check_region(azure, recent, target["subnet_id"], item.vault_location)
        findings = await recent.find_ways_out(
            azure.networks, azure.machines, target["subnet_id"], known, allow_internet=allows
        )
        points = await azure.recovery_points.list(item.ref)
        point = rules.choose(points, Choice(consistency=said["consistency"]))
        longest = said["max_age_seconds"]
        if longest is not None and point.time < now - timedelta(seconds=longest):
            raise NoPointQualifies(
                f"The newest point that is as asked is of {point.time.isoformat()}: older than {longest} seconds.",
                remedy="See why there is no newer one: GET /v1/protected-items/{id}; or allow older ones.",
            )
        point, expected = await disks_of(azure, item.ref, point.id)
    return Beginning(findings, point, expected)


async def _check_region(azure: Azure, recent: RecentLooks, subnet_id: str, vault_location: str) -> None:
    """Raises RestoreTestNotValid: a VM is made in the region of its vault, so its network must be there."""
    try:
        location = await recent.location_of(azure.networks, subnet_id)
    except AzureNotFound:
        return  # is a finding
    if location is not None and region_of(location) != region_of(vault_location):
        raise RestoreTestNotValid(
            f"The subnet is in {location}, and the vault in {vault_location}: nothing was restored.",
            remedy="Name a resource group and a subnet in the region of the vault; make a test for each region.",
        )


async def disks_of(azure: Azure, item: ItemRef, point_id: str) -> tuple[RecoveryPoint, dict[str, Any]]:
    """The point, and the disks that it has (`levels.Expected`, as JSON). Raises AzureError."""
    with at_low_priority():
        point = await azure.recovery_points.get(item, point_id)
        source = await _machine_or_none(azure, item.vm)
    return point, asdict(_expected(point, source))


async def _machine_or_none(azure: Azure, vm: VmRef) -> Machine | None:
    """The source, to compare with. It may be gone: its points can still be restored."""
    try:
        return await azure.machines.look(vm)
    except AzureError:
        return None


def _expected(point: RecoveryPoint, source: Machine | None) -> Expected:
    disks = source.data_disks if source is not None else None
    luns = [one.lun for one in disks if one.lun is not None] if disks is not None else None
    found = expected_luns(point.included_luns, point.disks_included, luns)
    sizes = {one.lun: one.size_gib for one in disks or () if one.lun is not None and one.size_gib is not None}
    if source is not None and source.os_disk is not None and source.os_disk.size_gib is not None:
        sizes[OS_DISK] = source.os_disk.size_gib
    return replace(found, sizes=sizes)


def expected_of(kept: Mapping[str, Any]) -> Expected:
    """From a run's row: JSON has texts as keys, and lists."""
    luns = kept["luns"]
    sizes = {int(lun): size for lun, size in kept["sizes"].items()}
    by_source = kept.get("luns_by_source", luns is not None)
    return Expected(kept["disks"], tuple(luns) if luns is not None else None, sizes, by_source)


async def look_at_disks(azure: Azure, machine_id: str, expected: Expected, source: VmRef, point_at: datetime) -> Judged:
    """`point_at`: the time of the point. Where its word matters, the source is looked at once more. AzureError."""
    machine = await _look(azure, machine_id)
    if machine is None:
        return Judged("waiting", "Azure does not show the restored machine.", azure_code="ResourceNotFound")
    judged = judge_disks(machine, expected, is_source_unchanged=False)
    if judged == judge_disks(machine, expected, is_source_unchanged=True):
        return judged
    return judge_disks(machine, expected, is_source_unchanged=await _is_unchanged(azure, source, point_at))


async def _is_unchanged(azure: Azure, source: VmRef, since: datetime) -> bool:
    machine = await _look(azure, source.id)
    if machine is None or machine.os_disk is None or machine.data_disks is None:
        return False
    ids = [one.id for one in (machine.os_disk, *machine.data_disks)]
    with at_low_priority():
        try:
            disks = [await azure.machines.get_disk(one) for one in ids if one is not None]
        except AzureRejected:  # gone, or not ours to read: then it is not known
            return False
    return len(disks) == len(ids) and is_unchanged(disks, since)


async def look_at_boot(azure: Azure, machine_id: str, began_at: datetime) -> Judged:
    machine = await _look(azure, machine_id)
    if machine is None:
        return Judged("waiting", "Azure does not show the restored machine.", azure_code="ResourceNotFound")
    return judge_boot(machine, began_at)


async def _look(azure: Azure, machine_id: str) -> Machine | None:
    with at_low_priority():
        try:
            return await azure.machines.look(names.read_vm_id(machine_id))
        except AzureNotFound:
            return None


async def look_at_script(azure: Azure, machine_id: str) -> ScriptRun | None:
    """The script as Azure shows it; None = Azure has none."""
    with at_low_priority():
        try:
            return await azure.run_commands.get(names.read_vm_id(machine_id), COMMAND)
        except AzureNotFound:
            return None


async def start_script(
    azure: Azure, machine_id: str, script: Mapping[str, Any], secrets: Mapping[str, str], run_id: UUID
) -> None:
    """Send the script. It may be sent again: a command of this name is replaced. Raises AzureError."""
    with at_low_priority():
        vm = names.read_vm_id(machine_id)
        machine = await azure.machines.look(vm)
        order = ScriptOrder(
            vm=vm,
            name=COMMAND,
            location=machine.location,
            text=script["text"],
            timeout_seconds=script["timeout_seconds"],
            parameters=script["parameters"],
            secrets=secrets,
            tags={"holdfast-restore-test-run": str(run_id)},
        )
        await azure.run_commands.put(order, request_id=uuid4())
