"""Finds the later write of a series that a retry of an earlier one would undo.

Decided by the later job itself, which is kept as long as it counts: its attempts are cleared away after a while.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.jobs.lifecycle import WELL, State
from app.jobs.models import Job
from app.jobs.queue.claims import UNDER_WAY
from app.jobs.work import JobError, Ticket

TITLE = "A later write to the same thing was accepted"
DETAIL = "A later write to the same thing was accepted since: sent again now, this one would undo it."
REMEDY = "Abandon this one; if its change is still wanted, make a new request."

_LATER = aliased(Job)
_MAY_HAVE_ACTED: ColumnElement[bool] = or_(
    _LATER.state.in_((*UNDER_WAY, *sorted(WELL))),
    # One that ended badly: Azure took it, or a person gave it up without knowing. A refused one changed nothing.
    and_(
        _LATER.state.in_((State.FAILED, State.CANCELLED)),
        or_(
            _LATER.activity_id.is_not(None),
            _LATER.azure_job_id.is_not(None),
            _LATER.azure_job_ids.is_not(None),
            _LATER.error["code"].astext == "abandoned",
        ),
    ),
)


def _later_writes() -> Select[UUID, UUID]:
    """For jobs that released their series: (job, later write of that series that Azure may have accepted)."""
    same = or_(_LATER.series == Job.released_series, _LATER.released_series == Job.released_series)
    later = (_LATER.tenant == Job.tenant, _LATER.id != Job.id, _LATER.created_at > Job.created_at)
    return (
        select(Job.id, _LATER.id)
        .join(_LATER, and_(same, *later, _MAY_HAVE_ACTED))
        .where(Job.released_series.is_not(None))
    )


async def later_write(session: AsyncSession, job_id: UUID) -> UUID | None:
    """The newest write that went past this job, if any."""
    newest = _later_writes().where(Job.id == job_id).order_by(_LATER.created_at.desc()).limit(1)
    row = (await session.execute(newest)).first()
    return row[1] if row is not None else None


async def overtaken(session: AsyncSession, claimed: Sequence[Ticket]) -> dict[UUID, JobError]:
    """Which of the jobs just claimed must not be sent any more, and why.

    Call it in the transaction of the claim: from then on no other write of their series can be claimed, and earlier
    ones are visible.
    """
    anew = [ticket.id for ticket in claimed if ticket.released_series is not None]
    if not anew:
        return {}
    rows = await session.execute(_later_writes().where(Job.id.in_(anew)).order_by(_LATER.created_at))
    return {row[0]: _error(row[1]) for row in rows}


def _error(later: UUID) -> JobError:
    return JobError(
        code="overtaken",
        title=TITLE,
        detail=f"{DETAIL} It is /v1/jobs/{later}.",
        remedy="If this change is still wanted, make a new request.",
    )
