"""Simulator mode: a database is used in one mode, and homes and the grant `*` count in that of the simulator only."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from app.core.db.database import API_ROLE, WORKER_ROLE, Database
from app.core.db.mode import AZURE, SIMULATOR, DatabaseOfOtherMode, Mode, mode_of, wait_for_mode
from app.core.db.schema import DatabaseNotUsableError, check_usable
from app.identity.access.membership_cache import Access
from app.identity.access.memberships import home_of
from app.tenants.service import make_home
from tests.callers import principal
from tests.identity.cluster import transaction
from tests.whole import some_of
from tests.world import World, open_world

ROOT = Path(__file__).parents[2]
NOWHERE = "http://127.0.0.1:9"


def recorded(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [mode for (mode,) in connection.execute("SELECT mode FROM installation").fetchall()]


def record(url: str, mode: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO installation (mode) VALUES (%s)", [mode])


def starts(url: str, *, simulator: bool) -> str:
    """The mode that the process was let go on in, or the line it ends with."""
    try:
        check_usable(url, API_ROLE, simulator=simulator)
    except DatabaseNotUsableError as error:
        return str(error)
    return mode_of(simulator=simulator)


@pytest.mark.parametrize("simulator", [True, False])
def test_a_database_takes_the_mode_of_the_first_and_refuses_the_other_in_one_line(
    database_url: str, *, simulator: bool
) -> None:
    assert recorded(database_url) == []
    for _ in range(2):
        assert starts(database_url, simulator=simulator) == mode_of(simulator=simulator)
    line = starts(database_url, simulator=not simulator)
    assert re.fullmatch(rf".*was used in {mode_of(simulator=simulator)} mode, and HOLDFAST_SIMULATOR [^\n]+\.", line)
    assert recorded(database_url) == [mode_of(simulator=simulator)]


def test_of_two_that_start_at_once_the_second_waits_and_takes_what_the_first_recorded(database_url: str) -> None:
    with psycopg.connect(database_url) as first, ThreadPoolExecutor(1) as threads:
        first.execute("INSERT INTO installation (mode) VALUES ('azure')")
        second = threads.submit(starts, database_url, simulator=True)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with psycopg.connect(database_url, autocommit=True) as watching:
            while watching.execute(waits).fetchone() != (1,):
                assert not second.done()
        first.commit()
        assert "was used in azure mode" in second.result()
    assert recorded(database_url) == [AZURE]


def test_many_that_start_at_once_agree(database_url: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        ends = list(threads.map(lambda number: starts(database_url, simulator=number % 2 == 0), range(16)))
    (mode,) = recorded(database_url)
    assert sum(end == mode for end in ends) == 8
    assert sum(f"was used in {mode} mode" in end for end in ends) == 8


@pytest.mark.parametrize("role", [API_ROLE, WORKER_ROLE])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE installation SET mode = 'azure'",
        "DELETE FROM installation",
        "TRUNCATE installation",
        "INSERT INTO installation (id, mode) VALUES (2, 'azure')",
    ],
)
def test_neither_role_changes_what_was_recorded(database_url: str, role: str, statement: str) -> None:
    record(database_url, SIMULATOR)
    with transaction(database_url, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("command", some_of(["serve", "worker"], short=1))
def test_a_process_of_the_other_mode_ends_with_one_line(database_url: str, command: str) -> None:
    record(database_url, AZURE)
    settings = {"DATABASE_URL": database_url, "SIMULATOR": "true", "ARM_URL": NOWHERE, "OIDC_ISSUERS": NOWHERE}
    finished = subprocess.run(
        [sys.executable, "-m", "app.cli", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {f"HOLDFAST_{name}": value for name, value in settings.items()},
    )
    assert (finished.returncode, finished.stderr.count("\n")) == (1, 1), finished.stderr
    assert finished.stderr.startswith("The database of HOLDFAST_DATABASE_URL was used in azure mode")


# --- the database was away at the start, and is found to be of the other mode later ----------------------------------
@pytest.fixture
async def late(database_url: str, signing_key: rsa.RSAPrivateKey) -> AsyncIterator[World]:
    """An API in simulator mode that has begun without a look at its database, which is Azure's."""
    record(database_url, AZURE)
    async with open_world(database_url, signing_key) as world:
        yield world


async def test_an_api_lets_no_caller_in_and_is_not_ready(late: World) -> None:
    for _ in range(2):
        for answer in (await late.api.get("/v1/me"), await late.api.get("/readyz")):
            assert (answer.status_code, answer.json()["code"]) == (503, "database_of_other_mode"), answer.text
    async with late.database.begin() as session:
        assert (await session.scalars(text("SELECT id FROM tenants"))).all() == []
    assert (await late.api.get("/healthz")).status_code == 200


async def test_an_api_whose_database_is_empty_records_its_mode_with_the_first_caller(world: World) -> None:
    assert recorded(world.settings.database_dsn) == []
    assert (await world.api.get("/v1/me")).status_code == 200
    assert recorded(world.settings.database_dsn) == [SIMULATOR]


async def test_a_worker_begins_nothing_with_it(late: World) -> None:
    with pytest.raises(DatabaseOfOtherMode) as refused:
        await wait_for_mode(late.database, simulator=True, stopping=asyncio.Event())
    assert "was used in azure mode" in refused.value.line
    await wait_for_mode(late.database, simulator=False, stopping=asyncio.Event())


async def test_a_worker_waits_for_its_database_until_it_is_stopped() -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/x")
    stopping = asyncio.Event()
    waiting = asyncio.create_task(wait_for_mode(away, simulator=True, stopping=stopping))
    await asyncio.wait([waiting], timeout=0.05)
    assert not waiting.done()
    stopping.set()
    async with asyncio.timeout(10):
        await waiting
    await away.aclose()


# --- what only counts in simulator mode ------------------------------------------------------------------------------
async def test_homes_and_the_grant_of_everything_count_in_simulator_mode_only(database_url: str) -> None:
    """As it would be where simulator mode was used before modes were recorded."""
    dana = principal("dana")
    guest = principal("guest", directory="elsewhere")
    database = Database(database_url)
    async with database.begin() as session:
        await make_home(session, dana)
        named = "(id, tenant, kind, issuer, directory, object_id, roles) VALUES (gen_random_uuid(), :tenant,"
        home = home_of(dana.issuer, dana.directory)
        for tenant in (home, "real"):
            if tenant == "real":
                await session.execute(text("INSERT INTO tenants (id, name) VALUES ('real', 'real')"))
            for who in (guest, dana):
                await session.execute(
                    text(f"INSERT INTO members {named} 'principal', :issuer, :directory, :oid, '[\"admin\"]')"),
                    {"tenant": tenant, "issuer": who.issuer, "directory": who.directory, "oid": who.object_id},
                )
    for mode, known in ((Mode(simulator=True), {home, "real"}), (Mode(simulator=False), {"real"})):
        mode._is_known = True  # the wall before this one is tested above
        access = Access(database, ruling_issuer=None, mode=mode, make_home=make_home)
        for who in (dana, guest):
            assert {membership.tenant for membership in await access.memberships_of(who)} == known
    stranger = principal("stranger", directory="never-seen")
    assert await Access(database, ruling_issuer=None, mode=mode, make_home=make_home).memberships_of(stranger) == []
    await database.aclose()
