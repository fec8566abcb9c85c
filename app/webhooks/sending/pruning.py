"""Ends and deletes old deliveries, and what deleted webhooks and tenants left; in small batches.

Nothing waits for it, but that no event is handed out while deliveries are ended: some milliseconds.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import structlog
from sqlalchemy import Row, Table, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW, Database
from app.core.http.pages import first_id_of
from app.identity.access.models import Tenant
from app.webhooks.models import Webhook
from app.webhooks.sending.delivery_rows import make_heads
from app.webhooks.sending.enqueueing import hold_queue, make_due

log = structlog.get_logger()

EVERY_SECONDS = 300.0
BATCH = 1000
SOON = 0.2
"""Between two batches."""

OLD = text("""
DELETE FROM webhook_deliveries WHERE id = ANY(ARRAY(
    SELECT id FROM webhook_deliveries WHERE ended_at < now() - CAST(:days AS float8) * interval '1 day'
    ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED
))
""")
"""now(), because no index can find what is older than a volatile clock_timestamp()."""
_LEFT = text("""
WITH RECURSIVE named AS (
    (SELECT webhook_id FROM webhook_deliveries ORDER BY webhook_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.webhook_id FROM webhook_deliveries AS d WHERE d.webhook_id > named.webhook_id
            ORDER BY d.webhook_id LIMIT 1)
    FROM named WHERE named.webhook_id IS NOT NULL
), gone AS (
    SELECT webhook_id FROM named WHERE webhook_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM webhooks WHERE webhooks.id = named.webhook_id)
)
DELETE FROM webhook_deliveries WHERE id IN (
    SELECT d.id FROM gone CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries WHERE webhook_id = gone.webhook_id LIMIT :most FOR UPDATE SKIP LOCKED
    ) AS d LIMIT :most
)
""")
"""One step of the index for each webhook, however many deliveries it has."""
_UNSENT = text("""
SELECT old.id FROM webhooks CROSS JOIN LATERAL (
    SELECT d.id FROM webhook_deliveries AS d
    WHERE d.webhook_id = webhooks.id AND d.state <> 'delivered' AND d.state = 'pending' AND d.id < :before
    ORDER BY d.id LIMIT :most
) AS old LIMIT :most
""")
"""By the index of those that are not delivered, the oldest first: an id begins with the time (UUIDv7)."""
_END = text("""
WITH held AS (
    SELECT id, is_head FROM webhook_deliveries WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'pending'
    FOR UPDATE SKIP LOCKED
)
UPDATE webhook_deliveries AS d SET state = 'exhausted', is_head = false, ended_at = clock_timestamp()
FROM held WHERE d.id = held.id RETURNING d.webhook_id, d.lane, held.is_head
""")
_HEADLESS = text("""
WITH RECURSIVE first AS (
    (SELECT webhook_id, lane, is_head FROM webhook_deliveries WHERE state = 'pending'
     ORDER BY webhook_id, lane, turn, position LIMIT 1)
    UNION ALL
    SELECT next.* FROM first CROSS JOIN LATERAL (
        SELECT d.webhook_id, d.lane, d.is_head FROM webhook_deliveries AS d
        WHERE d.state = 'pending' AND (d.webhook_id, d.lane) > (first.webhook_id, first.lane)
        ORDER BY d.webhook_id, d.lane, d.turn, d.position LIMIT 1
    ) AS next
)
SELECT webhook_id, lane FROM first WHERE NOT is_head AND NOT EXISTS (
    SELECT FROM webhook_deliveries AS d
    WHERE d.webhook_id = first.webhook_id AND d.lane = first.lane AND d.state = 'pending' AND d.is_head
) LIMIT :most
""")
"""Lanes in which something waits and nothing is the head. One step of the index each: the first that waits is the head,
but where an earlier event was replayed behind it."""
_NOTHING_TO_SEND = text("""
(state <> 'active' OR (
    NOT EXISTS (SELECT FROM webhook_deliveries AS d WHERE d.webhook_id = webhooks.id AND d.state = 'pending')
    AND NOT EXISTS (SELECT FROM outbox AS o WHERE o.tenant = webhooks.tenant)
    AND NOT EXISTS (SELECT FROM events AS e WHERE e.tenant = webhooks.tenant
        AND e.position > coalesce((SELECT position FROM webhook_cursors WHERE name = 'fan_out'), 0))
))
""")
"""Nothing waits, and each event of its tenant is handed out. One that is paused or disabled sends nothing more."""


class WebhookPruneLoop:
    """`kept_days`: of what has ended; `events_days`: of events, and so of what waits."""

    def __init__(self, database: Database, *, kept_days: float, events_days: float) -> None:
        self._database = database
        self._kept_days = kept_days
        self._events_kept = timedelta(days=events_days)

    async def run_once(self) -> float | None:
        """One batch of each. Returns soon where there may be more."""
        async with self._database.begin() as session:
            await _of_gone_tenants(session)
            old = await session.execute(OLD, {"days": self._kept_days, "most": BATCH})
            left = await session.execute(_LEFT, {"most": BATCH})
            is_full = BATCH in {getattr(old, "rowcount", 0), getattr(left, "rowcount", 0)}
        async with self._database.begin() as session:
            is_full |= await _end_unsent(session, self._events_kept) == BATCH
        if is_full:
            return SOON
        async with self._database.begin() as session:
            await _mend_lanes(session)
        return None


async def _end_unsent(session: AsyncSession, kept: timedelta) -> int:
    """End what has waited for longer than its event is kept: there is nothing to send any more. How many.

    Of a webhook that is paused, disabled, or whose secret no key reads: of all others it ends by itself.
    """
    now = (await session.scalars(select(NOW))).one()
    found = (await session.scalars(_UNSENT, {"before": first_id_of(now - kept), "most": BATCH})).all()
    if not found:
        return 0
    await hold_queue(session)  # a lane that is added to must not be believed to wait for a head that ends here
    ended = (await session.execute(_END, {"ids": list(found)})).all()
    await _give_heads(session, [row for row in ended if row.is_head])
    return len(found)


async def _mend_lanes(session: AsyncSession) -> None:
    """A lane that has lost its head gets the next one: otherwise nothing of it would be sent any more."""
    if (await session.execute(_HEADLESS, {"most": 1})).first() is None:
        return
    await hold_queue(session)
    found = (await session.execute(_HEADLESS, {"most": BATCH})).all()  # another process may have mended them
    log.error("webhook.lanes_without_head", lanes=len(found))
    await _give_heads(session, found)


async def _give_heads(session: AsyncSession, rows: Sequence[Row[Any]]) -> None:
    """To the lanes of these, of a queue that is held."""
    lanes = defaultdict(list)
    for row in rows:
        lanes[row.webhook_id].append(row.lane)
    for webhook_id in sorted(lanes):
        await make_heads(session, webhook_id, sorted(lanes[webhook_id]))
    if lanes:
        await make_due(session, sorted(lanes))


async def _of_gone_tenants(session: AsyncSession) -> None:
    """A tenant that was deleted is told so by its webhooks, and then they go; the trail keeps an entry of each."""
    table = cast("Table", Webhook.__table__)
    await trail.delete_on_record(
        session,
        table,
        ~exists().where(Tenant.id == table.c.tenant),
        _NOTHING_TO_SEND,  # type: ignore[arg-type]
        action="delete_webhook",
        path="/v1/webhooks/",
        job_id=None,
        says=("url",),
    )
