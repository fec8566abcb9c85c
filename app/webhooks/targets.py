"""Where a webhook may lead: which URLs, and which addresses of their hosts. Pure.

A URL is written by a caller, its host is resolved by a name server that the caller may own, and the call is made from
inside the operator's network. So every address is checked, and what is not known to be public is refused. Python's
`is_global` is no help: it is true for 168.63.129.16 (Azure's wire server) and for addresses that carry another one in
them (NAT64, 6to4). The blocks are those of IANA's special-purpose registries (RFC 6890).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from app.core.networks import LOOPBACK, NEVER, Address, Network, holds, networks

MAX_URL = 2000
MAX_HOST = 253


class TargetForbidden(Exception):
    """This target is never called; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that could be called, once its addresses are checked."""

    url: str
    """In its usual spelling: scheme and host in lower case, the host in ASCII."""
    scheme: str
    host: str
    """A name in ASCII without a dot at its end, or an address without brackets."""
    port: int
    path: str
    """With its query."""

    @property
    def host_header(self) -> str:
        """As HTTP writes it: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SIMPLE = re.compile(r"[\x21-\x7e]+")


def target_of(url: str, *, simulator: bool) -> Target:
    """The parts of a URL. Raises TargetForbidden for one that has no plain meaning, or is no https.

    `simulator`: http is a scheme too then (`check_addresses` allows it to loopback only).
    """
    if len(url) > MAX_URL:
        raise TargetForbidden(f"it is longer than {MAX_URL} characters")
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in url):
        raise TargetForbidden("it holds a space, a control character or a backslash")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise TargetForbidden("it cannot be read as a URL") from None
    if parts.scheme not in (_PORTS if simulator else {"https"}):
        raise TargetForbidden("it is not https")
    if "@" in parts.netloc:
        raise TargetForbidden("it holds a user name")
    if parts.fragment or url.endswith("#"):
        raise TargetForbidden("it holds a fragment, which is never sent")
    if port == 0 or parts.netloc.endswith(":"):
        raise TargetForbidden("its port is not a number from 1 to 65535")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _SIMPLE.fullmatch(path):
        raise TargetForbidden("its path holds characters that must be written as %xx")
    target = Target("", parts.scheme, _host_of(host or ""), port or _PORTS[parts.scheme], path)
    whole = f"{target.scheme}://{target.host_header}{target.path}"
    return Target(whole, target.scheme, target.host, target.port, target.path)


def _host_of(written: str) -> str:
    """The host in the one spelling that is resolved. Raises TargetForbidden."""
    if "%" in written:
        raise TargetForbidden("its host holds a zone or a % sign")
    if ":" in written:
        try:
            return str(IPv6Address(written))
        except ValueError:
            raise TargetForbidden("its host is no IPv6 address") from None
    host = _ascii(written)
    host = host.removesuffix(".")
    labels = host.split(".")
    if not host or len(host) > MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetForbidden("its host is empty, or no name of a host")
    if _NUMBER.fullmatch(labels[-1]):
        # A host whose last part is a number is an address in every resolver: 2130706433, 0x7f.1, 0177.0.0.1.
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise TargetForbidden("its host is an address in an unusual spelling") from None
    if len(labels) == 1 and host != "localhost":
        raise TargetForbidden("its host is a name without a domain, which each resolver completes in its own way")
    return host


def _ascii(host: str) -> str:
    """A name of other letters in ASCII; wide digits and dots become plain ones by it, too."""
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except (UnicodeError, ValueError):
        raise TargetForbidden("its host cannot be written in ASCII") from None


# --- addresses -------------------------------------------------------------------------------------------------------
PRIVATE = {
    "a private address": networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "an address shared by a carrier's customers": networks("100.64.0.0/10"),
    "a reserved address": networks("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23", "5f00::/16"),
    "an address for documentation or measurements": networks(
        "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20", "100::/64"
    ),
}
"""What only a network of HOLDFAST_WEBHOOK_ALLOWED_NETWORKS allows."""
PUBLIC_IPV6 = IPv6Network("2000::/3")
"""All that IANA has given out; the rest is reserved."""


def forbidden(address: Address, allowed: Sequence[Network], *, simulator: bool) -> str | None:
    """What forbids this address; None = it may be called."""
    if holds(LOOPBACK, address):
        return None if simulator else "a loopback address"
    for why, blocks in NEVER.items():
        if holds(blocks, address):
            return why
    if holds(allowed, address):
        return None
    for why, blocks in PRIVATE.items():
        if holds(blocks, address):
            return why
    if isinstance(address, IPv6Address) and address not in PUBLIC_IPV6:
        return "a reserved address"
    return None


def check_addresses(
    target: Target, found: Sequence[str], allowed: Sequence[Network], *, simulator: bool
) -> tuple[Address, ...]:
    """The addresses of the target's host, all of them checked: one that is forbidden forbids the target.

    `found`: as the resolver wrote them. Raises TargetForbidden; it names no address, so that callers cannot read an
    inner name server by it.
    """
    addresses: list[Address] = []
    for word in found:
        try:
            address = ip_address(word.partition("%")[0])
        except ValueError:
            raise TargetForbidden("its host has an address that cannot be read") from None
        why = forbidden(address, allowed, simulator=simulator)
        if why is not None:
            raise TargetForbidden(f"its host has {why}")
        if target.scheme == "http" and not holds(LOOPBACK, address):
            raise TargetForbidden("it is not https")
        addresses.append(address)
    return tuple(dict.fromkeys(addresses))
