"""Blocks of addresses that no call to a caller's URL may reach, and the networks that settings name. Pure.

The blocks are those of IANA's special-purpose registries (RFC 6890), and an address of Azure's platform.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(*words: str) -> tuple[Network, ...]:
    return tuple(ip_network(word) for word in words)


LOOPBACK = networks("127.0.0.0/8", "::1/128")
NEVER = {
    "Azure's own address for machines": networks("168.63.129.16/32"),
    "a link-local address": networks("169.254.0.0/16", "fe80::/10"),
    "an unspecified address": networks("0.0.0.0/8", "::/128"),
    "a multicast or broadcast address": networks("224.0.0.0/4", "255.255.255.255/32", "ff00::/8"),
    "an address that carries another one": networks(
        "::ffff:0:0/96", "::ffff:0:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"
    ),
}
"""What no setting allows: they reach the machine itself, its platform, or an address that was not looked at."""


def holds(blocks: Sequence[Network], address: Address) -> bool:
    return any(address.version == block.version and address in block for block in blocks)


def _lies_in(network: Network, blocks: Sequence[Network]) -> bool:
    return any(
        network.version == block.version and block.prefixlen <= network.prefixlen and network.network_address in block
        for block in blocks
    )


def allowed_networks(words: Sequence[str]) -> tuple[Network, ...]:
    """The networks of a setting. Raises ValueError, which names the first one that is none, or is never called."""
    found: list[Network] = []
    for number, word in enumerate(words, start=1):
        try:
            network = ip_network(word)
        except ValueError:
            raise ValueError(f"number {number} is not a network such as 10.20.0.0/16") from None
        for why, blocks in (*NEVER.items(), ("a loopback address", LOOPBACK)):
            if _lies_in(network, blocks):
                raise ValueError(f"number {number} is {why}, which is never called")
        found.append(network)
    return tuple(found)
