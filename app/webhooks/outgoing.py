"""Calls a receiver: its host is resolved once, every address is checked, and a checked address is connected to.

Nothing else decides where a call goes: no redirect is followed, no proxy of the environment is asked, and each sending
looks again, because a name server may answer differently the second time (DNS rebinding).
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

import httpx

from app.core.networks import Address, Network
from app.core.settings import Settings
from app.webhooks.lookups import Lookups, LookupsBusy
from app.webhooks.rules import ANSWER_BYTES, Answer, Pace
from app.webhooks.targets import Target, TargetForbidden, check_addresses, target_of

RESOLVE_SECONDS = 5.0
ADDRESSES_TRIED = 3
USER_AGENT = "Holdfast-Webhooks/1"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
NO_LOOKUP = "not sent: too many names of your tenant's webhooks are being looked up"

Resolve = Callable[[str, str, int], Awaitable[Sequence[str]]]
"""For this tenant, the addresses of a host, as text. Raises OSError for one that has none, and LookupsBusy."""


class TargetUnresolved(Exception):
    """The host of the target has no address, or no name server answered."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A target and its addresses, all of which may be called."""

    target: Target
    addresses: tuple[Address, ...]


@lru_cache(maxsize=8)
def _tls(ca_file: str | None) -> ssl.SSLContext:
    """Read once: the roots of a system are some hundred certificates. `ca_file`: roots beside them."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


class Connections:
    """Kept open to one host at a time, and never shared: another host may have the same address.

    A connection belongs to the name for which its certificate was checked, and a pool knows addresses only. So another
    host gets a pool of its own; the earlier one is closed once nothing is under way in it.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._host: str | None = None
        self._newest: _Pool | None = None
        self._pools: set[_Pool] = set()

    @asynccontextmanager
    async def to(self, host: str) -> AsyncIterator[httpx.AsyncBaseTransport]:
        pool = self._newest
        if pool is None or host != self._host:
            pool, earlier = _Pool(self._make()), pool
            self._host, self._newest = host, pool
            self._pools.add(pool)
            await self._close_unused(earlier)
        pool.used += 1
        try:
            yield pool.transport
        finally:
            pool.used -= 1
            await self._close_unused(pool)

    async def _close_unused(self, pool: "_Pool | None") -> None:
        if pool is not None and pool is not self._newest and not pool.used:
            self._pools.discard(pool)
            await pool.transport.aclose()

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.transport.aclose()
        self._pools.clear()


@dataclass(slots=True, eq=False)
class _Pool:
    transport: httpx.AsyncBaseTransport
    used: int = 0


class Outgoing:
    """How this process calls receivers."""

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        simulator: bool = False,
        ca_file: str | None = None,
        resolve: Resolve | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`allowed`: private networks that may be called. `ca_file`: roots beside the system's. `resolve`: of tests."""
        self._allowed = allowed
        self._simulator = simulator
        self._resolve = resolve or Lookups().addresses
        self._pace = pace or Pace()
        self._tls = _tls(ca_file)

    @classmethod
    def of(cls, settings: Settings) -> "Outgoing":
        ca_file = settings.webhook_ca_file
        return cls(
            allowed=settings.webhook_networks,
            simulator=settings.simulator,
            ca_file=str(ca_file) if ca_file else None,
        )

    async def check(self, url: str, tenant: str) -> Checked:
        """Resolve the host for this tenant and check what was found; nothing is connected to.

        Raises TargetForbidden, TargetUnresolved, or LookupsBusy.
        """
        target = target_of(url, simulator=self._simulator)
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await self._addresses(target, tenant)
        except (OSError, UnicodeError, TimeoutError):
            raise TargetUnresolved("its host has no address, or no name server answered in time") from None
        addresses = check_addresses(target, found, self._allowed, simulator=self._simulator)
        if not addresses:
            raise TargetUnresolved("its host has no address")
        return Checked(target, addresses)

    async def _addresses(self, target: Target, tenant: str) -> Sequence[str]:
        try:
            return [str(ip_address(target.host))]  # nothing to look up
        except ValueError:
            return await self._resolve(tenant, target.host, target.port)

    @asynccontextmanager
    async def connections(self) -> AsyncIterator[Connections]:
        """Connections to one receiver, kept open for the block."""
        limits = httpx.Limits(max_connections=self._pace.at_once, max_keepalive_connections=self._pace.at_once)

        def make() -> httpx.AsyncBaseTransport:
            return httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=limits, retries=0)

        connections = Connections(make)
        try:
            yield connections
        finally:
            await connections.aclose()

    async def send(
        self, connections: Connections, url: str, tenant: str, headers: Mapping[str, str], body: str
    ) -> Answer:
        """One attempt. Never raises for what the receiver or the network does; that is in the answer."""
        try:
            async with asyncio.timeout(self._pace.timeout):
                checked = await self.check(url, tenant)
                async with connections.to(checked.target.host) as pool:
                    return await self._post(pool, checked, headers, body.encode())
        except LookupsBusy:
            return Answer(None, error=NO_LOOKUP, is_attempt=False)
        except TargetForbidden as why:
            return Answer(None, error=f"forbidden: {why}", is_forbidden=True)
        except TargetUnresolved:
            return Answer(None, error="the host could not be resolved")
        except (TimeoutError, httpx.TimeoutException):
            return Answer(None, error=f"no complete answer within {self._pace.timeout:g} s")
        except httpx.HTTPError as error:
            return Answer(None, error=_why(error))

    async def _post(
        self, pool: httpx.AsyncBaseTransport, checked: Checked, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        *others, last = checked.addresses[:ADDRESSES_TRIED]
        for address in others:
            try:
                return await self._post_to(pool, checked.target, address, headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # no connection was made, so nothing was sent
        return await self._post_to(pool, checked.target, last, headers, body)

    async def _post_to(
        self,
        pool: httpx.AsyncBaseTransport,
        target: Target,
        address: Address,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        host = f"[{address}]" if address.version == 6 else str(address)
        seconds = self._pace.timeout
        request = httpx.Request(
            "POST",
            f"{target.scheme}://{host}:{target.port}{target.path}",
            headers={
                "Host": target.host_header,
                "User-Agent": USER_AGENT,
                "Content-Type": CONTENT_TYPE,
                "Accept-Encoding": "identity",
                **headers,
            },
            content=body,
            extensions={
                # The name for which the certificate must be valid; the URL holds the address.
                "sni_hostname": target.host,
                "timeout": {"connect": seconds / 3, "read": seconds, "write": seconds, "pool": seconds},
            },
        )
        response = await pool.handle_async_request(request)
        try:
            kept = await _first_bytes(response)
        finally:
            await response.aclose()
        return Answer(
            response.status_code,
            kept.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
            retry_after=response.headers.get("retry-after"),
        )


async def _first_bytes(response: httpx.Response) -> bytes:
    kept = b""
    stream = response.stream
    if isinstance(stream, httpx.AsyncByteStream):
        async for chunk in stream:
            kept += chunk[: ANSWER_BYTES - len(kept)]
            if len(kept) >= ANSWER_BYTES:
                break
    return kept


def _why(error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or 'no reason given'}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection was cut" if isinstance(error, httpx.NetworkError) else "the answer is no HTTP"
