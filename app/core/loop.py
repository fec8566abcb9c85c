"""The shape of every background loop: do what is due, then sleep until the next thing is due or a notification comes.

`run_once()` is the whole body of a loop, and all that tests need to call. NOTIFY is a hint that shortens a sleep, and
no loop depends on it: a loop looks for due rows every `idle_seconds` in any case, because notifications sent while the
listener reconnects are lost (measured).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog

from app.core.db.database import NOT_NOW, DatabaseBusy

log = structlog.get_logger()

RunOnce = Callable[[], Awaitable[float | None]]
"""Do what is due. Returns the seconds until more is due: 0 = at once, None = not known."""

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses after a failed `run_once`: short at first (a restarted Postgres is back in a second), never longer than 5
s."""


def _not_now(error: BaseException) -> str:
    return "loop.database_busy" if isinstance(error, DatabaseBusy) else "loop.database_away"


class Loop:
    """One background loop. `wake()` may be called from anywhere on the event loop."""

    def __init__(self, name: str, run_once: RunOnce, *, idle_seconds: float) -> None:
        self.name = name
        self.run_once = run_once
        """The whole loop body, once, with nothing caught."""
        self.failures = 0
        """Number of failed runs in a row."""
        self._idle_seconds = idle_seconds
        self._awake = asyncio.Event()
        self._stopping = False
        self._alarm: asyncio.TimerHandle | None = None

    def wake(self, within: float = 0.0) -> None:
        """Run again now, or after this many seconds (sooner if something is due before)."""
        if within <= 0:
            self._awake.set()
            return
        loop = asyncio.get_running_loop()
        if self._alarm is None or self._alarm.when() > loop.time() + within:
            self._silence()
            self._alarm = loop.call_later(within, self._strike)

    def _silence(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _strike(self) -> None:
        self._alarm = None
        self._awake.set()

    def stop(self) -> None:
        """Let the present `run_once` end, then return from `run`."""
        self._stopping = True
        self._awake.set()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called: nothing more is begun."""
        return self._stopping

    async def run(self) -> None:
        while not self._stopping:
            pause = await self.look()
            if not self._stopping and pause > 0:
                await self._sleep(pause)

    async def look(self) -> float:
        """Run `run_once`, and log any exception. Returns the seconds until the next run."""
        return await self._survive(self.run_once)

    async def _survive(self, run_once: RunOnce) -> float:
        # Cleared before `run_once`: a notification that arrives during it must cause another one. The row that the
        # alarm was for is in the table by now, so the result of `run_once` includes it.
        self._awake.clear()
        self._silence()
        try:
            due_in = await run_once()
        except NOT_NOW as error:
            log.warning(_not_now(error), loop=self.name, error=type(error).__name__)
        except Exception:
            # A loop must survive its own bugs: the row stays due and is looked at again, the log has the trace.
            log.exception("loop.failed", loop=self.name)
        else:
            self.failures = 0
            return self._idle_seconds if due_in is None else min(due_in, self._idle_seconds)
        self.failures += 1
        return RETRY_SECONDS[min(self.failures, len(RETRY_SECONDS)) - 1]

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            pass


SOON_SECONDS = 0.1
"""How long a pump waits for more of its coroutines to end before it looks for due rows again."""
Piece = Coroutine[Any, Any, None]
Start = Callable[[int], Awaitable[tuple[Sequence[Piece], float | None]]]
"""Claim up to `limit` pieces of work. Returns unstarted coroutines and the seconds until more is due, as RunOnce."""


class Pump(Loop):
    """A loop that claims again while earlier work is still running.

    A loop that waits for its whole batch is as slow as the slowest of it, and new work waits too. Here
    up to `at_once` pieces are under way, and one that hangs takes up its own place only. `run_once` does one batch from
    beginning to end: the test surface, as with every loop.
    """

    def __init__(self, name: str, start: Start, run_once: RunOnce, *, idle_seconds: float, at_once: int) -> None:
        super().__init__(name, run_once, idle_seconds=idle_seconds)
        self._start = start
        self._at_once = at_once
        self._under_way: set[asyncio.Task[None]] = set()
        self._is_full = False

    async def run(self) -> None:
        try:
            while not self._stopping:
                pause = await self._survive(self._hand_out)
                if not self._stopping and pause > 0:
                    await self._sleep(pause)
            if self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    @property
    def _free(self) -> int:
        return self._at_once - len(self._under_way)

    async def _hand_out(self) -> float | None:
        """Claim rows for all free places. A claim for each place that becomes free would be a claim for each row."""
        free = self._free
        self._is_full = free < max(1, self._at_once // 4)
        if self._is_full:
            return None
        pieces, due_in = await self._start(free)
        for piece in pieces:
            task = asyncio.create_task(piece, name=self.name)
            self._under_way.add(task)
            task.add_done_callback(self._end)
        self._is_full = len(pieces) == free
        return None if self._is_full else due_in

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, NOT_NOW):
            log.warning(_not_now(error), loop=self.name, error=type(error).__name__)
        elif error is not None:
            # As in `run_once`: the row's lease ends, and a later claim takes it again.
            log.error("loop.failed", loop=self.name, exc_info=error)
        if not self._is_full:
            # It may leave rows that are due sooner than what was known when it was started.
            self.wake(SOON_SECONDS)
        elif self._free >= max(1, self._at_once // 4):
            self._awake.set()
