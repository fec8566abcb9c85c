"""Streams over processes and networks: another API process, a proxy that cuts and half-closes, and SIGTERM."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.dev.tokens import fetch_token
from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from app.main import DRAIN_SECONDS
from tests.bench.caller import ask, request_bytes
from tests.bench.stack import Bench, Process, bench
from tests.events.changes import add
from tests.events.streaming import SECONDS, Parser, opened
from tests.resource_pool import borrowed_app
from tests.whole import only_whole
from tests.world import HOME, World

RENAMES = 12
END_SECONDS = DRAIN_SECONDS + 4.0
"""From SIGTERM to the end of the process, on a machine that others use, too."""


async def test_what_one_process_commits_another_streams_and_answers(world: World) -> None:
    """A stream and a conditional GET at one API, the change through the other, or by a worker."""
    path, token = f"/v1/tenants/{HOME}", world.token()
    with borrowed_app(world.settings, world.http) as other:
        async with (
            other.router.lifespan_context(other),
            httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://other.test") as api,
            opened(other, token) as stream,
        ):
            api.headers["Authorization"] = f"Bearer {token}"
            etag = (await api.get(path)).headers["ETag"]
            asked = asyncio.create_task(api.get(path, headers={"If-None-Match": etag, "Prefer": "wait=50"}))
            await add(world, "by-a-worker")
            renamed = await world.api.patch(path, json={"name": "renamed"}, headers={"If-Match": "*"})
            assert renamed.status_code == 200
            answer = await asyncio.wait_for(asked, SECONDS)
            assert (answer.status_code, answer.json()["name"]) == (200, "renamed")
            other.state.services.feed.wake(HOME)  # the worker of a test tells its own process only
            events = await stream.take(2)
    assert [event["data"]["data"]["name"] for event in events] == ["by-a-worker", "renamed"]


# --- real processes --------------------------------------------------------------------------------------------------
class Proxy:
    """A TCP proxy that passes on each byte at once."""

    def __init__(self, url: str) -> None:
        self._far = urlsplit(url)
        self._pairs: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = []
        self._tasks = set[asyncio.Task[None]]()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            self.cut()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Both ends break, in the middle of whatever was on its way."""
        for pair in self._pairs:
            for writer in pair:
                writer.transport.abort()
        self._pairs.clear()

    def half_close(self) -> None:
        """The client hears the end of the answer; the server hears nothing yet."""
        for client, _ in self._pairs:
            with suppress(OSError):
                client.write_eof()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        self._pairs.append((writer, far_writer))
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.write_eof()


class Reader:
    """A client that comes back with the id of the last event that it saw, wherever it is sent to."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._last_id = ""
        self.names: list[str] = []
        self.url = ""
        self.connections = 0
        self._news = asyncio.Event()

    @asynccontextmanager
    async def reading(self, url: str) -> AsyncIterator[None]:
        self.url = url
        task = asyncio.create_task(self._run())
        try:
            await self.until(connections=1)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=None, trust_env=False) as http:  # noqa: S113 - a stream has no end
            while True:
                with suppress(httpx.TransportError):
                    await self._read(http)
                await asyncio.sleep(0.05)

    async def _read(self, http: httpx.AsyncClient) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "text/event-stream"}
        headers |= {"Last-Event-ID": self._last_id} if self._last_id else {}
        wanted = {"type": "holdfast.tenant.changed"}
        async with http.stream("GET", f"{self.url}/v1/events", params=wanted, headers=headers) as answer:
            assert answer.status_code == 200
            self.connections += 1
            parser = Parser(self._last_id)
            try:
                async for piece in answer.aiter_bytes():
                    for event in parser.feed(piece):
                        self.names.append(event["data"]["data"]["name"])
                    self._news.set()
            finally:
                self._last_id = parser.last_id

    async def until(self, *, connections: int = 0, names: int = 0) -> None:
        async with asyncio.timeout(SECONDS):
            while self.connections < connections or len(self.names) < names:
                self._news.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.2)


class Writer:
    """Renames the tenant through one API, again and again."""

    def __init__(self, process: Process, token: str) -> None:
        self._url = process.url
        self._headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        self._path = ""
        self.names: list[str] = []

    async def begin(self) -> None:
        me: Any = (await ask(self._url, request_bytes("GET", "/v1/me", self._headers))).json()
        self._path = "/v1/tenants/{}".format(me["tenants"][0]["id"])

    async def rename(self) -> None:
        name = f"name-{len(self.names)}"
        answer = await ask(self._url, request_bytes("PATCH", self._path, self._headers, {"name": name}))
        assert answer.status == 200, answer.content
        self.names.append(name)


def token_of(made: Bench) -> str:
    return fetch_token(made.issuer, principal="streams", roles=(*ROLES, PLATFORM_ADMIN))


@only_whole
async def test_a_stream_survives_cuts_half_closes_and_the_end_of_its_process() -> None:
    """Two real processes; the events are committed through one, and read from the other through a proxy."""
    with bench(durable=False) as made:
        async with made.api() as one, made.api() as two:
            writer, reader, proxy = Writer(one, token_of(made)), Reader(token_of(made)), Proxy(two.url)
            await writer.begin()
            async with proxy.serving() as url, reader.reading(url):
                await _through_cuts(writer, reader, proxy)
                took = await _through_the_end(writer, reader, two, one)
    assert reader.names == writer.names
    assert took < END_SECONDS


async def _through_cuts(writer: Writer, reader: Reader, proxy: Proxy) -> None:
    for number in range(RENAMES):
        await writer.rename()
        if number % 3 == 1:
            before = reader.connections
            (proxy.cut if number % 2 else proxy.half_close)()
            await writer.rename()
            await reader.until(connections=before + 1)
    await reader.until(names=len(writer.names))


async def _through_the_end(writer: Writer, reader: Reader, ending: Process, other: Process) -> float:
    """SIGTERM for the process that the stream comes from: the seconds until it has ended."""
    before, began = reader.connections, time.monotonic()
    os.kill(ending.pid, signal.SIGTERM)
    await writer.rename()
    reader.url = other.url  # as a load balancer sends it
    async with asyncio.timeout(SECONDS):
        while _is_running(ending.pid):  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.02)
    took = time.monotonic() - began
    await reader.until(connections=before + 1)
    await writer.rename()
    await reader.until(names=len(writer.names))
    return took


def _is_running(pid: int) -> bool:
    """Our own child is a zombie until it is waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
