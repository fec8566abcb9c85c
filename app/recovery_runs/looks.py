"""Looks at Azure for a run: at what members are restored from and into, and, for a gate, at the VMs that came back.

No transaction is open meanwhile.

Our rows may be older than the run, and a run may wait at its gates for days: its points expire, an item is deleted, a
network gets a peering. What Azure does not answer now is left to the restore itself, which is checked again when it is
sent; but our row alone says no only where Azure says so too.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.azure import names
from app.azure.compute.ports import Machines
from app.azure.errors import AzureError, AzureNotFound, AzureRejected, proves_absence
from app.azure.item_states import MAY_BE_RESTORED, ItemState, state_of
from app.azure.live_reads import PATIENCE_SECONDS, or_none_if_unavailable
from app.azure.ports import Azure
from app.azure.restore_values import ReplaceDisksTarget
from app.azure.values import VmRef
from app.core.errors import ServiceError
from app.core.gather_isolated import all_or_none
from app.protection.errors import ItemNotReady
from app.protection.items import ItemInAzure
from app.protection.rules import check_can_restore
from app.recovery_plans.preflight import Rehearsal, isolation_of
from app.recovery_runs.errors import PointsNotKnown
from app.restores import rules
from app.restores.checks.isolation import KnownNow
from app.restores.errors import NoPointQualifies
from app.restores.rules import Decided
from app.restores.targets import Target, new_vm_of


@dataclass(frozen=True, slots=True)
class Source:
    """A member that may begin: by our rows, and what was decided about it."""

    position: int
    item: ItemInAzure
    decided: Decided


@dataclass(frozen=True, slots=True)
class Seen:
    """The state that Azure has the item in now. `problem`: why it is not restored; PointsNotKnown: it waits."""

    state: str
    problem: ServiceError | None = None


async def check_isolated(azure: Azure, rehearsal: Rehearsal | None, known: KnownNow) -> None:
    """Raises TargetNotIsolated, or PointsNotKnown: a rehearsal goes nowhere that was not looked at."""
    check = await isolation_of(azure, rehearsal, known)
    if check is not None and check.error is not None:
        raise check.error
    if check is not None and check.status != "passed":
        raise PointsNotKnown(check.reason, remedy="It is tried again by itself.")


async def see(azure: Azure, source: Source) -> Seen:
    try:
        state, _ = await all_or_none(_state(azure, source.item), _check_point(azure, source))
        check_can_restore(state)
    except ServiceError as no:
        return Seen(source.item.state, no)
    return Seen(state)


async def _state(azure: Azure, item: ItemInAzure) -> str:
    """As Azure has it; by our row where it does not say. Raises ItemNotReady or PointsNotKnown."""
    vm, vault = item.ref.vm.name, item.ref.vault.name
    try:
        found = await or_none_if_unavailable(azure.protected_items.get(item.ref))
    except AzureNotFound as missing:
        if not proves_absence(missing):
            return item.state
        raise ItemNotReady(
            f"Azure has no backup item of {vm} in {vault} any more.",
            remedy="Protect the VM again; it has points only once it was backed up.",
            azure_code=missing.code,
            state=item.state,
        ) from None
    except AzureRejected:
        return item.state
    if found is not None:
        return state_of(found) if item.state != ItemState.PROTECTING else item.state
    if item.state not in MAY_BE_RESTORED:
        raise PointsNotKnown(
            f"By our rows {vm} is {item.state}, and Azure cannot be asked now.", remedy="It is tried again by itself."
        )
    return item.state


async def _check_point(azure: Azure, source: Source) -> None:
    """Raises NoPointQualifies, RehydrationNeeded or RestoreNotValid. What Azure does not say refuses nothing."""
    decided = source.decided
    points = azure.secondary_points if decided.choice.region == "secondary" else azure.recovery_points
    wanted = decided.point.id if decided.point is not None else decided.choice.id
    if wanted is None:
        return
    try:
        point = await or_none_if_unavailable(points.get(source.item.ref, wanted))
    except AzureNotFound as missing:
        if not proves_absence(missing):
            return
        raise NoPointQualifies(
            f"Azure has no recovery point {wanted} any more: it expired, or its backup data was deleted, after the run "
            "was asked for.",
            remedy="Run the plan again: it chooses among the points that are left.",
            azure_code=missing.code,
        ) from None
    except AzureRejected:
        return
    if point is not None:
        rules.check_usable(point)


# --- for a gate -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Restored:
    """A VM that a wave brought back. `vm` None: only its disks, so there is nothing to look at."""

    name: str
    vm: VmRef | None
    at: datetime


def vm_of(target: Target, source: str) -> VmRef | None:
    """The VM that a restore brings back; None where it makes disks alone. `source`: the id of the member's VM."""
    return names.read_vm_id(source) if isinstance(target, ReplaceDisksTarget) else new_vm_of(target)


async def not_ready(machines: Machines, restored: Sequence[Restored]) -> tuple[str, ...]:
    """The names of those that do not run, or whose agent has not reported. What cannot be read is not ready."""
    looks = await asyncio.gather(*(_is_ready(machines, one) for one in restored))
    return tuple(one.name for one, is_ready in zip(restored, looks, strict=True) if not is_ready)


async def _is_ready(machines: Machines, restored: Restored) -> bool:
    if restored.vm is None:
        return True
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            machine = await machines.look(restored.vm)
    except (AzureError, TimeoutError):
        return False
    return machine.is_up_since(restored.at)
