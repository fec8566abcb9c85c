"""Adds deliveries, so that each lane has one head: the first of its deliveries that has not ended.

A head may be ended by a worker at the same moment. So the last delivery of each lane is locked before it is believed
to be pending: a worker that ends it waits for us and then finds the new one, or we wait for the worker and find that it
has ended. Additions are made one after another, by one lock.

Order within a lane: (turn, position). What is handed out has twice its position as its turn; what is replayed has one
more than twice the newest position that was handed out: after all that waits, and before all that comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.core.events.models import Event
from app.webhooks.models import Webhook, WebhookCursor, WebhookDelivery
from app.webhooks.rules import DeliveryState

LOCK = 4851029
ROWS_AT_ONCE = 1000
CURSOR = "fan_out"


@dataclass(frozen=True, slots=True)
class New:
    """An event for a webhook."""

    webhook_id: UUID
    event: Event

    @property
    def lane(self) -> str:
        return f"{self.event.resource_kind}/{self.event.resource_id}"


async def hold_queue(session: AsyncSession) -> None:
    """Until the transaction ends, no other adds deliveries."""
    await session.execute(select(func.pg_advisory_xact_lock(LOCK)))


async def share_queue(session: AsyncSession) -> None:
    """Until the transaction ends, none adds deliveries; others may record what became of theirs.

    Before a delivery is locked. Who adds one locks the last of each lane, who records locks the heads and then what is
    behind them: without this each could wait for what the other has.
    """
    await session.execute(select(func.pg_advisory_xact_lock_shared(LOCK)))


async def handed_out(session: AsyncSession) -> int:
    """The position up to which events were handed out."""
    found = select(WebhookCursor.position).where(WebhookCursor.name == CURSOR)
    return await session.scalar(found) or 0


async def enqueue(session: AsyncSession, new: Sequence[New], *, replay_after: int | None = None) -> int:
    """Add these, by position, of a queue that is held; those that wait already stay as they are. Returns how many.

    `replay_after`: the position that was handed out, for a replay: deliveries that have ended are sent again.
    """
    waiting = await _waiting_lanes(session, new)
    rows: list[dict[str, Any]] = []
    for one in sorted(new, key=lambda each: each.event.position):
        position = one.event.position
        key = (one.webhook_id, one.lane)
        rows.append(
            {
                "id": uuids.uuid7(),
                "tenant": one.event.tenant,
                "webhook_id": one.webhook_id,
                "event_id": one.event.id,
                "event_type": one.event.type,
                "position": position,
                "lane": one.lane,
                "turn": 2 * position if replay_after is None else 2 * replay_after + 1,
                "state": DeliveryState.PENDING,
                "is_head": key not in waiting,
            }
        )
        waiting.add(key)
    added = 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        added += len((await session.execute(_insert(rows[start : start + ROWS_AT_ONCE]))).all())
    return added


async def make_due(session: AsyncSession, webhook_ids: Sequence[UUID]) -> None:
    """These have something to deliver now, or when their pause ends.

    Their rows are changed in any case, also if they are due: who gives one back meanwhile waits, and then sees it.
    """
    due_at = func.least(Webhook.due_at, func.greatest(NOW, Webhook.paused_until))
    held = select(Webhook.id).where(Webhook.id.in_(webhook_ids)).order_by(Webhook.id).with_for_update()
    await session.execute(held)
    await session.execute(update(Webhook).where(Webhook.id.in_(webhook_ids)).values(due_at=due_at))


_LAST_OF_LANES = text("""
SELECT wanted.webhook_id, wanted.lane
FROM unnest(CAST(:webhook_ids AS uuid[]), CAST(:lanes AS text[])) AS wanted (webhook_id, lane)
CROSS JOIN LATERAL (
    SELECT FROM webhook_deliveries AS d
    WHERE d.webhook_id = wanted.webhook_id AND d.lane = wanted.lane AND d.state = 'pending'
    ORDER BY d.turn DESC, d.position DESC LIMIT 1 FOR NO KEY UPDATE
) AS last
""")


async def _waiting_lanes(session: AsyncSession, new: Sequence[New]) -> set[tuple[UUID, str]]:
    """The lanes in which something waits; locked, in order."""
    lanes = sorted({(one.webhook_id, one.lane) for one in new})
    found = await session.execute(
        _LAST_OF_LANES, {"webhook_ids": [one for one, _ in lanes], "lanes": [lane for _, lane in lanes]}
    )
    return {(row.webhook_id, row.lane) for row in found}


def _insert(rows: list[dict[str, Any]]) -> Any:
    made = pg_insert(WebhookDelivery).values(rows)
    again = {name: made.excluded[name] for name in ("turn", "state", "is_head")}
    return made.on_conflict_do_update(
        index_elements=["webhook_id", "event_id"],
        set_=again | {"due_at": NOW, "tries": 0, "first_at": None, "ended_at": None},
        where=WebhookDelivery.state != DeliveryState.PENDING,
    ).returning(WebhookDelivery.id)
