"""The loop `point_kinds`: reads of which kind the newest recovery point of each item is, a few items at a time.

Azure shows the kind of a point only in the list of an item's points: one request for each item (docs/azure.md, Recovery
points). So this is spread thinly over the day, and leaves Azure's rate limit to callers and sweeps. What a caller reads
of the points of an item is kept, too (store.remember_points), and costs nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import AzureError
from app.azure.ports import RecoveryPoints
from app.azure.values import ItemRef, VaultRef
from app.core.db.database import NOW, Database
from app.protection.health.models import ItemHealth
from app.protection.health.rpo import EXPECTS_BACKUPS
from app.protection.health.store import PointSeen, remember_points
from app.protection.models import ProtectedItem
from app.vaults.models import Vault

log = structlog.get_logger()

EVERY_SECONDS: Final = 60.0
A_MINUTE: Final = 2
"""Requests a minute and subscription: 120 an hour, of the 150 that Azure has allowed at least (docs/azure.md,
Throttling)."""
AGAIN: Final = timedelta(hours=1)
"""How long after a request an item is asked for again at the earliest."""
SAME_POINT: Final = timedelta(minutes=1)
"""The item and the list of its points may show the time of one point a little differently."""


class PointKindsLoop:
    def __init__(self, database: Database, points: RecoveryPoints) -> None:
        self._database = database
        self._points = points

    async def run_once(self) -> float | None:
        """Read the points of a few items. Returns None: the next ones are due with the next minute."""
        async with self._database.begin() as session:
            claimed = await _claim(session)
        seen = [found for row in claimed if (found := await self._read(row)) is not None]
        if seen:
            async with self._database.begin() as session:
                await remember_points(session, seen)
        return None

    async def _read(self, row: Row[Any]) -> PointSeen | None:
        vault = VaultRef(row.subscription_id, row.resource_group, row.name)
        try:
            points = await self._points.list(ItemRef(vault, names.read_vm_id(row.vm_id)))
        except AzureError as error:
            log.info("health.points_not_read", item=str(row.id), error=type(error).__name__)
            return None
        newest = points[0] if points else None
        return PointSeen(row.id, newest.time, newest.consistency, newest.then.os) if newest is not None else None


async def _claim(session: AsyncSession) -> Sequence[Row[Any]]:
    """Items whose newest point was not read yet, the ones that waited longest first; marked as asked for."""
    asked_lately = (
        select(Vault.subscription_id, func.count().label("asked"))
        .join(ProtectedItem, ProtectedItem.vault_id == Vault.id)
        .join(ItemHealth, ItemHealth.protected_item_id == ProtectedItem.id)
        .where(ItemHealth.kind_asked_at > NOW - timedelta(seconds=EVERY_SECONDS))
        .group_by(Vault.subscription_id)
        .cte("asked_lately")
    )
    newest = ProtectedItem.last_recovery_point_at
    turn = func.row_number().over(
        partition_by=Vault.subscription_id,
        order_by=(ItemHealth.kind_asked_at.asc().nulls_first(), newest, ProtectedItem.id),
    )
    waiting = (
        select(ProtectedItem.id, ProtectedItem.vm_id, Vault.subscription_id, Vault.resource_group, Vault.name)
        .add_columns(turn.label("turn"), func.coalesce(asked_lately.c.asked, 0).label("asked"))
        .join(ItemHealth, ItemHealth.protected_item_id == ProtectedItem.id)
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .outerjoin(asked_lately, asked_lately.c.subscription_id == Vault.subscription_id)
        .where(
            ProtectedItem.state.in_(EXPECTS_BACKUPS),
            newest.is_not(None),
            or_(ItemHealth.point_kind_of.is_(None), ItemHealth.point_kind_of < newest - SAME_POINT),
            _not_asked_lately(),
        )
        .subquery()
    )
    rows = (await session.execute(select(waiting).where(waiting.c.turn + waiting.c.asked <= A_MINUTE))).all()
    taken = await _take(session, [row.id for row in rows])
    return [row for row in rows if row.id in taken]


async def _take(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Mark them as asked for: those that another worker took meanwhile are left out."""
    if not ids:
        return set()
    taken = await session.scalars(
        update(ItemHealth)
        .where(ItemHealth.protected_item_id.in_(ids), _not_asked_lately())
        .values(kind_asked_at=NOW)
        .returning(ItemHealth.protected_item_id)
    )
    return set(taken)


def _not_asked_lately() -> ColumnElement[bool]:
    return or_(ItemHealth.kind_asked_at.is_(None), ItemHealth.kind_asked_at < NOW - AGAIN)
