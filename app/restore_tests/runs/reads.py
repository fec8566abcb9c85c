"""Lists and reads runs of restore tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.runs.verdicts import no_such_run


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; None = any."""

    outcome: Sequence[str] | None = None
    protected_item_id: Sequence[UUID] | None = None
    restore_test_id: UUID | None = None
    job_id: UUID | None = None


async def list_runs(
    session: AsyncSession,
    tenant: str,
    wanted: RunFilter,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[RestoreTestRun], str | None]:
    """Newest first."""
    row = RestoreTestRun
    query = select(row).where(row.tenant == tenant).order_by(row.id.desc()).limit(limit + 1)
    for column, values in ((row.outcome, wanted.outcome), (row.protected_item_id, wanted.protected_item_id)):
        if values is not None:
            query = query.where(column.in_(values))
    for column, value in ((row.restore_test_id, wanted.restore_test_id), (row.job_id, wanted.job_id)):
        if value is not None:
            query = query.where(column == value)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "restore_test_runs", 1)
    if keys is not None:
        query = query.where(row.id < uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("restore_test_runs", str(last.id)) if last else None


async def get_run(session: AsyncSession, tenant: str, run_id: UUID) -> RestoreTestRun:
    """Raises RestoreTestRunNotFound."""
    row = RestoreTestRun
    found = await session.scalar(select(row).where(row.tenant == tenant, row.id == run_id))
    if found is None:
        raise no_such_run(run_id)
    return found
