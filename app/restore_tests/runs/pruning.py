"""Deletes old runs, and what deleted tenants left. Evidence is kept for ever."""

from datetime import timedelta
from typing import Final, cast

from sqlalchemy import Table, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.identity.access.models import Tenant
from app.restore_tests.models import RestoreTest, RestoreTestRun
from app.restore_tests.rules import RunState

KEPT: Final = timedelta(days=400)
BATCH: Final = 1000
EVERY_SECONDS: Final = 300.0


async def prune(session: AsyncSession) -> None:
    """One batch of each."""
    table = cast("Table", RestoreTest.__table__)
    await trail.delete_on_record(
        session,
        table,
        ~exists().where(Tenant.id == table.c.tenant),
        action="delete_restore_test",
        path="/v1/restore-tests/",
        job_id=None,
        says=("name", "hash"),
    )
    row = RestoreTestRun
    is_old = (row.state == RunState.ENDED.value) & (row.ended_at < NOW - KEPT)
    old = select(row.id).where(is_old | ~exists().where(Tenant.id == row.tenant)).limit(BATCH)
    await session.execute(delete(row).where(row.id.in_(old)))
