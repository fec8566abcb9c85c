"""The loop that hands out events: for each webhook that wants an event, a delivery, in one transaction with the cursor.

So each event is handed out once, by any number of workers, killed at any moment. Nothing is sent here.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import Database
from app.core.db.notify import wake
from app.core.events import store
from app.core.events.models import Event
from app.jobs.work import LoopName
from app.webhooks.matching import Wanted
from app.webhooks.models import Webhook, WebhookCursor
from app.webhooks.rules import WebhookState
from app.webhooks.sending.enqueueing import CURSOR, New, enqueue, hold_queue, make_due

BATCH = 500
ROWS_AT_MOST = 2000
"""Deliveries that one transaction adds: it ends with the event that reaches this number. While they are added, no other
tenant's are."""
OTHERS_SECONDS = 0.5
"""Another worker hands out now: look again after this time, in case it dies."""

_CURSOR = select(WebhookCursor.position).where(WebhookCursor.name == CURSOR)
_KEEPING = Webhook.state.in_((WebhookState.ACTIVE, WebhookState.PAUSED))


class FanOutLoop:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def run_once(self) -> float | None:
        """Hand out one batch. Returns 0 while there may be more."""
        async with self._database.begin() as session:
            has_more = await _are_any(session) and await store.publish(session)
        async with self._database.begin() as session:
            at = await session.scalar(_CURSOR.with_for_update(skip_locked=True))
            if at is None:
                return OTHERS_SECONDS if await session.scalar(_CURSOR) is not None else await _begin(session)
            # First what is the newest, then what is until there: positions appear in order, so none is passed over.
            # Whether there are webhooks is asked after that: one that was made before an event is seen then.
            newest = await store.newest(session)
            if newest <= at:
                return 0.0 if has_more else None
            events = await _events(session, at, newest) if await _are_any(session) else ()
            done = await _hand_out(session, events)
            is_full = len(events) == BATCH or done < len(events)
            reached = events[done - 1].position if is_full else newest
            await session.execute(update(WebhookCursor).where(WebhookCursor.name == CURSOR).values(position=reached))
        return 0.0 if is_full or has_more else None


async def _are_any(session: AsyncSession) -> bool:
    return await session.scalar(select(Webhook.id).limit(1)) is not None


async def _begin(session: AsyncSession) -> float:
    """The row of the cursor. Events from before a webhook was made are not for it, so any beginning does."""
    await session.execute(pg_insert(WebhookCursor).values(name=CURSOR, position=0).on_conflict_do_nothing())
    return 0.0


async def _events(session: AsyncSession, after: int, until: int) -> Sequence[Event]:
    tenants = select(Webhook.tenant).where(_KEEPING).distinct()
    return await store.read_after(session, after, BATCH, Event.position <= until, Event.tenant.in_(tenants))


async def _hand_out(session: AsyncSession, events: Sequence[Event]) -> int:
    """Returns how many of them were handed out, from the first on: at least one, if there is one."""
    tenants = {event.tenant for event in events}
    columns = (Webhook.id, Webhook.tenant, Webhook.types, Webhook.filter, Webhook.after_position)
    rows = (
        (await session.execute(select(*columns).where(Webhook.tenant.in_(tenants), _KEEPING))).all() if events else ()
    )
    of_tenant: dict[str, list[tuple[int, Wanted]]] = {}
    for row in rows:
        of_tenant.setdefault(row.tenant, []).append((row.after_position, Wanted.of(row.id, row.types, row.filter)))
    new: list[New] = []
    done = 0
    for event in events:
        hooks = of_tenant.get(event.tenant, ())
        new += [New(wanted.id, event) for after, wanted in hooks if event.position > after and wanted.takes(event)]
        done += 1
        if len(new) >= ROWS_AT_MOST:
            break
    if new:
        await _add(session, new)
    return done


async def _add(session: AsyncSession, new: Sequence[New]) -> None:
    await hold_queue(session)
    await enqueue(session, new)
    await make_due(session, sorted({one.webhook_id for one in new}))
    wake(session, LoopName.DELIVERING)
