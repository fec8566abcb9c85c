"""Looks up the addresses of hosts, in threads of its own: the system's resolver blocks, for half a minute at worst.

The host is named by a tenant, who may own its name server. So one that is slow takes up one thread, however many events
wait for it; a tenant with many of them gets a share of the threads; and nothing else in the process uses these threads.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue

from app.webhooks.shares import Shares

AT_ONCE = 64
"""Names that a process looks up at once. A thread is made when it is needed, and kept."""

LookUp = Callable[[str, int], Sequence[str]]
"""The addresses of a host, as text; it may block. Raises OSError for one that has none."""
_Asked = tuple[asyncio.Future[Sequence[str]], str, int]


class LookupsBusy(Exception):
    """The tenant's share of the look-ups is taken, or the system gives no thread: nothing is known about this host."""


def system_addresses(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Lookups:
    """Those of one process."""

    def __init__(self, look_up: LookUp = system_addresses, *, at_once: int = AT_ONCE) -> None:
        self._look_up = look_up
        self._shares = Shares(at_once)
        self._under_way: dict[tuple[str, str, int], asyncio.Future[Sequence[str]]] = {}
        self._asked: SimpleQueue[_Asked] = SimpleQueue()
        self._threads = 0

    async def addresses(self, tenant: str, host: str, port: int) -> Sequence[str]:
        """Raises LookupsBusy, and what the look-up raises. One whose caller went away keeps its place.

        Who asks for a host that is being looked up for the tenant gets the same answer.
        """
        key = (tenant, host, port)
        found = self._under_way.get(key)
        if found is None:
            if not self._shares.take(tenant):
                raise LookupsBusy
            try:
                self._add_thread()
            except RuntimeError as error:  # the system gives no more threads now
                self._shares.give_back(tenant)
                raise LookupsBusy from error
            found = self._begin(key)
        return await asyncio.shield(found)

    def _add_thread(self) -> None:
        """Where none would be free for one more. Raises RuntimeError."""
        if self._threads > len(self._under_way):
            return
        # A daemon: a process that is to end does not wait for a name server.
        threading.Thread(target=self._work, name="webhook-lookup", daemon=True).start()
        self._threads += 1

    def _begin(self, key: tuple[str, str, int]) -> asyncio.Future[Sequence[str]]:
        found: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        self._under_way[key] = found
        found.add_done_callback(lambda done: self._end(key, done))
        self._asked.put((found, key[1], key[2]))
        return found

    def _end(self, key: tuple[str, str, int], done: asyncio.Future[Sequence[str]]) -> None:
        del self._under_way[key]
        self._shares.give_back(key[0])
        if not done.cancelled():
            done.exception()  # it may be that all have gone who waited for it

    def _work(self) -> None:
        while True:
            found, host, port = self._asked.get()
            try:
                addresses, error = self._look_up(host, port), None
            except Exception as raised:  # noqa: BLE001 - it is raised where it is waited for
                addresses, error = (), raised
            with suppress(RuntimeError):  # the loop has ended
                found.get_loop().call_soon_threadsafe(_settle, found, addresses, error)


def _settle(found: asyncio.Future[Sequence[str]], addresses: Sequence[str], error: Exception | None) -> None:
    if found.done():
        return
    if error is None:
        found.set_result(addresses)
    else:
        found.set_exception(error)
