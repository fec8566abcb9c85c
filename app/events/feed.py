"""The log of events, read once for all who wait at the same place of it.

A process may have a thousand streams open. None of them holds a database connection or asks by itself: a notification
wakes those of its tenant, and those that stand at the same event share one read of what follows. A notification is a
hint (app/core/db/notifier.py): every LOOK_SECONDS all who wait look all the same, once for each tenant.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from app.core.db.database import Database, Transactions
from app.core.events.models import Event
from app.events import reads
from app.events.cloud_events import CloudEvent, cloud_event_of
from app.events.cursors import Stand
from app.events.filters import EventFilter
from app.events.quiet_changes import QuietChanges
from app.events.rendering import Renderings
from app.identity.access.permissions import Permission

T = TypeVar("T")

EVENTS_OF_A_READ = 100
READS_KEPT = 32
"""Reads that slower readers find again, over all tenants."""
LOOK_SECONDS = 15.0


class Told:
    """An event of a read, with what its readers share."""

    def __init__(self, event: Event, renderings: Renderings) -> None:
        self.event = event
        self.stand = reads.stand_at(event)
        self._renderings = renderings

    @cached_property
    def cloud_event(self) -> CloudEvent:
        return cloud_event_of(self.event, self._renderings)

    @cached_property
    def json(self) -> str:
        return self.cloud_event.model_dump_json()

    def json_for(self, permissions: Collection[Permission]) -> str:
        """As a caller with these permissions sees it."""
        if self._renderings.guards(self.event) not in permissions:
            return self.json
        return cloud_event_of(self.event, self._renderings, is_whole=True).model_dump_json()


@dataclass(frozen=True, slots=True)
class Read:
    """What followed at a place of the log."""

    events: Sequence[Told]
    end: Stand
    changes: int
    """How many changes of the tenant were heard of before it: the next one is worth another look."""


class Feed:
    """What one process reads of the log for those who wait."""

    def __init__(self, database: Database, renderings: Renderings) -> None:
        self._database = database
        self.renderings = renderings
        self._changes: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._waiters: dict[str, int] = defaultdict(int)
        self._reading: dict[tuple[str, int, int], asyncio.Task[Read]] = {}
        self._kept: OrderedDict[tuple[str, int], Read] = OrderedDict()
        self._begun = set[asyncio.Task[Any]]()
        self._draining = False
        self.quiet_changes = QuietChanges()

    # --- waking ------------------------------------------------------------------------------------------------------
    def wake(self, tenant: str) -> None:
        """The tenant has new events."""
        self._changes[tenant] += 1
        waiting = self._waiting.pop(tenant, None)
        if waiting is not None:
            waiting.set_result(None)

    def wake_all(self) -> None:
        """Any tenant may have new events."""
        for tenant in list(self._waiting):
            self.wake(tenant)
        self.quiet_changes.wake_all()

    @property
    def is_draining(self) -> bool:
        """The process is stopping: who waits is answered now, streams end."""
        return self._draining

    def drain(self) -> None:
        self._draining = True
        self.wake_all()

    async def aclose(self) -> None:
        """Let the reads that have begun end: a transaction that is cut off leaves its connection open."""
        self.drain()
        begun = [*self._reading.values(), *self._begun]
        if begun:
            await asyncio.wait(begun)

    async def look_at_intervals(self) -> None:
        """Until cancelled: for notifications that were lost."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.wake_all()

    async def wait(self, tenant: str, changes: int, seconds: float) -> None:
        """Until the tenant has changes beyond these, the process stops, or the seconds are over."""
        if self._draining or self._changes[tenant] != changes:
            return
        waiting = self._waiting.get(tenant)
        if waiting is None:
            waiting = self._waiting[tenant] = asyncio.get_running_loop().create_future()
        self._waiters[tenant] += 1
        try:
            await asyncio.wait([waiting], timeout=seconds)
        finally:
            self._waiters[tenant] -= 1
            if not self._waiters[tenant]:
                del self._waiters[tenant]
                if self._waiting.get(tenant) is waiting:
                    del self._waiting[tenant]

    # --- reading -----------------------------------------------------------------------------------------------------
    async def read(self, tenant: str, stand: Stand) -> Read:
        """What follows, EVENTS_OF_A_READ at most. Raises CursorExpired, and what a transaction raises."""
        kept = self._kept.get((tenant, stand.position))
        if kept is not None:
            return kept
        changes = self._changes[tenant]
        key = (tenant, stand.position, changes)
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(self._read(tenant, stand, changes))
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)  # one who hangs up does not end the read of the others

    async def undisturbed(self, work: Coroutine[Any, Any, T]) -> T:
        """What a reader reads alone: it ends although the reader hangs up, for the same reason."""
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()  # who hung up does not hear of it

    async def _read(self, tenant: str, stand: Stand, changes: int) -> Read:
        db = self._database.of_tenant(tenant)
        await reads.publish(db)
        async with db.begin() as session:
            part = await reads.read_part(session, tenant, stand, EventFilter(), EVENTS_OF_A_READ)
        return Read([Told(event, self.renderings) for event in part.events], part.end, changes)

    def _ended(self, key: tuple[str, int, int], task: asyncio.Task[Read]) -> None:
        del self._reading[key]
        if task.cancelled() or task.exception() is not None:
            return
        read = task.result()
        if read.events:
            self._kept[key[:2]] = read
            while len(self._kept) > READS_KEPT:
                self._kept.popitem(last=False)

    def transactions(self, tenant: str) -> Transactions:
        """For a reader who wants something of its own."""
        return self._database.of_tenant(tenant)

    def heard(self, tenant: str) -> int:
        """How many changes of the tenant were heard of until now."""
        return self._changes[tenant]

    async def newest(self, tenant: str) -> Stand:
        """Where a reader stands who wants only what is changed from now on."""
        db = self._database.of_tenant(tenant)
        await reads.publish(db)
        async with db.begin() as session:
            return await reads.newest(session, tenant)

    async def next_of(
        self, tenant: str, stand: Stand, wanted: EventFilter, seconds: float, *, heard: int | None = None
    ) -> Stand | None:
        """Wait until there is a wanted event behind the stand: where it is. None: there was none in time.

        `heard`: what `heard()` was before the stand was found; nothing is read before there is more.
        """
        ends_at = asyncio.get_running_loop().time() + seconds
        if heard is not None:
            await self.wait(tenant, heard, seconds)
        while True:
            read = await self.read(tenant, stand)
            for told in read.events:
                if wanted.takes(told.event):
                    return told.stand
            stand, left = read.end, ends_at - asyncio.get_running_loop().time()
            if self._draining or left <= 0:
                return None
            if not read.events:
                await self.wait(tenant, read.changes, left)
