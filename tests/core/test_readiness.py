"""Ready means: the database takes writes. On one that only reads, /readyz says so before any write has come."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.database import server_place
from tests.jobs.postgres import OwnPostgres, own_postgres, standby_of
from tests.world import VAULT, World, open_world


@pytest.fixture(scope="module")
def primary() -> Iterator[OwnPostgres]:
    with server_place("ready") as place, own_postgres(place / "first") as made:
        yield made


@pytest.fixture
async def world(primary: OwnPostgres, signing_key: rsa.RSAPrivateKey) -> AsyncIterator[World]:
    async with open_world(primary.url, signing_key) as world:
        yield world


def check_reads_only(answer: httpx.Response, why: str) -> None:
    said = answer.json()
    assert (answer.status_code, said["code"], said["retryable"]) == (503, "database_reads_only", True), answer.text
    assert why in said["detail"]
    assert "HOLDFAST_DATABASE_URL" in said["remedy"]
    assert int(answer.headers["Retry-After"]) >= 1


def connections_of_the_api(server: OwnPostgres) -> int:
    with psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holdfast-api'")
        return int((row.fetchone() or [0])[0])


async def finds_out(world: World, path: str) -> bool:
    answer = await world.api.get(path)
    if path == "/metrics":
        return "holdfast_database_up 0.0" in answer.text
    if answer.status_code == 503:
        check_reads_only(answer, "it is no standby, but set to read only")
    return answer.status_code == 503


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
async def test_a_database_that_only_reads_is_found_out_without_a_write_and_no_connection_to_it_is_used_again(
    world: World, primary: OwnPostgres, path: str
) -> None:
    await asyncio.gather(*(world.api.get("/v1/jobs") for _ in range(5)))
    assert connections_of_the_api(primary) >= 2
    assert not await finds_out(world, path)
    primary.demote()
    async with asyncio.timeout(20):
        while not await finds_out(world, path):  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # the signal to reload reaches every backend, and none tells
    # Reading would do over the connections that are still open.
    for answer in await asyncio.gather(*(world.api.get("/v1/jobs") for _ in range(5))):
        check_reads_only(answer, "a standby, or set to read only")
    vault = VAULT | {"name": f"vault-{path[1:]}"}
    check_reads_only(await world.api.post("/v1/vaults", json=vault), "a standby, or set to read only")
    check_reads_only(await world.api.get("/readyz"), "it is no standby, but set to read only")
    assert (await world.api.get("/healthz")).status_code == 200
    primary.promote()
    async with asyncio.timeout(20):
        while await finds_out(world, path):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert (await world.api.post("/v1/vaults", json=vault)).status_code == 202


async def test_a_real_standby_is_not_ready_until_it_is_promoted(
    primary: OwnPostgres, signing_key: rsa.RSAPrivateKey
) -> None:
    """Last in this file: the primary's commits wait for the standby, and it is gone afterwards."""
    with standby_of(primary, primary.home.parent / "second") as standby:
        async with open_world(standby.url, signing_key) as world:
            check_reads_only(await world.api.get("/readyz"), "it is a standby")
            check_reads_only(await world.api.get("/v1/jobs"), "a standby, or set to read only")
            for loop in world.loops.values():
                assert 0 < await loop.look() <= 5, "it survives, and looks again soon"
                assert loop.failures == 1
            standby.take_over()
            assert (await world.api.get("/readyz")).status_code == 200
            await world.vault(name="vault-after-failover")


async def test_a_database_that_is_not_there_is_away_not_reading(signing_key: rsa.RSAPrivateKey) -> None:
    async with open_world("postgresql://nobody@127.0.0.1:1/nothing", signing_key) as world:
        answer = await world.api.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
