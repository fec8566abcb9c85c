"""`Prefer: wait`: a caller waits for the end of a job without holding a database connection.

The process's listener is notified which jobs have ended (`wake`). A waiting request sleeps on an event, and reads the
row when it is woken. Notifications may be lost in a reconnect, so every reconnect wakes every waiting request.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from uuid import UUID


class JobEnds:
    """Who waits for the end of which job."""

    def __init__(self) -> None:
        self._waiters: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._draining = False

    async def wait(self, job_id: UUID, seconds: float, has_ended: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the job ended within `seconds`. `has_ended` opens and closes its own transaction."""
        event = asyncio.Event()
        self._waiters[str(job_id)].add(event)
        try:
            async with asyncio.timeout(seconds):
                # Registered first, looked second: an end between the two wakes us.
                while not await has_ended():
                    if self._draining:
                        return False
                    await event.wait()
                    event.clear()
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiters[str(job_id)].discard(event)
            if not self._waiters[str(job_id)]:
                del self._waiters[str(job_id)]

    def drain(self) -> None:
        """The process is stopping: all waiting callers get 202 now."""
        self._draining = True
        self.wake_all()

    def wake(self, job_id: str) -> None:
        """This job has ended."""
        for event in self._waiters.get(job_id, ()):
            event.set()

    def wake_all(self) -> None:
        """Any job may have ended: let all waiting callers check."""
        for events in self._waiters.values():
            for event in events:
                event.set()
