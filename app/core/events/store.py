"""Gives committed events their positions, and reads from a position. No function here waits for an open transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import tell_after_commit
from app.core.db.notices import EVENTS_CHANNEL
from app.core.events.models import Event

PUBLISHED_AT_ONCE = 5000
"""Events that one call of `publish` moves at most: some 100 ms."""


def without_notice(tenant: ColumnElement[str]) -> ColumnElement[str]:
    """For the SELECT list of a statement that writes events of this tenant, whose caller says so by `announce`.

    The NOTICE of their trigger (app/core/db/notices.py) takes 2 % of the processor time of an accepted request.
    """
    return func.set_config("holdfast.told", tenant, True)  # noqa: FBT003 - for this transaction


def announce(session: AsyncSession, tenant: str) -> None:
    """This transaction wrote events of the tenant: those who wait for them are woken after the commit."""
    tell_after_commit(session, EVENTS_CHANNEL, tenant)


async def publish(session: AsyncSession) -> bool:
    """Give the events that were committed until now their positions. Whether there may be more.

    For every tenant, under one lock: in the order in which the triggers wrote them. Two events of one row are never
    visible in the other order, because the second was written under the row's lock, after the first was committed.
    """
    moved = await session.scalar(select(func.holdfast_publish_events(PUBLISHED_AT_ONCE)))
    return moved == PUBLISHED_AT_ONCE


async def read_after(session: AsyncSession, position: int, limit: int, *only: Any) -> Sequence[Event]:
    """The first `limit` events after this position that meet the conditions `only`; of the tenants it may see."""
    query = select(Event).where(Event.position > position, *only).order_by(Event.position).limit(limit)
    return (await session.scalars(query)).all()


async def newest(session: AsyncSession) -> int:
    """The position of the newest event that this session sees; 0 = there is none."""
    return await session.scalar(select(func.max(Event.position))) or 0
