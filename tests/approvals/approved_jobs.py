"""A job that a second person has approved."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.approvals import service
from app.core.db.database import Database
from app.jobs.approval.models import Approval
from app.jobs.requests.enqueue import enqueue
from tests.approvals.people import PEOPLE
from tests.approvals.sequences import WORKS, new_restore


async def asked(database: Database) -> UUID:
    async with database.begin() as session:
        job, _ = await enqueue(session, new_restore(PEOPLE["own"]))
    return job.id


async def decide(database: Database, job_id: UUID, verdict: Any = "approved", who: str = "a") -> Approval:
    async with database.begin() as session:
        id_ = await session.scalar(select(Approval.id).where(Approval.job_id == job_id))
        assert id_ is not None
        approval, _ = await service.decide(session, PEOPLE[who], id_, verdict, "because", WORKS)
    return approval


async def approved(database: Database) -> UUID:
    job_id = await asked(database)
    await decide(database, job_id)
    return job_id
