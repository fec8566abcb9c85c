"""A fair queue for a few places, such as the connections of a pool.

The pool itself serves in order of arrival, so a burst of one caller delayed every other caller. Here groups get places
in turn, and members within a group too (in the API: the directory of a caller, then the caller). A caller with one
request waits at most one turn of each other group, however many requests the others have.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from math import inf

Asking = tuple[str, str]
"""Group and member."""
ITSELF: Asking = ("", "")
"""The process itself: its probes, its metrics, its loops."""
_asking: ContextVar[Asking] = ContextVar("asking", default=ITSELF)


def ask_as(group: str, member: str) -> None:
    """From here on, this task (and what it starts) takes its turns as this member of this group."""
    _asking.set((group, member))


def _now() -> float:
    return asyncio.get_running_loop().time()


class QueueTimeout(Exception):
    """No place became free in time. `others_went_on`: whether a turn ended well in the second half of the wait.

    The first half says nothing: what stood still a moment after the wait began looked as if it went on.
    """

    def __init__(self, *, others_went_on: bool) -> None:
        super().__init__("no turn in time")
        self.others_went_on = others_went_on


class FairQueue:
    """A limited number of places; the others wait, and the next one is of the group that has waited longest."""

    def __init__(self, places: int, *, failed: tuple[type[BaseException], ...] = ()) -> None:
        """`failed`: exceptions after which a turn counts as if it had not been given."""
        self._free = places
        self._failed = failed
        self._waiting: OrderedDict[str, OrderedDict[str, dict[asyncio.Future[None], None]]] = OrderedDict()
        self._ended_at = -inf
        """When a turn last came to something, on the loop's clock."""

    @property
    def free(self) -> int:
        return self._free

    @property
    def waiting(self) -> int:
        return sum(len(queue) for members in self._waiting.values() for queue in members.values())

    @asynccontextmanager
    async def turn(self, seconds: float) -> AsyncIterator[None]:
        """A place for the length of the block. Raises QueueTimeout if none becomes free in time."""
        await self._take(seconds)
        try:
            yield
        except BaseException as error:
            if not isinstance(error, (*self._failed, asyncio.CancelledError)):
                self._note_end()
            raise
        else:
            self._note_end()
        finally:
            self._give()

    async def _take(self, seconds: float) -> None:
        if self._free:
            self._free -= 1
            return
        group, member = _asking.get()
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._waiting.setdefault(group, OrderedDict()).setdefault(member, {})
        queue[place] = None
        try:
            async with asyncio.timeout(seconds):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._give()  # the place came when its waiter had given up
            else:
                self._leave(group, member, place)
            if isinstance(error, TimeoutError):
                raise QueueTimeout(others_went_on=_now() - self._ended_at < seconds / 2) from None
            raise

    def _note_end(self) -> None:
        self._ended_at = _now()

    def _give(self) -> None:
        """The place is the next one's who still waits, or free.

        A waiter whose time is up, or whose task was cancelled, stays in its queue until that task runs: its future is
        done, and cannot take the place. It is dropped here, and has cost its group no turn.
        """
        while self._waiting:
            group, members = next(iter(self._waiting.items()))
            member, queue = next(iter(members.items()))
            place = next(iter(queue))
            self._leave(group, member, place)
            if not place.done():
                if queue:
                    members.move_to_end(member)
                if members:
                    self._waiting.move_to_end(group)
                place.set_result(None)
                return
        self._free += 1

    def _leave(self, group: str, member: str, place: asyncio.Future[None]) -> None:
        """Remove it from the queue, if it is still there."""
        members = self._waiting.get(group, OrderedDict())
        queue = members.get(member, {})
        if place not in queue:
            return
        del queue[place]
        if not queue:
            del members[member]
        if not members:
            del self._waiting[group]
