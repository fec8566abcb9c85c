"""What is in the target group before a restore is sent, and what a new VM is made of at its end: for a tear-down.

No restore waits long for it, and none fails by it: reading it takes rights that restores do not need
(docs/tear-down.md, What Holdfast knows of it). Where Azure refuses, it is on record as not known.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy.dialects.postgresql import insert

from app.azure.compute.ports import Machines
from app.azure.errors import AzureError, AzureRejected
from app.azure.live_reads import PATIENCE_SECONDS
from app.azure.values import AzureVm
from app.core.clock import monotonic_boottime
from app.core.db.database import NOW, Database
from app.core.gather_isolated import all_or_none
from app.core.letter_case import fold_case
from app.jobs.queue.fences import check_ours
from app.jobs.work import Ticket
from app.restores.models import RestoreInventory
from app.restores.results import Made, made_address, made_card, made_machine

log = structlog.get_logger()

Read = TypeVar("Read")

COUNTED: Final = frozenset(
    {
        "microsoft.compute/virtualmachines",
        "microsoft.compute/disks",
        "microsoft.compute/snapshots",
        "microsoft.network/networkinterfaces",
        "microsoft.network/publicipaddresses",
    }
)
"""The kinds of resources that a restore may make."""
EARLIER_ATTEMPT: Final = "An earlier attempt may have begun the restore, so its target is not as it was before."
SHARED_SECONDS: Final = 5.0
"""Restores into one group that are sent within this time share a list of it: a thousand at once are few reads."""
Before = Sequence[str] | str
"""What was listed, as `short_id` writes it; or why nothing was."""


class Inventories:
    """The records of workers, each in a transaction of its own: no Azure is asked in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note_before(self, ticket: Ticket, group_id: str, seen: Before) -> None:
        """What was listed, or why nothing was. Not where an earlier attempt noted it: that one may have acted.

        Raises AzureUnreachable (nothing was sent) where the job is another worker's: what a worker lists that was
        frozen may have been made by the restore.
        """
        known = not isinstance(seen, str)
        row: dict[str, Any] = {
            "restore_id": ticket.named_resource_id,
            "tenant": ticket.tenant,
            "group_id": group_id,
            "before": list(seen) if known else None,
            "before_error": None if known else {"detail": seen},
        }
        async with self._database.begin() as session:
            await check_ours(session, ticket, hold=True)
            new = insert(RestoreInventory).values(row)
            await session.execute(
                new.on_conflict_do_update(
                    index_elements=["restore_id"],
                    set_={"before": new.excluded.before, "before_error": new.excluded.before_error, "before_at": NOW},
                )
                if known
                else new.on_conflict_do_nothing()
            )


class GroupLists:
    """What is in target groups now, or was some seconds ago: each list is shared by the restores sent meanwhile."""

    def __init__(self, machines: Machines, monotonic: Callable[[], float] = monotonic_boottime) -> None:
        self._machines = machines
        self._monotonic = monotonic
        self._lists: dict[str, tuple[float, asyncio.Future[Before]]] = {}

    async def get(self, group_id: str) -> Before:
        now, key = self._monotonic(), fold_case(group_id)
        self._lists = {one: (at, read) for one, (at, read) in self._lists.items() if now - at < SHARED_SECONDS}
        if key not in self._lists:
            self._lists[key] = now, asyncio.ensure_future(list_before(self._machines, group_id))
        # One that waits and is cancelled does not end the list of the others.
        return await asyncio.shield(self._lists[key][1])


async def list_before(machines: Machines, group_id: str) -> Before:
    """The group's resources of the counted kinds; or why they are not known."""
    listed = await or_why(machines.list_group(group_id))
    if isinstance(listed, str):
        return listed
    if any(one.id is None for one in listed.unreadable):
        return "Azure's list of the group has an entry that cannot be read."
    unread = (one.id for one in listed.unreadable if one.id is not None)
    return sorted({short_id(one) for one in (*unread, *(one.id for one in listed if one.kind in COUNTED))})


async def parts_of(machines: Machines, vm: AzureVm) -> list[Made]:
    """The new machine, its cards and their addresses, as they are now. What cannot be read has no unique id."""
    cards = await all_or_none(*(or_why(machines.get_interface(one)) for one in vm.network_interface_ids))
    seen = list(zip(vm.network_interface_ids, cards, strict=True))
    addresses = [one for _, card in seen if not isinstance(card, str) for one in card.public_ip_ids]
    read = await all_or_none(*(or_why(machines.get_public_ip(one)) for one in addresses))
    look = await or_why(machines.look(vm.vm))
    return [
        made_machine(vm, None if isinstance(look, str) else look),
        *(made_card(id_, None if isinstance(card, str) else card) for id_, card in seen),
        *(made_address(id_, None if isinstance(one, str) else one) for id_, one in zip(addresses, read, strict=True)),
    ]


def short_id(arm_id: str) -> str:
    """`{type}/{name}` of a resource of a known group, folded."""
    return fold_case("/".join(arm_id.rstrip("/").split("/")[6:]))


async def or_why(read: Awaitable[Read], *, seconds: float = PATIENCE_SECONDS) -> Read | str:
    """What Azure answers in time; else why it did not."""
    try:
        async with asyncio.timeout(seconds):
            return await read
    except AzureRejected as refused:
        log.info("restore.inventory_not_read", azure_code=refused.code)
        return f"Azure refused it: {refused.code}: {refused.message}"[:500]
    except (AzureError, TimeoutError) as error:
        said = str(error) or "Azure did not answer in time."
        log.info("restore.inventory_not_read", error=said)
        return said[:500]
