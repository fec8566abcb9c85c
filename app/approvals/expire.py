"""The loop that ends jobs whose approval did not come in time, or is not valid any more.

Nothing is sent to Azure here, so there is no lease: the job is locked and ended in one transaction. No caller requested
it, so the trail says that Holdfast did it, and why.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.approvals import rules
from app.audit import trail
from app.core.db.database import NOW, Database
from app.jobs import store
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.models import Approval, ApprovalState
from app.jobs.lifecycle import Observation, State
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.work import JobError, Work

log = structlog.get_logger()

BATCH = 16


class ExpireLoop:
    def __init__(self, database: Database, works: Mapping[str, Work[Any, Any]]) -> None:
        self._database = database
        self._works = works
        self._rows = claims.known(approval_validity.LOST, works)

    async def run_once(self) -> float | None:
        """End up to a batch of them. Answers in how many seconds the next approval expires."""
        async with self._database.begin() as session:
            found = (
                await session.execute(
                    select(*claims.TICKET_COLUMNS, Job.approval_id)
                    .where(self._rows)
                    .order_by(Job.due_at)
                    .limit(BATCH)
                    .with_for_update(of=Job, skip_locked=True)
                )
            ).all()
            for row in found:
                await self._end(session, row)
            return 0.0 if found else await _next(session)

    async def _end(self, session: AsyncSession, row: Row[Any]) -> None:
        ticket = claims.ticket(row)
        so_far = await store.so_far(session, self._works[ticket.kind], ticket)
        error = await _why(session, row, is_half_done=bool(so_far))
        values = store.failed(error) | so_far
        state = await store.record(session, ticket, Observation.APPROVAL_LOST, values=values, detail=error.detail)
        if state is None:
            return
        is_late = error.code == "approval_expired"
        await approval_validity.end(session, ticket.id, ApprovalState.EXPIRED if is_late else ApprovalState.WITHDRAWN)
        await trail.record_own(
            session,
            ticket.tenant,
            action="expire_approval" if is_late else "withdraw_approval",
            target=f"/v1/approvals/{row.approval_id}",
            job_id=ticket.id,
            approval_id=row.approval_id,
            details={"kind": ticket.kind, "why": error.detail},
        )
        await self._works[ticket.kind].finish(session, ticket, state, None)
        log.info("approval.lost", job_id=str(ticket.id), code=error.code)


async def _why(session: AsyncSession, row: Row[Any], *, is_half_done: bool) -> JobError:
    found = (
        await session.execute(
            select(
                (Approval.expires_at <= NOW).label("is_expired"),
                approval_validity.IS_AS_ASKED.label("is_as_asked"),
                Approval.state,
            ).where(Job.id == row.id, Approval.job_id == Job.id)
        )
    ).first()
    if found is None:  # The row was deleted, so what was requested is not known.
        return rules.lost(is_expired=False, is_as_asked=False, state=ApprovalState.PENDING)
    return rules.lost(
        is_expired=found.is_expired, is_as_asked=found.is_as_asked, state=found.state, is_half_done=is_half_done
    )


async def _next(session: AsyncSession) -> float | None:
    """Seconds until the first approval expires that a job still waits for, or waits to use."""
    waits = Job.state.in_([State.AWAITING_APPROVAL, State.QUEUED])
    seconds = await session.scalar(
        select(func.extract("epoch", func.min(Approval.expires_at) - NOW))
        .join(Job, Job.approval_id == Approval.id)
        .where(Job.approval_id.is_not(None), waits, Approval.expires_at > NOW)
    )
    return None if seconds is None else max(0.05, float(seconds))
