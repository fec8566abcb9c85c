"""Whether a job is still with the worker that was given it: asked before its part writes or sends anything."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureUnreachable
from app.jobs.models import Job
from app.jobs.work import Ticket


async def check_ours(session: AsyncSession, ticket: Ticket, *, hold: bool) -> None:
    """Raises AzureUnreachable where the job is another worker's by now: nothing was sent.

    `hold`: it stays ours until the transaction ends. Not where the caller has locked a row that the end of a job locks
    after the job.
    """
    mine = select(Job.id).where(Job.id == ticket.id, Job.fence == ticket.fence)
    if await session.scalar(mine.with_for_update() if hold else mine) is None:
        raise AzureUnreachable("The job has gone to another worker; nothing was sent.")
