"""Which recovery point a backup made: known once the points of its VM were read, and kept in the result of its job.

Azure's job does not name the point that it makes, and the item shows only the time of the newest. The point is the only
one that Azure took while the job ran.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL
from app.jobs.models import Job

NEWEST: Final = 20
"""Jobs of an item whose point is looked for."""
APART: Final = timedelta(minutes=1)
"""The times of a point and of its job may be this far apart."""
FIELD: Final = "recovery_point_id"


@dataclass(frozen=True, slots=True)
class PointTime:
    """A recovery point of the vault's own region."""

    id: str
    time: datetime


def made_by(started_at: datetime, finished_at: datetime, points: Sequence[PointTime]) -> str | None:
    """The point of a job that ran then; None: there is none, or more than one may be it."""
    within = [one.id for one in points if started_at - APART <= one.time <= finished_at + APART]
    return within[0] if len(within) == 1 else None


async def note_made_points(session: AsyncSession, tenant: str, item_id: UUID, points: Sequence[PointTime]) -> None:
    """Write the points of this item into the results of the backups that made them, where that is not known yet."""
    if not points:
        return
    newest = (
        select(Job.id, Job.kind, Job.state, Job.result, Job.started_at, Job.finished_at)
        .where(Job.tenant == tenant, Job.protected_item_id == item_id)
        .order_by(Job.id.desc())
        .limit(NEWEST)
    )
    for row in await session.execute(newest):
        if row.kind != JobKind.BACKUP or row.state not in WELL or not row.result or row.result.get(FIELD):
            continue
        made = made_by(row.started_at, row.finished_at, points) if row.started_at and row.finished_at else None
        if made is not None:
            added = Job.result.op("||")(func.jsonb_build_object(FIELD, made))
            await session.execute(update(Job).where(Job.id == row.id).values(result=added, updated_at=NOW))
