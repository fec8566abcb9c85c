"""The shape of every background loop: look, do what is due, sleep until the next thing is due or somebody wakes you.

`run_once()` is the whole loop body and the whole test surface. NOTIFY is a hint that shortens a sleep, never the only
way to learn of work: a loop looks anyway every `idle_seconds`, because notifications sent while the listener
reconnects are lost (measured).
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from app.core.database import DATABASE_AWAY

log = structlog.get_logger()

RunOnce = Callable[[], Awaitable[float | None]]
"""Do what is due. Answers how many seconds until more is due: 0 = at once, None = nothing known."""

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses after a failed look: short at first (a restarted Postgres is back in a second), never longer than 5 s."""


class Loop:
    """One background loop. `wake()` may be called from anywhere on the event loop."""

    def __init__(self, name: str, run_once: RunOnce, *, idle_seconds: float) -> None:
        self.name = name
        self._run_once = run_once
        self._idle_seconds = idle_seconds
        self._awake = asyncio.Event()
        self._stopping = False
        self._failures = 0

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        """Let the present look end, then return from `run`."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        while not self._stopping:
            # Cleared before the look: a wake that arrives during it must cause another one.
            self._awake.clear()
            pause = await self._look()
            if not self._stopping and pause > 0:
                await self._sleep(pause)

    async def _look(self) -> float:
        try:
            due_in = await self._run_once()
        except DATABASE_AWAY as error:
            log.warning("loop.database_away", loop=self.name, error=type(error).__name__)
        except Exception:
            # A loop must survive its own bugs: the row stays due and is looked at again, the log has the trace.
            log.exception("loop.failed", loop=self.name)
        else:
            self._failures = 0
            return self._idle_seconds if due_in is None else min(due_in, self._idle_seconds)
        self._failures += 1
        return RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            pass
