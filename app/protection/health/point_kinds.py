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
from sqlalchemy import CTE, ColumnElement, Row, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import AzureError
from app.azure.gate import RequestClass
from app.azure.ports import RecoveryPoints
from app.azure.values import ItemRef, RecoveryPoint, VaultRef
from app.budgets.models import AzureBudget
from app.budgets.rules import HOUR
from app.core.db.database import NOW, Database
from app.jobs.api.made_points import PointTime, note_made_points
from app.protection.health.models import ItemHealth
from app.protection.health.rpo import EXPECTS_BACKUPS
from app.protection.health.store import PointSeen, remember_points
from app.protection.models import ProtectedItem
from app.vaults.models import Vault

log = structlog.get_logger()

EVERY_SECONDS: Final = 60.0
A_MINUTE: Final = 2
"""Requests a minute and subscription, at most."""
SHARE: Final = 0.2
"""Of what Azure allows in an hour, as far as that was learnt (budgets/rules.py): callers read points, too."""
LEAST_AN_HOUR: Final = 150
"""What is assumed before Azure has said anything: the smallest limit that was seen (docs/azure.md, Throttling)."""
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
        read = [(row, points) for row in claimed if (points := await self._read(row))]
        if read:
            async with self._database.begin() as session:
                await remember_points(session, [_newest_of(row, points) for row, points in read])
                for row, points in read:
                    times = [PointTime(one.id, one.time) for one in points]
                    await note_made_points(session, row.tenant, row.id, times)
        return None

    async def _read(self, row: Row[Any]) -> Sequence[RecoveryPoint]:
        vault = VaultRef(row.subscription_id, row.resource_group, row.name)
        try:
            return await self._points.list(ItemRef(vault, names.read_vm_id(row.vm_id)))
        except AzureError as error:
            log.info("health.points_not_read", item=str(row.id), error=type(error).__name__)
            return ()


def _newest_of(row: Row[Any], points: Sequence[RecoveryPoint]) -> PointSeen:
    newest = points[0]
    return PointSeen(row.id, newest.time, newest.consistency, newest.then.os)


async def _claim(session: AsyncSession) -> Sequence[Row[Any]]:
    """Items whose newest point was not read yet, the ones that waited longest first; marked as asked for."""
    asked, allowed = _asked_lately(), _allowed_an_hour()
    newest = ProtectedItem.last_recovery_point_at
    turn = func.row_number().over(
        partition_by=Vault.subscription_id,
        order_by=(ItemHealth.kind_asked_at.asc().nulls_first(), newest, ProtectedItem.id),
    )
    waiting = (
        select(ProtectedItem.id, ProtectedItem.tenant, ProtectedItem.vm_id)
        .add_columns(Vault.subscription_id, Vault.resource_group, Vault.name)
        .add_columns(turn.label("turn"), func.coalesce(asked.c.minute, 0).label("minute"))
        .add_columns(func.coalesce(asked.c.hour, 0).label("hour"))
        .add_columns(func.coalesce(allowed.c.requests, SHARE * LEAST_AN_HOUR).label("allowed"))
        .join(ItemHealth, ItemHealth.protected_item_id == ProtectedItem.id)
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .outerjoin(asked, asked.c.subscription_id == func.lower(Vault.subscription_id))
        .outerjoin(allowed, allowed.c.subscription_id == func.lower(Vault.subscription_id))
        .where(
            ProtectedItem.state.in_(EXPECTS_BACKUPS),
            newest.is_not(None),
            or_(ItemHealth.point_kind_of.is_(None), ItemHealth.point_kind_of < newest - SAME_POINT),
            _not_asked_lately(),
        )
        .subquery()
    )
    within = (waiting.c.turn + waiting.c.minute <= A_MINUTE, waiting.c.turn + waiting.c.hour <= waiting.c.allowed)
    rows = (await session.execute(select(waiting).where(*within))).all()
    taken = await _take(session, [row.id for row in rows])
    return [row for row in rows if row.id in taken]


def _asked_lately() -> CTE:
    """Requests of the last minute, and of the last hour: an item is asked for once an hour at most."""
    is_of_minute = ItemHealth.kind_asked_at > NOW - timedelta(seconds=EVERY_SECONDS)
    return (
        select(func.lower(Vault.subscription_id).label("subscription_id"))
        .add_columns(func.count().filter(is_of_minute).label("minute"), func.count().label("hour"))
        .join(ProtectedItem, ProtectedItem.vault_id == Vault.id)
        .join(ItemHealth, ItemHealth.protected_item_id == ProtectedItem.id)
        .where(ItemHealth.kind_asked_at > NOW - AGAIN)
        .group_by(func.lower(Vault.subscription_id))
        .cte("asked")
    )


def _allowed_an_hour() -> CTE:
    """Where Azure has said what is left of its reads. Of the principal that asks now, should there be another one."""
    return (
        select(AzureBudget.subscription_id, (SHARE * HOUR * AzureBudget.rate).label("requests"))
        .where(AzureBudget.request_class == RequestClass.OTHER_READ.value, AzureBudget.remaining.is_not(None))
        .ext(distinct_on(AzureBudget.subscription_id))
        .order_by(AzureBudget.subscription_id, AzureBudget.filled_at.desc())
        .cte("allowed")
    )


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
