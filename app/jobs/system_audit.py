"""Writes Holdfast's own decisions about a job's attempts to the audit trail: no caller asked, and they have effects.

The job's own history tells it as well, but is cleared after some months; the trail stays.
"""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.jobs.work import Ticket

Decision = Literal["adopt_attempt", "retire_attempt", "ask_for_attention", "find_orphan"]
"""Azure's job (or object) is taken for what the attempt made; the attempt is taken for not having happened, so that
another one may be sent; a person must say; what was taken for not having happened did happen."""


async def record_decision(
    session: AsyncSession, ticket: Ticket, action: Decision, attempt_id: UUID | None, **details: Any
) -> None:
    """Write it, as a part of the transaction that acts on it. `attempt_id`: None where no attempt is known to be meant.

    `details`: JSON.
    """
    await trail.record_own(
        session,
        ticket.tenant,
        action=action,
        target=f"/v1/jobs/{ticket.id}",
        job_id=ticket.id,
        attempt_id=attempt_id,
        details={"kind": ticket.kind, **details},
    )
