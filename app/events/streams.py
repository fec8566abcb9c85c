"""One open stream: first what it has missed, then what is new, and a sign of life when nothing is.

A stream holds no database connection, and at most one read of the feed: a client that reads slowly stands at an older
place of the log, and costs nothing more. It ends when its caller may not read any more, or when the process stops; the
client comes back with the id of the last event it has seen.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from app.core.db.database import NOT_NOW, RETRY_SECONDS
from app.core.errors import ServiceError, Unavailable
from app.events.cursors import Stand
from app.events.errors import CursorExpired, TooManyStreams
from app.events.feed import EVENTS_OF_A_READ, Feed, Told
from app.events.filters import EventFilter
from app.events.reads import Part, read_part

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 30.0
"""How often token, membership and permission of an open stream are checked again; before anything is sent, too."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Nothing new: the stream stands here."""

    stand: Stand


class Stream:
    """What is sent to one client."""

    def __init__(
        self,
        feed: Feed,
        tenant: str,
        wanted: EventFilter,
        stand: Stand,
        *,
        still_admitted: Callable[[], Coroutine[Any, Any, None]],
        is_last: Callable[[Told], bool] = lambda _: False,
    ) -> None:
        """`still_admitted`: raises a ServiceError once the caller may not read any more. `is_last`: nothing follows."""
        self._feed = feed
        self._tenant = tenant
        self._wanted = wanted
        self._stand = stand
        self._still_admitted = still_admitted
        self._is_last = is_last
        self._checked_at = self._now()
        self._sent_at = self._now()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def run(self) -> AsyncIterator[Told | Beat]:
        """Ends when the caller may not read any more, the process stops, or the last event was sent."""
        behind = not self._wanted.takes_all
        while not self._feed.is_draining:
            try:
                if not await self._may_go_on():
                    return
                told, behind, changes = await (self._missed() if behind else self._new())
            except (*NOT_NOW, Unavailable):
                # The database, or the issuer, is away: it costs the client nothing to wait here.
                await asyncio.sleep(RETRY_SECONDS)
                yield Beat(self._stand)
                continue
            except CursorExpired:
                return  # so far behind that events were pruned: the client is told when it comes back
            for one in told:
                if self._wanted.takes(one.event):
                    yield one
                    self._sent_at = self._now()
                    if self._is_last(one):
                        return
            if not told and not behind:
                await self._feed.wait(self._tenant, changes, max(self._until_beat(), 0.0))
            # Since the last line, not since the wait began: events that others want, and looks, wake it more often.
            if self._until_beat() <= 0:
                yield Beat(self._stand)
                self._sent_at = self._now()

    def _until_beat(self) -> float:
        return self._sent_at + HEARTBEAT_SECONDS - self._now()

    async def _missed(self) -> tuple[list[Told], bool, int]:
        """What was committed before, by an index where the filter has one."""
        part = await self._feed.undisturbed(self._read_part())
        self._stand = part.end
        return [Told(event, self._feed.renderings) for event in part.events], part.has_more, -1

    async def _read_part(self) -> Part:
        async with self._feed.transactions(self._tenant).begin() as session:
            return await read_part(session, self._tenant, self._stand, self._wanted, EVENTS_OF_A_READ)

    async def _new(self) -> tuple[list[Told], bool, int]:
        """What follows, as all who stand here read it."""
        read = await self._feed.read(self._tenant, self._stand)
        self._stand = read.end
        return list(read.events), False, read.changes

    async def _may_go_on(self) -> bool:
        """Raises Unavailable, or what a transaction raises, while it cannot be found out."""
        if self._now() - self._checked_at < RECHECK_SECONDS:
            return True
        try:
            await self._feed.undisturbed(self._still_admitted())
        except Unavailable:
            raise
        except ServiceError:
            return False
        self._checked_at = self._now()
        return True


class OpenStreams:
    """How many streams this process has open: of each principal, and of each tenant."""

    def __init__(self, *, per_principal: int, per_tenant: int) -> None:
        self._per_principal = per_principal
        self._per_tenant = per_tenant
        self._open: Counter[tuple[str, str]] = Counter()

    @property
    def total(self) -> int:
        return sum(count for (kind, _), count in self._open.items() if kind == "tenant")

    def enter(self, principal: str, tenant: str) -> Callable[[], None]:
        """Count a stream until the answer is called. Raises TooManyStreams."""
        places = (("principal", principal), self._per_principal), (("tenant", tenant), self._per_tenant)
        for key, most in places:
            if self._open[key] >= most:
                raise TooManyStreams(
                    f"{most} streams of your {key[0]} are open: the limit of one process.",
                    remedy="Close streams that you do not need; one stream can carry several types. A GET that waits "
                    "for a change counts as one. Or read pages: GET /v1/events with Prefer: wait=60.",
                    retry_after=RETRY_SECONDS,
                )
        self._open.update(key for key, _ in places)

        def leave() -> None:
            for key, _ in places:
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]

        return leave
