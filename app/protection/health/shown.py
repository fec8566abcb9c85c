"""Reads the health of items for answers: right at the moment of the answer, also between two runs of the loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.jobs.models import VaultWatch
from app.protection.health.consistency import ConsistencyHealth, judge
from app.protection.health.known import is_running_at, known_until
from app.protection.health.models import ItemHealth
from app.protection.health.point_kinds import SAME_POINT
from app.protection.health.rpo import Rpo, RpoState, rpo_at
from app.protection.health.store import owed_of
from app.protection.models import ProtectedItem


@dataclass(frozen=True, slots=True)
class Health:
    rpo: Rpo
    consistency: ConsistencyHealth


async def health_of(session: AsyncSession, items: Sequence[ProtectedItem]) -> Mapping[UUID, Health]:
    """The health of each of these; of an item that was not assessed yet nothing is known."""
    query = (
        select(ItemHealth, VaultWatch.seen_until, VaultWatch.items_owed_at, NOW.label("now"))
        .add_columns(is_running_at(NOW).label("is_running"))
        .join(ProtectedItem, ProtectedItem.id == ItemHealth.protected_item_id)
        .outerjoin(VaultWatch, VaultWatch.vault_id == ProtectedItem.vault_id)
        .where(ItemHealth.protected_item_id.in_([item.id for item in items]))
    )
    rows = {row.ItemHealth.protected_item_id: row for row in await session.execute(query)}
    found = {}
    for item in items:
        row = rows.get(item.id)
        found[item.id] = _health(item, row) if row is not None else _unassessed(item)
    return found


def _health(item: ProtectedItem, row: Row[Any]) -> Health:
    health = row.ItemHealth
    rpo = rpo_at(
        owed_of(health),
        health.last_point_at,
        row.now,
        known_until=known_until(item.as_of, row.seen_until, row.items_owed_at),
        is_recorded=health.missed_since is not None,
        is_running=row.is_running,
    )
    return Health(rpo, judge(_kind(health.expected_kind), _kind(last_kind(item, health))))


def last_kind(item: ProtectedItem, health: ItemHealth) -> str | None:
    """Of the item's newest point; None if that one was not read."""
    newest, read = item.last_recovery_point_at, health.point_kind_of
    return health.point_kind if newest is not None and read is not None and read >= newest - SAME_POINT else None


def _kind(word: str | None) -> Any:
    return word


def _unassessed(item: ProtectedItem) -> Health:
    rpo = Rpo(RpoState.UNKNOWN, None, None, item.last_recovery_point_at, None, None, None)
    return Health(rpo, judge(None, None))
