"""A client of server-sent events, over ASGI: httpx's own transport gives an answer only when it has ended."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI

SECONDS = 20.0
"""How long something that must come is waited for."""


@dataclass(slots=True)
class Parser:
    """As the HTML standard reads an event stream, section 9.2.6: an event counts once its empty line is there."""

    last_id: str = ""
    _rest: bytes = b""
    _block: list[str] = field(default_factory=list)

    def feed(self, more: bytes) -> list[dict[str, Any]]:
        """The events that are complete with these bytes."""
        *lines, self._rest = (self._rest + more).split(b"\n")
        found = []
        for line in lines:
            if line:
                self._block.append(line.decode())
                continue
            fields = dict(one.split(": ", 1) for one in self._block if not one.startswith(":"))
            self._block = []
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                found.append({"id": fields["id"], "event": fields["event"], "data": json.loads(fields["data"])})
        return found


class Opened:
    """An answer that is still coming."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.bytes = b""
        self.parser = Parser()
        self.has_ended = False
        self._arrived: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.may_take = asyncio.Event()
        self.may_take.set()

    async def send(self, message: Any) -> None:
        await self.may_take.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.bytes += message.get("body", b"")
            self._arrived += self.parser.feed(message.get("body", b"")) if self.status == 200 else []
            self.has_ended = not message.get("more_body", False)
        self._news.set()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Until it holds, which is looked at with each line that comes."""
        async with asyncio.timeout(SECONDS):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def take(self, count: int) -> list[dict[str, Any]]:
        """The next events, once so many are there."""
        await self.until(lambda: len(self._arrived) >= count)
        taken, self._arrived = self._arrived[:count], self._arrived[count:]
        return taken

    async def is_open(self) -> None:
        await self.until(lambda: self.bytes or self.has_ended)

    async def ended(self) -> list[dict[str, Any]]:
        """All that came, once the answer has ended."""
        await self.until(lambda: self.has_ended)
        return self._arrived

    @property
    def problem(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bytes)
        return found


@asynccontextmanager
async def opened(
    app: FastAPI, token: str, path: str = "/v1/events", *, headers: Mapping[str, str] | None = None, **query: Any
) -> AsyncIterator[Opened]:
    """A stream, open until the block ends, when its client hangs up."""
    async with asking(
        app, token, path, headers={"accept": "text/event-stream"} | dict(headers or {}), **query
    ) as stream:
        await stream.is_open()
        yield stream


@asynccontextmanager
async def asking(
    app: FastAPI, token: str, path: str, *, headers: Mapping[str, str], **query: Any
) -> AsyncIterator[Opened]:
    """A GET whose client hangs up at the end of the block. Nothing need have come before."""
    said = {"authorization": f"Bearer {token}"} | dict(headers)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(query, doseq=True).encode(),
        "root_path": "",
        "server": ("test", 80),
        "client": ("127.0.0.1", 1),
        "app": app,
        "state": {},
        "headers": [(name.lower().encode(), value.encode()) for name, value in said.items()],
    }
    hung_up, asked = asyncio.Event(), False

    async def receive() -> Any:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await hung_up.wait()
        return {"type": "http.disconnect"}

    stream = Opened()
    running = asyncio.create_task(app(scope, receive, stream.send))
    running.add_done_callback(lambda _: stream._news.set())
    try:
        yield stream
    finally:
        stream.may_take.set()
        hung_up.set()
        await asyncio.wait_for(running, SECONDS)
