"""The SQL of sending: which webhooks have something due, which deliveries those are, and what became of each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, and_, case, cast, func, literal, null, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.leases import is_free, lease_of
from app.core.events.models import Event
from app.webhooks.models import Webhook, WebhookDelivery
from app.webhooks.rules import (
    Answer,
    DeliveryState,
    DisabledReason,
    Health,
    Pace,
    WebhookState,
    asked_pause,
    circuit_pause,
    logged,
)
from app.webhooks.rules import retry_delay as delay_of
from app.webhooks.sending.enqueueing import share_queue

LOOK_AGAIN = timedelta(minutes=5)
"""A webhook without anything due is looked at so often all the same."""
D = WebhookDelivery
PENDING = D.state == DeliveryState.PENDING


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is sent now."""

    id: UUID
    lane: str
    tries: int
    first_at: datetime | None
    attempts: Sequence[Any]
    event: Event | None
    """None: it is older than events are kept."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery and what its attempt came to; when it began, by the database's clock."""

    due: Due
    answer: Answer
    at: datetime


async def claim(
    session: AsyncSession, limit: int, lease: timedelta, shares: Mapping[str, int] | None = None, share: int = 1000
) -> Sequence[Row[UUID, str, int]]:
    """Lease up to `limit` webhooks with something due: of each tenant the first, then of each the second, and so on.

    `shares`: how many of a tenant at most; `share`: of each other tenant.
    """
    is_due = and_(Webhook.state == WebhookState.ACTIVE, Webhook.due_at <= NOW, is_free(Webhook))
    turn = func.row_number().over(partition_by=Webhook.tenant, order_by=Webhook.due_at)
    ranked = select(Webhook.id, turn.label("turn")).where(is_due).subquery("ranked")
    most = func.coalesce(cast(literal(dict(shares or {}), JSONB)[Webhook.tenant].astext, Integer), share)
    due = (
        select(Webhook.id)
        .join(ranked, ranked.c.id == Webhook.id)
        .where(is_due, ranked.c.turn <= most)
        .order_by(ranked.c.turn, Webhook.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Webhook)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    # Due later while it is leased: so a statement that adds to it changes its row, and `give_back` sees that.
    claimed = lease_of(Webhook, Webhook.id, due, lease=lease, values={"due_at": NOW + lease})
    return (await session.execute(claimed.returning(Webhook.id, Webhook.tenant, Webhook.fence))).all()


async def held(session: AsyncSession, webhook_id: UUID, fence: int) -> Row[Any] | None:
    """The webhook as it is now, if it may be sent to and is still ours."""
    columns = (
        Webhook.id,
        Webhook.url,
        Webhook.secret,
        Webhook.tenant,
        Webhook.types,
        Webhook.previous_secret,
        Webhook.previous_valid_until,
        Webhook.failures,
        NOW.label("now"),
    )
    open_now = func.coalesce(Webhook.paused_until <= NOW, True)
    ours = and_(Webhook.id == webhook_id, Webhook.fence == fence, Webhook.state == WebhookState.ACTIVE, open_now)
    return (await session.execute(select(*columns).where(ours))).first()


async def heads(session: AsyncSession, webhook_id: UUID, limit: int, under_way: Sequence[UUID]) -> list[Due]:
    """What is due of it, longest due first, with its events."""
    rows = await session.execute(
        select(D.id, D.lane, D.tries, D.first_at, D.attempts, Event)
        .join(Event, Event.id == D.event_id, isouter=True)
        .where(D.webhook_id == webhook_id, PENDING, D.is_head, D.due_at <= NOW, D.id.not_in(under_way))
        .order_by(D.due_at)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


_LOCK = text("""
SELECT id FROM webhook_deliveries AS d
WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'pending' AND is_head
AND EXISTS (SELECT FROM webhooks WHERE id = d.webhook_id AND fence = :fence)
ORDER BY lane FOR UPDATE OF d
""")
_RECORD = text("""
UPDATE webhook_deliveries AS d SET attempts = n.attempts, tries = n.tries, first_at = n.first_at, state = n.state,
    is_head = n.state = 'pending',
    due_at = CASE n.state WHEN 'pending' THEN clock_timestamp() + n.pause * interval '1 s' ELSE d.due_at END,
    ended_at = CASE n.state WHEN 'pending' THEN NULL ELSE clock_timestamp() END
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS n (id uuid, attempts jsonb, tries integer, first_at timestamptz, state text, pause float8)
WHERE d.id = n.id
""")
_NEXT = text("""
UPDATE webhook_deliveries SET is_head = true, due_at = clock_timestamp() WHERE id = ANY(ARRAY(
    SELECT next.id FROM unnest(CAST(:lanes AS text[])) AS ended (lane) CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries AS d
        WHERE d.webhook_id = :webhook_id AND d.lane = ended.lane AND d.state = 'pending'
        ORDER BY d.turn, d.position LIMIT 1 FOR UPDATE
    ) AS next
))
""")
"""Locked where it is picked: one that is ended at the same moment (pruning.py) is passed over for the one behind it.

An array is picked once. A join may pick again, and would pass over what this statement itself has changed."""


async def record(
    session: AsyncSession, webhook_id: UUID, fence: int, sent: Sequence[Sent], pace: Pace, luck: float
) -> None:
    """Write what became of these; then what follows for the webhook. None is added meanwhile."""
    await share_queue(session)
    ids = {"ids": [one.due.id for one in sent], "fence": fence}
    ours = {row.id for row in await session.execute(_LOCK, ids)}
    rows, ended = [], []
    for one in sent:
        if one.due.id in ours:
            end = end_of(one, pace, luck)
            rows.append(_row(one, end or DeliveryState.PENDING, pause_of(one, pace, luck)))
            ended += [one.due.lane] if end is not None else []
    if rows:
        await session.execute(_RECORD, {"rows": json.dumps(rows)})
    if ended:
        # A statement of its own: it sees what was added to a lane until the first statement had its rows.
        await make_heads(session, webhook_id, sorted(ended))
    await _record_health(session, webhook_id, fence, sent, pace, luck)


async def make_heads(session: AsyncSession, webhook_id: UUID, lanes: Sequence[str]) -> None:
    """Of these lanes, whose heads have ended, what is next is due now."""
    await session.execute(_NEXT, {"webhook_id": webhook_id, "lanes": lanes})


def _row(one: Sent, state: DeliveryState, pause: float) -> dict[str, Any]:
    due, is_attempt = one.due, one.answer.is_attempt
    first_at = due.first_at or (one.at if is_attempt else None)
    return {
        "id": str(due.id),
        "attempts": logged(due.attempts, one.answer, one.at) if is_attempt else due.attempts,
        "tries": due.tries + is_attempt,
        "first_at": first_at.isoformat() if first_at else None,
        "state": state,
        "pause": pause,
    }


def pause_of(one: Sent, pace: Pace, luck: float) -> float:
    """Seconds until it is tried again. A receiver that asks for more than is left is tried at the window's end."""
    if not one.answer.is_attempt:
        return pace.no_room * (0.5 + luck)
    asked = asked_pause(one.answer.retry_after, one.at, pace.longest_asked)
    return max(delay_of(pace, one.due.tries + 1, luck), min(asked, _left_of(one, pace)))


def _left_of(one: Sent, pace: Pace) -> float:
    """Of its window."""
    return pace.window - (one.at - (one.due.first_at or one.at)).total_seconds()


def end_of(one: Sent, pace: Pace, luck: float) -> DeliveryState | None:
    """None: it is tried again."""
    if one.answer.is_success:
        return DeliveryState.DELIVERED
    if one.due.event is None:
        return DeliveryState.EXHAUSTED
    if one.answer.disables is not None or not one.answer.is_attempt:
        return None  # it waits for `resume`, or for room
    is_late = delay_of(pace, one.due.tries + 1, luck) > _left_of(one, pace)
    return DeliveryState.EXHAUSTED if is_late else None


_HEALTH = (Webhook.failures, Webhook.failing_since, Webhook.failing_lanes, Webhook.tenant, Webhook.state)


async def _record_health(
    session: AsyncSession, webhook_id: UUID, fence: int, sent: Sequence[Sent], pace: Pace, luck: float
) -> None:
    """Failures in a row, the pause that they bring, and whether the webhook is disabled."""
    by_time = sorted(sent, key=lambda each: each.at)
    tried = [one for one in by_time if one.answer.is_attempt and one.answer.is_receivers]
    if not tried:
        return
    ours = and_(Webhook.id == webhook_id, Webhook.fence == fence)
    row = (await session.execute(select(*_HEALTH).where(ours).with_for_update())).first()
    if row is None:
        return
    health = before = Health(row.failures, row.failing_since, tuple(row.failing_lanes))
    for one in tried:
        health = health.after(pace, one.due.lane, one.at, is_success=one.answer.is_success)
    pause = circuit_pause(pace, health.failures, luck)
    asked = [
        asked_pause(one.answer.retry_after, one.at, pace.longest_asked) for one in tried if one.answer.asks_to_wait
    ]
    pause = max([pause, *asked])
    reason = next((one.answer.disables for one in tried if one.answer.disables), None)
    if reason is None and health.since is not None and (tried[-1].at - health.since).total_seconds() > pace.failing:
        reason = DisabledReason.FAILING
    if health == before and not pause and reason is None:
        return
    values: dict[str, Any] = {
        "failures": health.failures,
        "failing_since": health.since,
        "failing_lanes": list(health.lanes),
    }
    if pause:
        # Never shorter than the receiver asked for before: only `resume` ends that.
        values["paused_until"] = func.greatest(Webhook.paused_until, NOW + timedelta(seconds=pause))
    if reason is not None and row.state == WebhookState.ACTIVE:
        values |= {"state": WebhookState.DISABLED, "disabled_reason": reason, "updated_at": NOW}
        target, said = f"/v1/webhooks/{webhook_id}", {"reason": reason}
        await trail.record_own(session, row.tenant, action="disable_webhook", target=target, details=said)
    await session.execute(update(Webhook).where(ours).values(values))


async def give_back(session: AsyncSession, webhook_id: UUID, fence: int, *, soonest: timedelta = timedelta()) -> None:
    """End the lease; due when the first of its heads is. `soonest`: not before.

    Where nothing waits any more, it is not failing any more either: a failure after days without an event is the first.
    """
    ours = and_(Webhook.id == webhook_id, Webhook.fence == fence)
    # First the row, then in a statement of its own what is due: it sees what was added until the row was had.
    if (await session.execute(select(Webhook.id).where(ours).with_for_update())).first() is None:
        return
    first = select(func.min(D.due_at)).where(D.webhook_id == webhook_id, PENDING, D.is_head).scalar_subquery()
    due_at = func.greatest(func.least(first, NOW + LOOK_AGAIN), Webhook.paused_until, NOW + soonest)
    failing_since = case((first.is_(None), null()), else_=Webhook.failing_since)
    await session.execute(
        update(Webhook).where(ours).values(due_at=due_at, lease_until=None, failing_since=failing_since)
    )
