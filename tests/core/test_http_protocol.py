"""How long a caller may take over the head of a request, and over the answer: sockets that dribble, and ones that wait.

Each on the loop of the tests and on the one that the API runs on.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from app.core.http import http_protocol
from app.core.http.http_protocol import BoundedConnection
from app.core.settings import Settings
from app.main import serving
from tests.whole import some_of

SHORT = 0.4
LONG = 3600.0
WHOLE = b"GET / HTTP/1.1\r\nHost: holdfast.test\r\n\r\n"
BEGUN = b"GET / HTTP/1.1\r\nHost: holdfast.test\r\nX-Slow: "
Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=some_of([uvloop.new_event_loop, asyncio.new_event_loop], short=1))
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner.run


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", SHORT)
    monkeypatch.setattr(http_protocol, "UNREAD_SECONDS", LONG)
    monkeypatch.setattr(http_protocol, "LINGER_SECONDS", SHORT)
    return monkeypatch


async def answer_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class Served:
    def __init__(self, address: tuple[str, int], state: ServerState) -> None:
        self.address = address
        self.connections = state.connections
        self.tasks = state.tasks

    async def nobody_is_left(self) -> None:
        async with asyncio.timeout(20):
            while self.connections:  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # a connection tells nobody that it is gone


@asynccontextmanager
async def served(app: ASGIApp = answer_at_once, *, idle_seconds: float = LONG) -> AsyncIterator[Served]:
    """As uvicorn serves it."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_keep_alive=idle_seconds)  # type: ignore[arg-type]
    config.load()
    state = ServerState()
    door = socket.create_server(("127.0.0.1", 0))
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # or the kernel takes megabytes for a caller's sake
    server = await asyncio.get_running_loop().create_server(lambda: BoundedConnection(config, state, {}), sock=door)
    try:
        yield Served(server.sockets[0].getsockname(), state)
    finally:
        server.close()
        for task in state.tasks:
            task.cancel()
        for one in list(state.connections):
            assert isinstance(one, BoundedConnection)
            one.transport.abort()
        await asyncio.gather(*state.tasks, return_exceptions=True)


class Dialled:
    """A caller's end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def answer(self, body: bytes = b"ok") -> None:
        async with asyncio.timeout(20):
            said = await self.reader.readuntil(b"\r\n\r\n")
            assert said.startswith(b"HTTP/1.1 200"), said
            assert await self.reader.readexactly(len(body)) == body

    async def ask(self) -> None:
        self.writer.write(WHOLE)
        await self.answer()

    async def dribble(self, drop: bytes = b"x") -> tuple[float, bytes]:
        """A drop every now and then until the other end hangs up: after how many seconds it did, what it said."""
        clock = asyncio.get_running_loop()
        began, hearing = clock.time(), asyncio.create_task(self.reader.read())
        async with asyncio.timeout(20):
            while not hearing.done():
                self.writer.write(drop)
                await asyncio.wait([hearing], timeout=SHORT / 10)
        return clock.time() - began, hearing.result()


@asynccontextmanager
async def dialled(to: Served, **how: Any) -> AsyncIterator[Dialled]:
    reader, writer = await asyncio.open_connection(*to.address, **how)
    try:
        yield Dialled(reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def problem(said: bytes) -> tuple[int, str]:
    """Status and code of what is to be a complete answer that ends the connection."""
    head, _, body = said.partition(b"\r\n\r\n")
    status, *lines = head.decode().lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert (headers["content-type"], headers["connection"]) == ("application/problem+json", "close")
    assert headers["x-request-id"]
    assert headers["cache-control"] == "no-store"
    assert int(headers["content-length"]) == len(body)
    found = json.loads(body)
    assert found["status"] == int(status.split()[1])
    return found["status"], found["code"]


def test_a_head_that_comes_byte_by_byte_is_given_up(run: Run) -> None:
    async def story() -> None:
        async with served() as api, dialled(api) as caller:
            caller.writer.write(BEGUN)
            seconds, said = await caller.dribble()
            assert SHORT * 0.9 <= seconds < SHORT + 10
            assert problem(said) == (408, "head_too_slow")
            await api.nobody_is_left()

    run(story())


def test_so_is_one_that_begins_after_a_good_request_and_one_whose_caller_says_nothing(run: Run) -> None:
    async def story() -> None:
        async with served() as api:
            async with dialled(api) as caller:
                await caller.ask()
                caller.writer.write(BEGUN)
                assert problem((await caller.dribble())[1]) == (408, "head_too_slow")
            for drop in (b"", b"\r\n"):  # empty lines before a request are no request
                async with dialled(api) as silent:
                    seconds, said = await silent.dribble(drop)
                    assert (seconds < SHORT + 10, said) == (True, b"")
            await api.nobody_is_left()

    run(story())


def test_what_is_left_of_a_body_that_nobody_wanted_keeps_no_connection_open(run: Run) -> None:
    async def story() -> None:
        async with served() as api, dialled(api) as caller:
            caller.writer.write(b"POST / HTTP/1.1\r\nHost: holdfast.test\r\nContent-Length: 100000\r\n\r\n")
            await caller.answer()
            assert (await caller.dribble())[1] == b""
            await api.nobody_is_left()

    run(story())


def test_one_after_the_other_on_a_connection_that_is_older_than_a_head_may_be(run: Run) -> None:
    async def story() -> None:
        clock = asyncio.get_running_loop()
        async with served() as api, dialled(api) as caller:
            end, asked = clock.time() + 4 * SHORT, 0
            while clock.time() < end:
                await caller.ask()
                asked += 1
            assert asked > 4

    run(story())


def test_a_request_that_is_worked_on_for_long_and_one_whose_body_comes_slowly_are_left_alone(run: Run) -> None:
    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(3 * SHORT)
        await answer_at_once(scope, receive, send)

    async def story() -> None:
        async with served(slowly) as api, dialled(api) as caller:
            await caller.ask()
            caller.writer.write(b"POST / HTTP/1.1\r\nHost: holdfast.test\r\nContent-Length: 6\r\n\r\n")
            for _ in range(6):
                await asyncio.sleep(SHORT / 2)
                caller.writer.write(b"x")
            await caller.answer()

    run(story())


def test_requests_sent_at_once_are_all_answered_and_the_head_behind_them_is_timed(run: Run) -> None:
    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(SHORT)
        await answer_at_once(scope, receive, send)

    async def story() -> None:
        async with served(slowly) as api, dialled(api) as caller:
            caller.writer.write(3 * WHOLE + BEGUN)
            for _ in range(3):
                await caller.answer()
            assert problem((await caller.dribble())[1]) == (408, "head_too_slow")

    run(story())


def test_a_head_may_come_in_pieces(run: Run) -> None:
    async def story() -> None:
        async with served() as api, dialled(api) as caller:
            for at in range(len(WHOLE)):
                caller.writer.write(WHOLE[at : at + 1])
                await asyncio.sleep(0)
            await caller.answer()

    run(story())


def test_a_caller_that_sends_on_after_a_refusal_reads_why_to_its_end_and_is_cut_off_soon(run: Run) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with served() as api:
            with socket.create_connection(api.address) as caller:
                caller.setblocking(False)  # noqa: FBT003 - it takes no name
                await loop.sock_sendall(caller, b"this is no HTTP\r\n\r\n")
                said = await loop.sock_recv(caller, 65536)
                for _ in range(5):  # to a closed connection: it would be reset by now, and reading would fail
                    await loop.sock_sendall(caller, b"x")
                    await asyncio.sleep(0.02)
                while more := await loop.sock_recv(caller, 65536):
                    said += more
                assert problem(said) == (400, "malformed_request")
                await api.nobody_is_left()

    run(story())


@pytest.mark.parametrize("begin", [b"GET /", BEGUN], ids=["path", "header"])
def test_a_head_without_end_is_refused_whatever_the_line(run: Run, limits: pytest.MonkeyPatch, begin: bytes) -> None:
    limits.setattr(http_protocol, "HEAD_SECONDS", LONG)

    async def story() -> None:
        async with served() as api, dialled(api) as caller:
            caller.writer.write(begin + b"x" * (http_protocol.HEAD_LIMIT - len(begin)))
            await caller.writer.drain()
            assert not caller.reader.at_eof()
            caller.writer.write(b"x")
            async with asyncio.timeout(20):
                assert problem(await caller.reader.read()) == (431, "head_too_large")

    run(story())


def test_a_body_is_no_part_of_the_head_before_it_nor_of_the_one_behind_it(run: Run) -> None:
    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await answer_at_once(scope, receive, send)

    async def story() -> None:
        async with served(reading) as api, dialled(api) as caller:
            length = 3 * http_protocol.HEAD_LIMIT
            for _ in range(2):
                caller.writer.write(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % length)
                caller.writer.write(b"x" * length)
                await caller.answer()

    run(story())


def test_what_is_no_http_is_told_so_as_every_other_mistake_is(run: Run) -> None:
    async def story() -> None:
        async with served() as api, dialled(api) as caller:
            caller.writer.write(b"\x16\x03\x01\x02\x00\x01")  # a TLS client at a door without TLS
            async with asyncio.timeout(20):
                assert problem(await caller.reader.read()) == (400, "malformed_request")

    run(story())


def small_mouth(to: Served) -> socket.socket:
    """Of a caller that takes little at a time."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(to.address)
    made.setblocking(False)  # noqa: FBT003 - it takes no name
    return made


async def without_end(scope: Scope, receive: Receive, send: Send) -> None:
    """Goes on answering until the caller is gone."""
    del scope
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    leaving = asyncio.ensure_future(receive())
    while not leaving.done():
        await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await asyncio.sleep(0)


def test_a_caller_who_takes_nothing_of_a_long_answer_is_dropped_and_one_who_takes_it_slowly_is_not(
    run: Run, limits: pytest.MonkeyPatch
) -> None:
    limits.setattr(http_protocol, "UNREAD_SECONDS", 1.0)

    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with served(without_end) as api:
            with small_mouth(api) as taking, small_mouth(api) as silent:
                for one in (taking, silent):
                    await loop.sock_sendall(one, WHOLE)
                until: float | None = None
                while len(api.tasks) < 2:
                    await loop.sock_recv(taking, 65536)
                async with asyncio.timeout(30):
                    while until is None or loop.time() < until:
                        assert await loop.sock_recv(taking, 65536)
                        if until is None and len(api.connections) == 1 and len(api.tasks) == 1:
                            until = loop.time() + 2.0
                assert len(api.connections) == 1

    run(story())


MUCH = 1_000_000


async def much_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    """Over for the application, and not at all for the connection."""
    del scope, receive
    headers = [(b"content-length", b"%d" % MUCH)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * MUCH})


@pytest.mark.parametrize("idle_seconds", [SHORT / 4, LONG], ids=["closed by uvicorn meanwhile", "kept alive"])
def test_an_answer_that_was_given_and_is_not_taken_keeps_no_connection_open(
    run: Run, limits: pytest.MonkeyPatch, idle_seconds: float
) -> None:
    limits.setattr(http_protocol, "UNREAD_SECONDS", SHORT)

    async def story() -> None:
        async with served(much_at_once, idle_seconds=idle_seconds) as api:
            with small_mouth(api) as silent:
                await asyncio.get_running_loop().sock_sendall(silent, WHOLE)
                await api.nobody_is_left()

    run(story())


def test_one_that_is_taken_slowly_is_taken_whole_and_then_the_next_head_is_waited_for(
    run: Run, limits: pytest.MonkeyPatch
) -> None:
    limits.setattr(http_protocol, "UNREAD_SECONDS", 1.0)

    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with served(much_at_once) as api:
            with small_mouth(api) as slow:
                await loop.sock_sendall(slow, WHOLE)
                began, taken = loop.time(), 0
                while taken < MUCH:
                    taken += len(await loop.sock_recv(slow, 65536))
                    ahead = began + 3 * taken / MUCH - loop.time()
                    await asyncio.sleep(max(0.0, ahead))
                assert loop.time() - began > 2.5
                assert len(api.connections) == 1
                await api.nobody_is_left()
                assert await loop.sock_recv(slow, 65536) == b""

    run(story())


def test_the_api_is_served_so() -> None:
    server = serving(Settings(oidc_issuers=("https://issuer.example",)))
    server.config.load()
    assert server.config.http_protocol_class is BoundedConnection
