"""Sealing: every entry once, one chain a tenant, whatever commits or dies when."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from app.audit import trail
from app.audit.sealing import SealLoop, seal_batch
from app.core.db.database import Database
from tests.audit.chains import finding, seal_all, write
from tests.callers import caller


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    yield made
    await made.aclose()


async def links(database: Database, tenant: str = "a") -> list[tuple[int, int]]:
    async with database.begin() as session:
        rows = await session.execute(
            text("SELECT seq, entry_id FROM audit_seals WHERE tenant = :tenant ORDER BY seq"), {"tenant": tenant}
        )
        return [(row.seq, row.entry_id) for row in rows]


async def waits_for_a_lock(database: Database) -> bool:
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE NOT granted AND datname = current_database()"
    )
    async with database.begin() as session:
        return bool(await session.scalar(text(waiting)))


async def test_each_tenant_has_a_chain_of_its_own_without_a_gap(database: Database) -> None:
    await write(database, count=3, tenant="a", seal=False)
    await write(database, count=2, tenant="b", seal=False)
    await seal_all(database, batch=2)
    assert await links(database, "a") == [(1, 1), (2, 2), (3, 3)]
    assert await links(database, "b") == [(1, 4), (2, 5)]
    assert await finding(database) is None


async def test_an_entry_that_commits_after_later_ones_were_sealed_is_sealed_too(database: Database) -> None:
    async with database.of_tenant("a").begin() as late:
        await trail.record(late, caller("a"), action="late", target="/v1/late")
        await write(database, count=2)
        assert [entry for _, entry in await links(database)] == [2, 3]
    await seal_all(database)
    assert [entry for _, entry in await links(database)] == [2, 3, 1]
    assert await finding(database) is None


async def test_a_sealer_that_dies_midway_leaves_nothing_and_the_next_one_goes_on(database: Database) -> None:
    await write(database, count=5, seal=False)
    sealed = 0

    async def die_midway() -> None:
        nonlocal sealed
        async with database.begin() as session:
            sealed = await seal_batch(session, "a", limit=3)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await die_midway()
    assert sealed == 3
    assert await links(database) == []
    await seal_all(database)
    assert await links(database) == [(number, number) for number in range(1, 6)]
    assert await finding(database) is None


async def test_a_chain_is_left_alone_while_another_sealer_adds_to_it(database: Database) -> None:
    await write(database, count=3, seal=False)
    async with database.begin() as session:
        assert await seal_batch(session, "a") == 3
        assert await SealLoop(database).run_once() is None
        assert await links(database) == []
    assert await links(database) == [(1, 1), (2, 2), (3, 3)]


async def test_sealers_who_race_make_one_chain(database: Database) -> None:
    await write(database, count=60, seal=False)

    async def seal_until_dry() -> None:
        for _ in range(40):
            await SealLoop(database, batch=3).run_once()

    await asyncio.gather(*(seal_until_dry() for _ in range(4)))
    await seal_all(database)
    found = await links(database)
    assert [seq for seq, _ in found] == list(range(1, 61))
    assert {entry for _, entry in found} == set(range(1, 61))
    assert await finding(database) is None


async def test_a_sealer_that_had_no_lock_loses_the_race_and_forks_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock spares work; what forbids a fork is the key of the chain."""
    await write(database, count=2, seal=False)
    async with database.begin() as other:
        assert await seal_batch(other, "a", limit=1) == 1
        monkeypatch.setattr("app.audit.sealing.LOCK", 1)
        racing = asyncio.create_task(SealLoop(database, batch=1).run_once())
        async with asyncio.timeout(20):
            while not await waits_for_a_lock(database):
                pass
    assert await racing is None
    monkeypatch.undo()
    await seal_all(database)
    assert await links(database) == [(1, 1), (2, 2)]
    assert await finding(database) is None
