"""Encrypts the secret parameters of restore tests with the newest key, in small transactions, while everything runs.

Their digests stay: an approval of a definition holds.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import WORKER_ROLE, Database
from app.core.secret_box import SecretBox, SecretUnreadable
from app.restore_tests.models import RestoreTest, RestoreTestRun

BATCH: Final = 100
Kept = type[RestoreTest] | type[RestoreTestRun]


async def reencrypt(url: str, box: SecretBox) -> tuple[int, int]:
    """(rows that were changed, rows that no key reads). Raises SecretsKeysMissing."""
    box.check_can_keep()
    database = Database(url, role=WORKER_ROLE, application_name="holdfast-rotate-secrets")
    try:
        tests = await _table(database, box, RestoreTest)
        runs = await _table(database, box, RestoreTestRun)
    finally:
        await database.aclose()
    return tests[0] + runs[0], tests[1] + runs[1]


async def _table(database: Database, box: SecretBox, table: Kept) -> tuple[int, int]:
    done, unreadable, after = 0, 0, UUID(int=0)
    while True:
        async with database.begin() as session:
            page = select(table.id, table.secrets).where(table.id > after, table.secrets.is_not(None))
            rows = (await session.execute(page.order_by(table.id).limit(BATCH).with_for_update())).all()
            for row in rows:
                try:
                    done += await _renew(session, box, table, row.id, row.secrets)
                except SecretUnreadable:
                    unreadable += 1
        if not rows:
            return done, unreadable
        after = rows[-1].id


async def _renew(session: AsyncSession, box: SecretBox, table: Kept, row_id: UUID, kept: str) -> int:
    if box.is_newest(kept):
        return 0
    await session.execute(update(table).where(table.id == row_id).values(secrets=box.encrypt(box.decrypt(kept))))
    return 1
