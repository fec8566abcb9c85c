"""Connections to a silent server are closed: a waiting statement fails in time, and the next one works."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from app.core.db.database import CONNECT_SECONDS, DATABASE_AWAY, POOL_WAIT_SECONDS, Database
from app.core.db.statement_timeout import SILENCE_SECONDS, close_silent_connections
from tests.cable import Cable, cable
from tests.jobs.postgres import OwnPostgres, own_postgres
from tests.world import KEEP, open_world

SECONDS = 0.4


@pytest.fixture
async def cord(database_url: str) -> AsyncIterator[Cable]:
    async with cable(database_url) as laid:
        yield laid


@pytest.fixture
async def database(cord: Cable) -> AsyncIterator[Database]:
    opened = Database(cord.url, pool_size=2)
    close_silent_connections(SECONDS, opened.engine)
    yield opened
    await opened.aclose()


async def ask(database: Database, statement: str = "SELECT 1") -> Any:
    async with database.begin() as session:
        return await session.scalar(text(statement))


async def test_a_statement_that_is_not_answered_fails_in_time_as_when_the_server_is_gone(
    database: Database, cord: Cable
) -> None:
    await ask(database)
    cord.hush()
    began = time.monotonic()
    with pytest.raises(DATABASE_AWAY):
        await ask(database)
    assert SECONDS * 0.9 < time.monotonic() - began < SECONDS + 2
    cord.thaw()
    assert await ask(database) == 1, "over another connection"


@pytest.mark.parametrize("moment", ["first_connect", "connect"])
async def test_a_server_that_freezes_while_a_connection_is_set_up_is_given_up_in_time(
    database: Database, cord: Cable, moment: str
) -> None:
    if moment == "connect":
        await ask(database)
        await database.engine.dispose()
    seen: list[Any] = []

    def freeze(*_: Any) -> None:
        if not seen:
            seen.append(moment)
            cord.hush()

    # After ours, before what is asked of the new connection.
    getattr(database.engine.sync_engine.pool.dispatch, moment).listeners.insert(1, freeze)
    async with asyncio.timeout(10):
        with pytest.raises(DATABASE_AWAY):
            await ask(database)
    assert seen == [moment]
    cord.thaw()
    assert await ask(database) == 1, "over another connection"


async def test_a_commit_that_is_not_answered_fails_in_time_too(database: Database, cord: Cable) -> None:
    async def write() -> None:
        async with database.begin() as session:
            await session.execute(text("INSERT INTO prunings (name) VALUES ('silence')"))
            cord.hush()

    began = time.monotonic()
    with pytest.raises(DATABASE_AWAY):
        await write()
    assert time.monotonic() - began < SECONDS + 2
    cord.thaw()
    assert await ask(database, "SELECT count(*) FROM prunings WHERE name = 'silence'") in {0, 1}, "nobody knew"


async def test_every_statement_has_its_own_time_however_many_a_transaction_has(database: Database) -> None:
    async with database.begin() as session:
        for _ in range(4):
            await session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": SECONDS * 0.6})


async def test_a_process_that_stood_still_reads_the_answer_first(database: Database) -> None:
    async def stands_still() -> None:
        await asyncio.sleep(SECONDS / 4)
        time.sleep(SECONDS * 1.5)  # noqa: ASYNC251

    answer, _ = await asyncio.gather(ask(database, "SELECT 7 FROM pg_sleep(0.2)"), stands_still())
    assert answer == 7


async def test_a_connection_in_the_pool_is_not_counted(database: Database) -> None:
    backend = await ask(database, "SELECT pg_backend_pid()")
    await asyncio.sleep(SECONDS * 1.5)
    assert await ask(database, "SELECT pg_backend_pid()") == backend


async def test_nobody_else_is_hung_up_on_when_a_connection_has_broken_before(database: Database, cord: Cable) -> None:
    """Its number belongs to another socket then."""
    await ask(database)
    await cord.cut()
    await cord.mend()
    with pytest.raises(DATABASE_AWAY):
        await ask(database)
    one, other = await asyncio.gather(*(ask(database, "SELECT pg_backend_pid()") for _ in range(2)))
    await asyncio.sleep(SECONDS * 1.5)
    assert {one, other} >= {await ask(database, "SELECT pg_backend_pid()")}


# --- a primary that is frozen, for real ------------------------------------------------------------------------------
def children_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


@contextmanager
def frozen(postgres: OwnPostgres) -> Iterator[None]:
    """Every process of it stands still for the block; the postmaster first, so that there are no new ones."""
    postmaster = int((postgres.home / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(postmaster, signal.SIGSTOP)
    stopped = [postmaster, *children_of(postmaster)]
    try:
        for one in stopped[1:]:
            os.kill(one, signal.SIGSTOP)
        yield
    finally:
        for one in stopped:
            os.kill(one, signal.SIGCONT)


async def test_callers_of_a_frozen_primary_hear_503_in_time_and_a_repeat_with_the_key_is_the_same_job(
    tmp_path: Path, signing_key: rsa.RSAPrivateKey
) -> None:
    with own_postgres(tmp_path) as postgres:
        async with open_world(postgres.url, signing_key) as world:
            item = await world.item()
            path, body = f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP}

            async def back_up(number: int) -> httpx.Response:
                return await world.api.post(path, json=body, headers={"Idempotency-Key": f"key-{number}"})

            asking = [asyncio.create_task(back_up(number)) for number in range(30)]
            await asyncio.sleep(0.05)  # some have a connection, some are about to commit, some wait
            with frozen(postgres):
                began = time.monotonic()
                answers = await asyncio.gather(*asking)
                answers.append(await world.api.get("/v1/jobs"))
                assert time.monotonic() - began < SILENCE_SECONDS + POOL_WAIT_SECONDS + 2 * CONNECT_SECONDS + 2
            away = [answer for answer in answers if answer.status_code == 503]
            assert len(away) > 1
            assert {answer.status_code for answer in answers} <= {202, 503}
            for answer in away:
                assert (answer.json()["code"], int(answer.headers["Retry-After"]) >= 1) == ("database_away", True)
            again = [await back_up(number) for number in range(30)]
            assert {answer.status_code for answer in again} == {202}
            for before, after in zip(answers, again, strict=False):
                assert before.status_code == 503 or before.json()["id"] == after.json()["id"]
            rows = await world.rows("SELECT count(*) AS n FROM jobs WHERE kind = 'backup'")
            assert rows[0]["n"] == 30
