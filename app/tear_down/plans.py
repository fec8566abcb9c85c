"""The plan of a tear-down as a row keeps it, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.tear_down.models import TearDownPlan
from app.tear_down.steps import Note
from app.tear_down.values import Resource

RESOURCES: TypeAdapter[list[Resource]] = TypeAdapter(list[Resource])
NOTES: TypeAdapter[dict[str, Note]] = TypeAdapter(dict[str, Note])


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job set out to delete, and what Azure has answered so far."""

    resources: Sequence[Resource]
    notes: Mapping[str, Note]
    is_stopped: bool = False
    """A person cancelled the job: nothing more is to be sent."""


def plan_in(row: TearDownPlan, *, is_stopped: bool = False) -> Plan:
    return Plan(RESOURCES.validate_python(row.resources), NOTES.validate_python(row.notes), is_stopped)


async def freed_by_earlier(session: AsyncSession, restore_id: UUID) -> dict[str, datetime | None]:
    """Disks whose machine an earlier tear-down of this restore deleted: `Note.freed_at`, by folded id."""
    rows = await session.scalars(
        select(TearDownPlan.notes)
        .join(Job, Job.id == TearDownPlan.job_id)
        .where(Job.resource_id == restore_id, Job.kind == JobKind.TEAR_DOWN)
        .order_by(TearDownPlan.planned_at)
    )
    noted = (NOTES.validate_python(one) for one in rows)
    return {key: note.freed_at for notes in noted for key, note in notes.items() if note.is_freed}
