"""A caller that costs next to nothing: prepared bytes over keep-alive sockets, answers cut at their Content-Length.

An HTTP library would use more of the processor than the API it measures. Only what our own servers answer is
understood: HTTP/1.1 with a Content-Length.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

SECONDS_TO_ANSWER = 30
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"

MakeRequest = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes
    took: float
    """Seconds from the first byte sent to the last byte received."""

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(slots=True)
class Load:
    """What came of a load: how many answers of which status in how many seconds, and how long each took."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def rate(self, status: int) -> float:
        """Answers of this status a second. Raises RuntimeError when there were others: that would be another figure."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"expected {status} only, got {dict(self.statuses)}")
        return self.statuses[status] / self.seconds


def request_bytes(method: str, path: str, headers: Mapping[str, str], body: object = None) -> bytes:
    """A whole request. The Host is anything: our servers do not look at it."""
    content = b"" if body is None else json.dumps(body).encode()
    more = {"Content-Type": "application/json", "Content-Length": str(len(content))} if content else {}
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: bench",
        *(f"{name}: {value}" for name, value in {**headers, **more}.items()),
    ]
    return "\r\n".join(lines).encode() + _HEAD_END + content


class Connection(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._sent_at = 0.0
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is no subclass

    def send(self, request: bytes) -> Awaitable[Answer]:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._received = b""
        self._sent_at = time.perf_counter()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, content = self._received.partition(_HEAD_END)
        if not end or self._answer is None or self._answer.done():
            return
        place = head.lower().index(_LENGTH) + len(_LENGTH)
        if len(content) >= int(head[place:].split(b"\r\n", 1)[0]):
            self._answer.set_result(Answer(int(head[9:12]), content, time.perf_counter() - self._sent_at))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError(f"the server closed the connection: {exc}"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(url: str) -> Connection:
    place = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, place.hostname or "", place.port or 80)
    return connection


async def ask(url: str, request: bytes) -> Answer:
    """One request on a connection of its own."""
    connection = await connect(url)
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            return await connection.send(request)
    finally:
        connection.close()


async def load(url: str, make_request: MakeRequest, *, connections: int, seconds: float) -> Load:
    """Keep `connections` requests under way for so many seconds, and wait for the answers still owed then."""
    opened = await asyncio.gather(*(connect(url) for _ in range(connections)))
    done = Load()
    began = time.perf_counter()

    async def keep_asking(connection: Connection) -> None:
        while not done.took or time.perf_counter() < began + seconds:
            answer = await connection.send(make_request())
            done.statuses[answer.status] += 1
            done.took.append(answer.took)

    try:
        async with asyncio.timeout(seconds + SECONDS_TO_ANSWER):
            await asyncio.gather(*(keep_asking(connection) for connection in opened))
    finally:
        for connection in opened:
            connection.close()
    done.seconds = time.perf_counter() - began
    return done
