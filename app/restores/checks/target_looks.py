"""Looks at the network of a target, and whether it leads to production."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Hashable, Sequence
from typing import Any, TypeVar

from app.azure import names
from app.azure.compute.ports import Machines, Networks
from app.azure.compute.values import Network
from app.azure.errors import AzureNotFound
from app.core.gather_isolated import all_or_none
from app.restores.checks.isolation import Around, Finding, said, ways_out
from app.restores.errors import TargetNotIsolated

Read = TypeVar("Read")
MOST_CARDS = 200
"""Cards of a network whose machines are looked at; more of them live in no network for tests."""
REQUESTS = 6
"""What a look asks of Azure, about."""
GOOD_FOR_SECONDS = 20.0
"""How long runs of one round share a look: a hundred that begin together would ask for the same network each."""


async def find_ways_out(
    networks: Networks,
    machines: Machines,
    subnet_id: str,
    backed_up: Collection[str],
    *,
    allow_internet: bool = False,
) -> list[Finding]:
    """Every way from the subnet to production; empty = isolated. AzureError: it could not be looked at.

    `backed_up`: folded ids of the VMs that are. A network that is not there is a finding.
    """
    network_id = _network_of(subnet_id)
    try:
        network = await networks.get(network_id)
    except AzureNotFound:
        return [Finding("subnet_missing", subnet_id, f"the network {network_id.rpartition('/')[2]} is not there")]
    subnet = network.subnet(subnet_id)
    cards = _cards_of(network)
    group, table, used_by = await all_or_none(
        _if_there(networks.get_security_group, subnet.security_group_id if subnet is not None else None),
        _if_there(networks.get_route_table, subnet.route_table_id if subnet is not None else None),
        _machines_of(machines, cards[:MOST_CARDS]),
    )
    around = Around(group, table, used_by)
    found = ways_out(network, subnet_id, around, backed_up, allow_internet=allow_internet)
    if len(cards) > MOST_CARDS:
        found.append(Finding("not_known", network.id, f"only {MOST_CARDS} of its {len(cards)} cards were looked at"))
    return found


class RecentLooks:
    """Looks of the last seconds, each made once. One that failed is made again."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[float, asyncio.Task[Any]]] = {}

    async def find_ways_out(
        self,
        networks: Networks,
        machines: Machines,
        subnet_id: str,
        backed_up: Collection[str],
        *,
        allow_internet: bool = False,
    ) -> list[Finding]:
        return await self._shared(
            (subnet_id, allow_internet, frozenset(backed_up)),
            lambda: find_ways_out(networks, machines, subnet_id, backed_up, allow_internet=allow_internet),
        )

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


def _cards_of(network: Network) -> list[str]:
    """Ids of the network's cards."""
    cards = {
        "/".join(used.split("/")[:9])
        for subnet in network.subnets or ()
        for used in subnet.used_by
        if "/networkinterfaces/" in used.lower()
    }
    return sorted(cards)


async def _machines_of(machines: Machines, cards: Sequence[str]) -> Sequence[str]:
    """The VMs that have these cards. A card that has gone meanwhile has none."""
    found: list[str] = []
    for card in cards:
        try:
            vm_id = (await machines.get_interface(card)).vm_id
        except AzureNotFound:
            continue
        if vm_id is not None:
            found.append(vm_id)
    return found


def check_isolated(subnet_id: str, findings: Sequence[Finding]) -> None:
    """Raises TargetNotIsolated, which names every way."""
    if findings:
        subnet = names.parse_subnet_id(subnet_id)
        raise TargetNotIsolated(
            f"{subnet.virtual_network}/{subnet.name} is not isolated: {said(findings)}",
            pointer="#/target/subnet_id",
            remedy="Use a resource group and a network of their own, without peerings, gateways and routes, and a "
            "security group that denies the internet (or say allow_internet).",
            findings=[one.as_json() for one in findings],
        )
