"""Writes Holdfast's own decisions about a job's attempts to the audit trail: no caller requested them.

The job's history has them too, but is deleted after some months; the trail is kept.
"""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.jobs.work import Ticket

Decision = Literal["adopt_attempt", "retire_attempt", "ask_for_attention", "find_orphan"]
"""Azure's job (or object) was matched with the attempt; the attempt was believed absent, so another one may be sent; a
person must decide; an attempt that was believed absent did happen."""


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
