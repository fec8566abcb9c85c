"""Sends events again that a webhook had, or did not have: under the same ids, and in their order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.notify import wake
from app.core.events import store
from app.core.events.models import Event
from app.jobs.work import LoopName
from app.webhooks.errors import WebhookEventNotFound, WebhookReplayTooLarge
from app.webhooks.matching import Wanted
from app.webhooks.models import Webhook
from app.webhooks.rules import REPLAYED_AT_ONCE
from app.webhooks.sending.enqueueing import New, enqueue, handed_out, hold_queue, make_due

SCANNED = 20_000
"""Events of a tenant that one request looks at."""
PAGE = 1000
APART = timedelta(minutes=5)
"""An event may stand so far behind later ones: a transaction may be open for a while after its change."""
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""No event is from before or after; and a time beside the first or last year cannot be reckoned with."""


async def replay_event(session: AsyncSession, webhook: Webhook, event_id: UUID) -> int:
    """Deliver this event again. Raises WebhookEventNotFound."""
    until = await handed_out(session)
    event = await session.scalar(
        select(Event).where(Event.tenant == webhook.tenant, Event.id == event_id, Event.position <= until)
    )
    if event is None:
        raise WebhookEventNotFound(
            f"There is no event {event_id}, or it is older than events are kept.",
            remedy="Take the id of a delivery, or of GET /v1/events; a new event is there after a moment.",
        )
    return await _again(session, webhook, [event])


async def replay_span(session: AsyncSession, webhook: Webhook, since: datetime, until: datetime | None) -> int:
    """Deliver again what the webhook wants of this span. Raises WebhookReplayTooLarge."""
    since, until = max(since, EARLIEST), None if until is None else min(until, LATEST)
    newest = await handed_out(session)
    wanted = Wanted.of(webhook.id, webhook.types, webhook.filter)
    at = await _position_before(session, webhook.tenant, since - APART, newest)
    found: list[Event] = []
    for _ in range(SCANNED // PAGE):
        events = await store.read_after(session, at, PAGE, Event.tenant == webhook.tenant, Event.position <= newest)
        in_span = (one for one in events if one.at >= since and (until is None or one.at < until))
        found += [one for one in in_span if wanted.takes(one)]
        if len(found) > REPLAYED_AT_ONCE:
            break
        if len(events) < PAGE or (until is not None and events[-1].at > until + APART):
            return await _again(session, webhook, found)
        at = events[-1].position
    raise WebhookReplayTooLarge(
        f"The span holds more than {REPLAYED_AT_ONCE} events for this webhook, or more than {SCANNED} of your tenant.",
        pointer="#/since",
        remedy="Replay it in shorter spans, one after another.",
    )


async def _again(session: AsyncSession, webhook: Webhook, events: Sequence[Event]) -> int:
    """Only now is the queue held: while it is, no event of any tenant is handed out.

    What was handed out since the events were read waits already, and these come after it.
    """
    await hold_queue(session)
    until = await handed_out(session)
    added = await enqueue(session, [New(webhook.id, event) for event in events], replay_after=until)
    await make_due(session, [webhook.id])
    wake(session, LoopName.DELIVERING)
    return added


async def _position_before(session: AsyncSession, tenant: str, at: datetime, newest: int) -> int:
    """A position with no event at this time or later before it, but for those that were committed late.

    By halves: positions grow with time, and there is no index of times.
    """
    low, high = 0, newest
    while low < high:
        middle = (low + high) // 2
        first = (
            select(Event.at).where(Event.tenant == tenant, Event.position > middle, Event.position <= newest)
        ).order_by(Event.position)
        found = await session.scalar(first.limit(1))
        if found is None or found >= at:
            high = middle
        else:
            low = middle + 1
    return max(0, low - 1)
