"""Azure accepted a write, but nothing shows that it was carried out: the job waits, then a person decides.

The job's history says what was requested and what is there. Later writes to the same thing are sent, because otherwise
a write that never becomes visible would block them for ever.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import Database
from app.jobs import bounds, store
from app.jobs.lifecycle import Observation, Waiting
from app.jobs.models import Job
from app.jobs.scheduling import back_off
from app.jobs.system_audit import record_decision
from app.jobs.work import LetsGo, NotCarriedOutError, Result, Ticket, Work

log = structlog.get_logger()
Works = Mapping[str, Work[Any, Any]]


class NotCarriedOut:
    def __init__(self, database: Database, works: Works, *, poll_seconds: float) -> None:
        self._database = database
        self._works = works
        self._poll_seconds = poll_seconds

    async def put_off(self, ticket: Ticket, error: NotCarriedOutError) -> Result | None:
        """What is there, if a person accepted it. None: the job waits, or after its time limit a person decides."""
        if ticket.taken_as_is and error.result is not None:
            return error.result
        async with self._database.begin() as session:
            if await bounds.is_not_carried_out(session, ticket, self._poll_seconds):
                await ask_a_person(session, ticket, f"Accepted by Azure, and not carried out: {error}", self._works)
                return None
            await store.record(
                session,
                ticket,
                Observation.COULD_NOT_LOOK,
                detail=f"Azure does not show it yet: {error}",
                values=store.waiting(Waiting.OUTCOME_UNKNOWN, back_off(ticket.tries, self._poll_seconds)),
                quiet=ticket.tries > 0,
            )
        return None


async def ask_a_person(session: AsyncSession, ticket: Ticket, detail: str, works: Works) -> bool:
    """Put a job that Azure works on before a person, and let what waits for it go on. Whether it was written."""
    activity_id: UUID | None = await session.scalar(select(Job.activity_id).where(Job.id == ticket.id))
    written = await let_go(session, ticket, detail, works)
    if written:
        await record_decision(session, ticket, "ask_for_attention", activity_id, why=detail)
    log.error("job.needs_attention", job_id=str(ticket.id), kind=ticket.kind, why=detail, written=written)
    return written


async def let_go(session: AsyncSession, ticket: Ticket, detail: str, works: Works) -> bool:
    """Nothing more is expected of it: later writes to the same thing are accepted and sent. Whether it was written."""
    values: dict[str, Any] = store.waiting(Waiting.OUTCOME_UNKNOWN, 0.0) | store.released()
    written = await store.record(session, ticket, Observation.AMBIGUOUS, values=values, detail=detail)
    work = works[ticket.kind]
    if written and isinstance(work, LetsGo):
        await work.let_go(session, ticket)
    return written is not None
