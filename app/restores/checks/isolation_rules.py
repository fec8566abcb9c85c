"""What the rules of a security group, and the routes of a route table, let pass out of a subnet and into it. Pure.

A rule that allows is named unless it leads only to the network itself, or an earlier rule denies all of it. What is not
understood is named, too: a rule that cannot be read may allow anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Literal

from app.azure.compute.values import Route, SecurityRule

Prefix = IPv4Network | IPv6Network
EVERYTHING: Final = frozenset({"*", "any", "0.0.0.0/0", "::/0"})
OWN: Final = frozenset({"virtualnetwork", "azureloadbalancer"})
"""The network itself, where it has no peering and no gateway; and the address from which Azure asks for health."""
PLATFORM: Final = frozenset({"168.63.129.16", "169.254.169.254", "azureplatformdns", "azureplatformimds"})
"""Azure's own services of each machine: its agent needs them, and nothing of production is behind them."""
HARMLESS_HOPS: Final = frozenset({"none", "vnetlocal", "internet"})
"""What goes to the internet is decided by the rules."""


@dataclass(frozen=True, slots=True)
class Let:
    """What passes. `is_internet`: only what is in the internet, on the way out."""

    name: str
    to: str
    is_internet: bool = False


def rules_let(
    rules: Sequence[SecurityRule], direction: Literal["inbound", "outbound"], own: Sequence[str]
) -> Iterator[Let]:
    """Each rule that lets pass what is not the network's own. `own`: its address prefixes."""
    home = [one for text in own if (one := _prefix(text)) is not None]
    denied: set[str] = set()
    blocked: list[Prefix] = []
    for rule in sorted(rules, key=lambda one: one.priority):
        ends = rule.destinations if direction == "outbound" else rule.sources
        if rule.direction != direction:
            continue
        if rule.allows:
            yield from _passing(rule, direction, ends, home, blocked, denied)
        elif _denies_all(rule, direction):
            if any(end.lower() in EVERYTHING for end in ends):
                return
            denied |= {end.lower() for end in ends}
            blocked += [one for end in ends if (one := _prefix(end)) is not None]


def _passing(
    rule: SecurityRule,
    direction: str,
    ends: Sequence[str],
    home: Sequence[Prefix],
    blocked: Sequence[Prefix],
    denied: set[str],
) -> Iterator[Let]:
    for end in ends:
        word, prefix = end.lower(), _prefix(end)
        if word in OWN | PLATFORM | denied or "/applicationsecuritygroups/" in word:
            continue
        if prefix is not None and any(_within(prefix, one) for one in (*home, *blocked)):
            continue
        is_internet = word in EVERYTHING or word == "internet" or prefix is None or prefix.is_global
        if is_internet and "internet" in denied:
            continue
        yield Let(rule.name, end, is_internet=is_internet and direction == "outbound")


def _denies_all(rule: SecurityRule, direction: str) -> bool:
    """Whether it denies each protocol, port and end of ours: one that denies less leaves a way."""
    ours = rule.sources if direction == "outbound" else rule.destinations
    return (
        rule.protocol in {"*", "Any"}
        and any(port in {"*", "0-65535"} for port in rule.destination_ports)
        and any(one.lower() in EVERYTHING | {"virtualnetwork"} for one in ours)
    )


def _prefix(text: str) -> Prefix | None:
    """None for a service tag, or for what is no address."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _within(inner: Prefix, outer: Prefix) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def routes_lead(routes: Sequence[Route]) -> Iterator[Let]:
    """Each route that leads to a gateway or an appliance, or that says where in a word that is not known."""
    for route in routes:
        if route.next_hop.lower() not in HARMLESS_HOPS:
            there = f"{route.next_hop or 'somewhere'}{f' {route.next_hop_ip}' if route.next_hop_ip else ''}"
            yield Let(route.name, f"{route.prefix} by {there}")
