"""Figures of jobs for /metrics, counted over all tenants by functions of the database that show no rows.

Each reads partial indexes of what has not ended, however many jobs have (migrations 0003 and 0006).
"""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.metrics import Aged


async def count_in_flight(session: AsyncSession) -> dict[tuple[str, str], Aged]:
    """By (kind, state), for jobs that have not ended: their number, and the age of the oldest in seconds."""
    rows = await session.execute(text("SELECT kind, state, jobs, oldest_seconds FROM holdfast_jobs_in_flight()"))
    return {(kind, state): (count, seconds) for kind, state, count, seconds in rows}


async def count_open_attempts(session: AsyncSession) -> Aged:
    """Attempts with an unknown outcome: how many, and the age of the oldest in seconds."""
    row = (await session.execute(text("SELECT attempts, oldest_seconds FROM holdfast_attempts_open()"))).one()
    return row.attempts, row.oldest_seconds


async def count_due(session: AsyncSession) -> dict[str, Aged]:
    """By loop: rows that are due and not leased: how many, and how many seconds the oldest has been due."""
    rows = await session.execute(text("SELECT loop, due, overdue_seconds FROM holdfast_work_due()"))
    return {loop: (count, seconds) for loop, count, seconds in rows}


async def count_orphans(session: AsyncSession) -> int:
    """Azure jobs of attempts that were given up: each is a request that was carried out twice."""
    return int(await session.scalar(select(func.holdfast_orphans())) or 0)
