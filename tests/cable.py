"""A cable between Holdfast and its Postgres that a test can cut and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self
from urllib.parse import parse_qs, urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cable:
    """A TCP proxy on a free port of its own. `url` is the same database, at the near end of the cable."""

    def __init__(self, database_url: str) -> None:
        self._far = urlsplit(database_url)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._port = 0
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        user = self._far.netloc.rpartition("@")[0]
        return f"postgresql://{user}@127.0.0.1:{self._port}{self._far.path}"

    async def mend(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def cut(self) -> None:
        """Everything in flight breaks, and nobody can connect any more."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:  # first: since Python 3.12 a server is closed when its last connection is
            writer.transport.abort()
        await self._server.wait_closed()
        self.thaw()
        await asyncio.gather(*self._carrying)

    def hush(self) -> None:
        """Nothing comes through any more, and nothing breaks: as before a server that is frozen."""
        self._flows.clear()

    def thaw(self) -> None:
        """What was held up arrives."""
        self._flows.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        self._writers.add(writer)
        far_reader, far_writer = await self._far_end()
        ends = {writer, far_writer}
        self._writers |= ends
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        for end in ends:
            end.close()
            with suppress(OSError):
                await end.wait_closed()
        self._writers -= ends
        self._carrying.discard(task)

    async def _far_end(self) -> Streams:
        query = parse_qs(self._far.query)
        if "host" in query:
            port = query.get("port", ["5432"])[0]
            return await asyncio.open_unix_connection(f"{query['host'][0]}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._far.hostname, self._far.port or 5432)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()


@asynccontextmanager
async def cable(database_url: str) -> AsyncIterator[Cable]:
    """A mended cable; cut after the block."""
    laid = await Cable(database_url).mend()
    yield laid
    await laid.cut()
