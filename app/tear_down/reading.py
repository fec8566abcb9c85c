"""What Azure shows of the resources of a restore: each by a GET of its own, since lists may be late.

A read that Azure refuses, or that is not understood, makes its resource `NotRead`: others are listed all the same. Any
other error is raised, because the same read may succeed in a moment.
"""

import asyncio
from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.azure import names
from app.azure.compute import values as cv
from app.azure.compute.ports import Machines
from app.azure.errors import AzureNotFound, AzureRejected, AzureUnreadable, proves_absence
from app.azure.ports import Azure
from app.core.gather_isolated import all_or_none
from app.tear_down import rules
from app.tear_down.values import (
    TAG,
    Evidence,
    Live,
    NotRead,
    NotThere,
    Resource,
    Seen,
    Thing,
    key_of,
    kind_of,
    known_ids,
)

READ_AT_ONCE: Final = 8
GOING: Final = "deleting"
SOME_READS: Final = 8
"""About how many requests `read` makes, for the quota of a caller that waits."""


async def read(azure: Azure, evidence: Evidence) -> Live:
    """Everything that may be of the restore, and what hangs on it. Raises AzureError while Azure is away."""
    group = await _group(azure, evidence) if evidence.azure_job_ids else None
    tagged = await _tagged(azure, evidence, group) if evidence.azure_job_ids else ()
    wanted = [*(arm_id for arm_id, _ in known_ids(evidence)), *tagged]
    seen = await _read_all(azure.machines, wanted)
    beside = rules.beside(evidence, seen, group) if group is not None else ()
    seen |= await _read_all(azure.machines, beside, follow=False)
    return Live(_dated(seen, group or ()), tagged, beside)


async def read_again(azure: Azure, plan: Iterable[Resource]) -> dict[str, Seen]:
    """What was planned, by folded id. Raises AzureError while Azure is away."""
    return await _read_all(azure.machines, [one.id for one in plan if one.deletable], follow=False)


async def _read_all(machines: Machines, wanted: Collection[str], *, follow: bool = True) -> dict[str, Seen]:
    """`follow`: also what hangs on them, and what hangs on that."""
    places = asyncio.Semaphore(READ_AT_ONCE)
    seen: dict[str, Seen] = {}
    ids = {key_of(one): one for one in wanted}
    while ids:
        found = await all_or_none(*(_look(machines, one, places) for one in ids.values()))
        seen |= dict(zip(ids, found, strict=True))
        parts = [part for one in found if isinstance(one, Thing) for part in one.parts or ()] if follow else []
        ids = {key_of(part): part for part in parts if key_of(part) not in seen}
    return seen


def _dated(seen: Mapping[str, Seen], group: Iterable[cv.GroupResource]) -> dict[str, Seen]:
    """With the times of creation of cards and addresses, which only the list of the group has."""
    at = {key_of(one.id): one.created_at for one in group}
    return {
        key: replace(one, created_at=at.get(key)) if isinstance(one, Thing) and one.created_at is None else one
        for key, one in seen.items()
    }


async def _group(azure: Azure, evidence: Evidence) -> Sequence[cv.GroupResource] | None:
    """What the list of the group has; None where it may not be read."""
    try:
        return await azure.machines.list_group(evidence.group_id)
    except AzureRejected:
        return None


async def _tagged(azure: Azure, evidence: Evidence, group: Sequence[cv.GroupResource] | None) -> tuple[str, ...]:
    """Ids of the group's disks and snapshots that carry the tag. Disks alone where the whole group may not be read."""
    jobs = evidence.azure_job_ids
    if group is None:
        try:
            disks = await azure.restores.list_disks(evidence.group_id)
        except AzureRejected:
            return ()
        return tuple(one.id for one in disks if one.restored_by in jobs)
    return tuple(
        one.id
        for one in group
        if kind_of(one.id) in {"disk", "snapshot"}
        and any(name.lower() == TAG and text.lower() in jobs for name, text in one.tags.items())
    )


async def _look(machines: Machines, arm_id: str, places: asyncio.Semaphore) -> Seen:
    if kind_of(arm_id) is None:
        return NotRead("It is of no kind that a restore makes.")
    async with places:
        try:
            return await _thing(machines, arm_id)
        except AzureNotFound as missing:
            if proves_absence(missing):
                return NotThere()
            return NotRead(f"Azure does not show it: {missing.code}. That does not prove that it is gone.")
        except AzureUnreadable as odd:
            return NotRead(f"What Azure shows of it cannot be read: {odd}"[:500])
        except AzureRejected as refused:
            return NotRead(f"Azure refused to show it: {refused.code}: {refused.message}"[:500])


def _thing(machines: Machines, arm_id: str) -> Awaitable[Thing]:
    match kind_of(arm_id):
        case "vm":
            return _machine(machines, arm_id)
        case "network_interface":
            return _card(machines, arm_id)
        case "public_ip":
            return _address(machines, arm_id)
        case "disk":
            return _disk(machines, arm_id)
        case _:
            return _snapshot(machines, arm_id)


async def _machine(machines: Machines, arm_id: str) -> Thing:
    one = await machines.look(names.read_vm_id(arm_id))
    is_going = one.provisioning.lower() == GOING
    return Thing(one.unique_id, one.tags, (), _parts_of(one), one.created_at, is_going, one.size)


def _parts_of(one: cv.Machine) -> tuple[str, ...] | None:
    """None where a disk or a card may be missing: of an unmanaged disk there is no id, either."""
    if one.os_disk is None or one.data_disks is None or one.interfaces is None:
        return None
    disks = [disk.id for disk in (one.os_disk, *one.data_disks)]
    known = [disk_id for disk_id in disks if disk_id is not None]
    return (*known, *(card.id for card in one.interfaces)) if len(known) == len(disks) else None


async def _card(machines: Machines, arm_id: str) -> Thing:
    one = await machines.get_interface(arm_id)
    held_by = tuple(holder for holder in (one.vm_id, one.holder_id) if holder is not None)
    return Thing(one.unique_id, one.tags, held_by, one.public_ip_ids, None, one.provisioning.lower() == GOING)


async def _address(machines: Machines, arm_id: str) -> Thing:
    one = await machines.get_public_ip(arm_id)
    held_by = (_owner_of(one.used_by),) if one.used_by is not None else ()
    return Thing(one.unique_id, one.tags, held_by, (), None, one.provisioning.lower() == GOING)


def _owner_of(configuration_id: str) -> str:
    """The card, gateway or balancer of an IP configuration."""
    return "/".join(configuration_id.split("/")[:9])


async def _disk(machines: Machines, arm_id: str) -> Thing:
    one = await machines.get_disk(arm_id)
    is_going = one.provisioning.lower() == GOING
    size = str(one.size_gib) if one.size_gib is not None else None
    return Thing(one.unique_id, one.tags, one.held_by, (), one.created_at, is_going, size, one.ownership_at)


async def _snapshot(machines: Machines, arm_id: str) -> Thing:
    one = await machines.get_snapshot(arm_id)
    return Thing(one.unique_id, one.tags, (), (), one.created_at, one.provisioning.lower() == GOING)
