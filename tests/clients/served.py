"""A world of tests behind a real port: for clients that are processes or threads of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from app.core.db.database import NOT_NOW
from tests.world import World

PAUSE_SECONDS = 0.05
MOST_MISSES = 5
"""So often in a row jobs may not settle. Then the server ends, and so does each client that waits."""


class Served:
    """`url` answers as the world's API does. The worker goes on while `works`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.works = True


@asynccontextmanager
async def served(world: World) -> AsyncIterator[Served]:
    """Serve the world's API on a free port of the loopback, and let its jobs go on."""
    config = uvicorn.Config(world.app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    world.api_hears_of_events = True
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - it says nothing when it has
        await asyncio.sleep(0.005)
    found = Served(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    working = asyncio.create_task(_work(world, found))

    def end(_: object) -> None:
        """A client must not wait for jobs that no worker carries on."""
        server.should_exit = server.force_exit = True

    working.add_done_callback(end)
    try:
        yield found
    finally:
        working.cancel()
        await asyncio.wait([working])
        await serving
        if not working.cancelled():
            working.result()  # raises what ended it


async def _work(world: World, of: Served) -> None:
    misses = 0
    while True:
        await asyncio.sleep(PAUSE_SECONDS)
        if not of.works:
            continue
        try:
            await world.settle()
            misses = 0
        except (AssertionError, *NOT_NOW):  # not settled in its steps, or a busy machine: it goes on for a while
            misses += 1
            if misses == MOST_MISSES:
                raise
