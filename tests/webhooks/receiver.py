"""A receiver of webhooks: a small HTTP server that verifies with the reference library, and can misbehave."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from standardwebhooks import Webhook as Reference


@dataclass(frozen=True, slots=True)
class Got:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def verify(self, secret: str) -> dict[str, Any]:
        """The event. Raises the library's error where no signature is of this secret."""
        found: dict[str, Any] = Reference(secret).verify(self.body, dict(self.headers))
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 204
    headers: Mapping[str, str] | None = None
    body: bytes = b""


Behave = Callable[[Got], Awaitable[Reply | bytes]]
"""Bytes are written as they are, and then nothing more comes."""


async def well(_got: Got) -> Reply | bytes:
    return Reply()


class Receiver:
    """Listens on a port of loopback for the block."""

    def __init__(self, behave: Behave = well, *, tls: ssl.SSLContext | None = None) -> None:
        self.behave = behave
        self._tls = tls
        self.got: list[Got] = []
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def __aenter__(self) -> Self:
        await self.come_up()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.go_down()

    async def come_up(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    def go_down(self) -> None:
        """No connection is accepted any more, and those that are open are cut."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, OSError, RuntimeError, asyncio.CancelledError):
                while True:
                    got = await _read(reader)
                    self.got.append(got)
                    reply = await self.behave(got)
                    writer.write(reply if isinstance(reply, bytes) else _written(reply))
                    await writer.drain()
                    if isinstance(reply, bytes):
                        await reader.read()  # until the other side closes
                        return
        finally:
            self._open.discard(writer)
            writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Got:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    lines = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in lines}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Got(head[0].split(" ")[1], headers, body)


def _written(reply: Reply) -> bytes:
    said = {"Content-Length": str(len(reply.body))} | dict(reply.headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"HTTP/1.1 {reply.status} X\r\n{head}\r\n".encode() + reply.body
