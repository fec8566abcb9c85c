"""The loop of alerts: takes in events in their order, looks at what time alone brings, and tells what is due.

Its place in the events, what follows from them, and what is announced of it are one transaction, under the lock of the
cursor's row. A second worker finds the row locked and has nothing to do; a worker that dies leaves all as it was. What
is due is announced only when the events were read to their end: the next ones may say that it is well again.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.event_rules import findings_of
from app.alerts.findings import Finding
from app.alerts.intake import by_time, telling
from app.alerts.intake.board import Told
from app.alerts.intake.event_facts import add_facts, regions_of
from app.alerts.intake.records import take_in
from app.alerts.models import AlertCursor
from app.core.db.database import NOW, Database
from app.core.events import store
from app.core.events.models import Event
from app.jobs.scheduling import idle_sweep

log = structlog.get_logger()

EVERY_SECONDS: Final = 15.0
"""How often it looks without hearing of an event."""
BATCH = 1000
EVENTS, TIME = "events", "time"
TIME_EVERY = timedelta(seconds=30)
BEHIND = timedelta(minutes=1)
"""How old events may be that are not read yet while something is announced: in a flood that does not end, too."""
AT_IT_SECONDS: Final = 1.0
"""When to look again while another worker is at it."""
BEGINS = timedelta(hours=1)
"""How old the events are that the first loop of an installation begins with: the past is not announced."""


class AlertLoop:
    """`poll_seconds`: the setting. A vault is not silent before two idle sweeps of it could have failed."""

    def __init__(self, database: Database, *, batch: int = BATCH, poll_seconds: float = 30.0) -> None:
        self._database = database
        self._batch = batch
        self._least_silence = timedelta(seconds=2 * idle_sweep(poll_seconds))

    async def run_once(self) -> float | None:
        """Publish, look at the clock if it is time, take in a batch, tell. Returns 0 while there is more."""
        async with self._database.begin() as session:
            await store.publish(session)
        async with self._database.begin() as session:
            await self._look_at_clock(session)
        async with self._database.begin() as session:
            position = await _place(session)
            if position is None:
                return AT_IT_SECONDS
            newest = await self._take_events(session, position)
            is_behind = newest is not None and await session.scalar(select(NOW - newest > BEHIND))
            told = not is_behind and await telling.tell_due(session)
            if newest is not None or told:
                return 0.0
            return await telling.seconds_until_due(session)

    async def _take_events(self, session: AsyncSession, position: int) -> datetime | None:
        """The time of the last one, if there are more; None = these were all."""
        events = await store.read_after(session, position, self._batch)
        if not events:
            return None
        await add_facts(session, events)
        regions = await regions_of(session, {event.vault_id for event in events if event.vault_id is not None})
        found: dict[str, list[Told]] = {}
        for number, event in enumerate(events):
            if number % 200 == 0:
                await asyncio.sleep(0)  # others of this process go on
            for finding in _findings(event):
                place = regions.get(finding.place, finding.place)
                told = Told(finding, event.at, str(event.id), event.vault_id, event.labels, place)
                found.setdefault(event.tenant, []).append(told)
        if found:
            await take_in(session, found)
        after = update(AlertCursor).where(AlertCursor.name == EVENTS).values(position=events[-1].position)
        await session.execute(after)
        return events[-1].at if len(events) == self._batch else None

    async def _look_at_clock(self, session: AsyncSession) -> None:
        """One worker at a time, every half minute, and none that takes in events meanwhile: both write alerts."""
        due = (AlertCursor.name == TIME, AlertCursor.due_at <= NOW)
        held = select(AlertCursor.name).where(*due).with_for_update(skip_locked=True)
        if await session.scalar(held) is None:
            return
        await session.scalar(select(AlertCursor.position).where(AlertCursor.name == EVENTS).with_for_update())
        await by_time.look(session, least_silence=self._least_silence)
        await session.execute(update(AlertCursor).where(AlertCursor.name == TIME).values(due_at=NOW + TIME_EVERY))


def _findings(event: Event) -> Sequence[Finding]:
    """A rule that fails costs its event, not the events after it: the log names it."""
    try:
        return findings_of(event)
    except Exception:
        log.exception("alerts.rule_failed", event_id=str(event.id), type=event.type)
        return ()


async def _place(session: AsyncSession) -> int | None:
    """The position that this transaction goes on from; None = another worker is at it."""
    mine = select(AlertCursor.position).where(AlertCursor.name == EVENTS).with_for_update(skip_locked=True)
    position = await session.scalar(mine)
    if position is None and not await session.scalar(select(func.count()).select_from(AlertCursor)):
        past = select(func.coalesce(func.max(Event.position), 0)).where(Event.at < NOW - BEGINS).scalar_subquery()
        rows = [{"name": EVENTS, "position": past}, {"name": TIME, "position": 0}]
        await session.execute(pg_insert(AlertCursor).values(rows).on_conflict_do_nothing())
        position = await session.scalar(mine)
    return position
