"""Looks at the network of a target, and whether it leads to production."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from app.azure import names
from app.azure.compute.ports import Machines, Networks
from app.azure.compute.values import Network, NetworkInterface
from app.azure.errors import AzureNotFound
from app.core.gather_isolated import all_or_none
from app.restores.checks.isolation import Around, Finding, KnownMachines, KnownNow, said, ways_out
from app.restores.errors import TargetNotIsolated

Read = TypeVar("Read")
MOST_CARDS = 200
"""Cards of a network whose machines are looked at; more of them live in no network for tests."""
READ_AT_ONCE = 8
"""Cards that are read at the same time: two hundred one after another take longer than a preflight has."""
REQUESTS = 6
"""What a look asks of Azure, about."""
GOOD_FOR_SECONDS = 20.0
"""How long runs of one round share a look: a hundred that begin together would ask for the same network each."""


NAMED_OTHERWISE: Final = ("/virtualnetworkgateways/", "/bastionhosts/")
"""Users of addresses that are a finding of their own, or a way for people to look at a machine."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What Azure shows of a target. `network` None: it is not there."""

    network: Network | None
    around: Around


async def find_ways_out(
    networks: Networks, machines: Machines, subnet_id: str, known: KnownNow, *, allow_internet: bool = False
) -> list[Finding]:
    """Every way from the subnet to production; empty = isolated. AzureError: it could not be looked at.

    A network that is not there is a finding.
    """
    looked = await look_around(networks, machines, subnet_id)
    return _judged(looked, subnet_id, await known(), allow_internet=allow_internet)


async def look_around(networks: Networks, machines: Machines, subnet_id: str) -> Looked:
    """The network, and what is around the subnet. Raises AzureError."""
    try:
        network = await networks.get(_network_of(subnet_id))
    except AzureNotFound:
        return Looked(None, Around())
    subnet = network.subnet(subnet_id)
    cards, others = _users_of(network)
    group, table, (used_by, holders) = await all_or_none(
        _if_there(networks.get_security_group, subnet.security_group_id if subnet is not None else None),
        _if_there(networks.get_route_table, subnet.route_table_id if subnet is not None else None),
        _holders_of(machines, cards[:MOST_CARDS]),
    )
    unread = max(0, len(cards) - MOST_CARDS)
    return Looked(network, Around(group, table, used_by, [*others, *holders], len(cards), unread))


def _judged(looked: Looked, subnet_id: str, known: KnownMachines, *, allow_internet: bool) -> list[Finding]:
    if looked.network is None:
        name = _network_of(subnet_id).rpartition("/")[2]
        return [Finding("subnet_missing", subnet_id, f"the network {name} is not there")]
    return ways_out(looked.network, subnet_id, looked.around, known, allow_internet=allow_internet)


class RecentLooks:
    """Looks of the last seconds, each made once. One that failed is made again."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[float, asyncio.Task[Any]]] = {}

    async def find_ways_out(
        self,
        networks: Networks,
        machines: Machines,
        subnet_id: str,
        known: KnownNow,
        *,
        allow_internet: bool = False,
    ) -> list[Finding]:
        """As `find_ways_out`. What is shared is what Azure shows, so each caller judges by its own rows."""
        looked = await self._shared(("around", subnet_id), lambda: look_around(networks, machines, subnet_id))
        return _judged(looked, subnet_id, await known(), allow_internet=allow_internet)

    async def location_of(self, networks: Networks, subnet_id: str) -> str | None:
        """The region of the subnet's network. Raises AzureError: AzureNotFound where there is no such network."""
        network_id = _network_of(subnet_id)
        network = await self._shared(network_id, lambda: networks.get(network_id))
        return network.location

    async def _shared(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, Read]]) -> Read:
        now = asyncio.get_running_loop().time()
        self._made = {one: made for one, made in self._made.items() if _is_good(made, now)}
        if key not in self._made:
            self._made[key] = (now, asyncio.ensure_future(look()))
        # One that gives up must not take the answer away from the others.
        found: Read = await asyncio.shield(self._made[key][1])
        return found


def _network_of(subnet_id: str) -> str:
    return subnet_id.rpartition("/subnets/")[0]


def _is_good(made: tuple[float, asyncio.Task[Any]], now: float) -> bool:
    at, look = made
    failed = look.done() and (look.cancelled() or look.exception() is not None)
    return now < at + GOOD_FOR_SECONDS and not failed


async def _if_there(read: Callable[[str], Awaitable[Read]], resource_id: str | None) -> Read | None:
    if resource_id is None:
        return None
    try:
        return await read(resource_id)
    except AzureNotFound:
        return None


def _users_of(network: Network) -> tuple[list[str], list[str]]:
    """Ids of the network's cards; and of what has an address in it and is no card that can be read by itself."""
    cards, others = set(), set()
    for used in (used for subnet in network.subnets or () for used in subnet.used_by):
        owner = "/".join(used.split("/")[:9])
        folded = owner.lower()
        if "/providers/microsoft.network/networkinterfaces/" in folded:
            cards.add(owner)
        elif not any(word in folded for word in NAMED_OTHERWISE):
            others.add(owner)
    return sorted(cards), sorted(others)


async def _holders_of(machines: Machines, cards: Sequence[str]) -> tuple[list[str], list[str]]:
    """The VMs that have these cards; what else has one. A card that is on nothing, or has gone meanwhile, is no one's.

    What is on no machine reaches nothing; put on one it is found at the next look.
    """
    places = asyncio.Semaphore(READ_AT_ONCE)

    async def read(card: str) -> NetworkInterface | None:
        async with places:
            return await _if_there(machines.get_interface, card)

    found = [one for one in await all_or_none(*map(read, cards)) if one is not None]
    used_by = [one.vm_id for one in found if one.vm_id is not None]
    return used_by, [one.holder_id for one in found if one.vm_id is None and one.holder_id is not None]


def check_isolated(subnet_id: str, findings: Sequence[Finding]) -> None:
    """Raises TargetNotIsolated, which names every way."""
    if findings:
        subnet = names.parse_subnet_id(subnet_id)
        raise TargetNotIsolated(
            f"{subnet.virtual_network}/{subnet.name} is not isolated: {said(findings)}",
            pointer="#/target/subnet_id",
            remedy="Use a resource group and a network of their own, without peerings, gateways, routes and "
            "other machines, and a security group that denies the internet (or say allow_internet).",
            findings=[one.as_json() for one in findings],
        )
