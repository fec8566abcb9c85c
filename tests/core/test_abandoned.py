"""Who stands still within a transaction, or is gone without a word, does not keep what it has locked."""

import asyncio

import pytest
from sqlalchemy import text

from app.core.db import database as database_module
from app.core.db.database import DATABASE_AWAY, Database

LOCK = text("SELECT pg_advisory_xact_lock(1)")


async def lock_and_stand_still_until(there: Database, other: Database) -> None:
    async with there.begin() as session:
        await session.execute(LOCK)
        async with asyncio.timeout(20), other.begin() as another:
            await another.execute(LOCK)
        await session.execute(LOCK)


async def test_a_transaction_that_nobody_goes_on_with_is_ended_and_the_others_get_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "ABANDONED_SECONDS", 0.3)
    frozen, other = Database(database_url), Database(database_url)
    try:
        with pytest.raises(DATABASE_AWAY):  # as if the server had gone: loops try again, callers hear 503
            await lock_and_stand_still_until(frozen, other)
        async with frozen.begin() as session:
            await session.execute(LOCK)
    finally:
        await frozen.aclose()
        await other.aclose()
