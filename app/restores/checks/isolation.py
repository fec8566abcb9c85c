"""Whether a restored machine in a subnet could reach production, or be reached from there. Pure.

A restored machine has the name, the identity and the secrets of the one it was made of: where it can reach production,
it acts there as that one. So a test is refused unless the network has no peering and no gateway, the subnet has a
security group whose rules and a route table whose routes lead nowhere else, no machine that is backed up lives in the
resource group, and only machines that tests and rehearsals made live in the network: a machine that is not backed up
here may be production all the same. What Azure does not say counts as a way.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.azure.compute.values import Network, RouteTable, SecurityGroup, Subnet
from app.core.letter_case import fold_case
from app.restores.checks.isolation_rules import routes_lead, rules_let

Way = Literal[
    "peering",
    "gateway",
    "no_security_group",
    "rule",
    "internet",
    "route",
    "production_vm",
    "production_group",
    "in_use",
    "subnet_missing",
    "not_known",
]


@dataclass(frozen=True, slots=True)
class Around:
    """What was read beside the network itself."""

    group: SecurityGroup | None = None
    """The security group of the subnet; None where it has none, or it is gone."""
    table: RouteTable | None = None
    """The route table of the subnet, likewise."""
    machines: Collection[str] = ()
    """Ids of the VMs with a card in the network."""
    others: Collection[str] = ()
    """Ids of what else has an address in it: private endpoints, balancers, scale sets. Not gateways and bastions."""
    cards: int = 0
    """How many cards the network has."""
    unread: int = 0
    """How many of these were not looked at."""


@dataclass(frozen=True, slots=True)
class KnownMachines:
    """Folded ids of VMs, by our rows."""

    backed_up: Collection[str] = frozenset()
    """VMs that are: production."""
    practice: Collection[str] = frozenset()
    """VMs that tests and rehearsals of the tenant made."""


KnownNow = Callable[[], Awaitable[KnownMachines]]
"""Reads them. Called after Azure was looked at: a machine is on record before it is made, so what a look shows of our
own is known then. Read before the look, one that another worker began meanwhile counted as production."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the subnet is not isolated."""

    way: Way
    id: str
    """ARM id of what was found; of what is missing, the subnet's or the network's."""
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"way": self.way, "id": self.id, "detail": self.detail}


def ways_out(
    network: Network, subnet_id: str, around: Around, known: KnownMachines, *, allow_internet: bool = False
) -> list[Finding]:
    """Every way that was found; empty = isolated. `allow_internet`: the caller wants the machines to reach it."""
    return [
        *_of_peerings(network),
        *_of_gateways(network),
        *_of_subnet(network, subnet_id, around, allow_internet=allow_internet),
        *_of_neighbours(network, around, known),
    ]


def _of_neighbours(network: Network, around: Around, known: KnownMachines) -> Iterator[Finding]:
    for vm_id in sorted(around.machines):
        key = fold_case(vm_id)
        if key in known.backed_up:
            yield Finding("production_vm", vm_id, f"{_name(vm_id)}, which is backed up, has a card in this network")
        elif key not in known.practice:
            yield Finding("in_use", vm_id, f"{_name(vm_id)}, which no test or rehearsal made, has a card in it")
    for other in sorted(around.others):
        yield Finding("in_use", other, f"{_name(other)} has an address in the network")
    if around.unread:
        words = f"only {around.cards - around.unread} of its {around.cards} cards were looked at"
        yield Finding("not_known", network.id, words)


def _of_peerings(network: Network) -> Iterator[Finding]:
    if network.peerings is None:
        yield Finding("not_known", network.id, "Azure's list of peerings cannot be read")
    for peering in network.peerings or ():
        if peering.state.lower() != "disconnected":
            remote = _name(peering.remote_network_id or "a network that is not named")
            yield Finding("peering", peering.id, f"the peering {peering.name} leads to {remote}")


def _of_gateways(network: Network) -> Iterator[Finding]:
    if network.gateway_ids is None:
        yield Finding("not_known", network.id, "Azure's list of subnets cannot be read, so neither can its gateways")
    for gateway in network.gateway_ids or ():
        yield Finding("gateway", gateway, f"the gateway {_name(gateway)} is in the network")


def _of_subnet(network: Network, subnet_id: str, around: Around, *, allow_internet: bool) -> Iterator[Finding]:
    subnet, group = network.subnet(subnet_id), around.group
    if subnet is None:
        yield Finding("subnet_missing", subnet_id, f"{_name(network.id)} has no such subnet")
        return
    if subnet.security_group_id is None or group is None:
        yield Finding("no_security_group", subnet.id, f"the subnet {subnet.name} has no security group")
    elif group.rules is None:
        yield Finding("not_known", group.id, f"the rules of {_name(group.id)} cannot be read")
    else:
        for rule in rules_let(group.rules, "outbound", network.prefixes):
            if not (rule.is_internet and allow_internet):
                way: Way = "internet" if rule.is_internet else "rule"
                yield Finding(way, group.id, f"the rule {rule.name} of {_name(group.id)} lets out to {rule.to}")
        for rule in rules_let(group.rules, "inbound", network.prefixes):
            yield Finding("rule", group.id, f"the rule {rule.name} of {_name(group.id)} lets in from {rule.to}")
    yield from _of_routes(subnet, around.table)


def _of_routes(subnet: Subnet, table: RouteTable | None) -> Iterator[Finding]:
    if subnet.route_table_id is None:
        return
    if table is None or table.routes is None:
        yield Finding("not_known", subnet.route_table_id, f"{_name(subnet.route_table_id)} cannot be read")
        return
    for route in routes_lead(table.routes):
        yield Finding("route", table.id, f"the route {route.name} of {_name(table.id)} leads to {route.to}")


def in_group(resource_group_id: str, backed_up: Collection[str]) -> list[Finding]:
    """VMs that are backed up and live in the resource group: a test may neither be mixed with them nor delete there."""
    start = f"{fold_case(resource_group_id).rstrip('/')}/"
    names = sorted(_name(one) for one in backed_up if one.startswith(start))
    if not names:
        return []
    said = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return [Finding("production_group", resource_group_id, f"{said} live in {_name(resource_group_id)}")]


def said(findings: Sequence[Finding]) -> str:
    """One sentence about all of them."""
    return "; ".join(one.detail for one in findings) + "."


def _name(arm_id: str) -> str:
    return arm_id.rstrip("/").rpartition("/")[2]
