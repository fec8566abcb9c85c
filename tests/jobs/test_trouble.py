"""A Postgres that is full, crashes, or becomes a standby: callers hear 503, loops come back, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.core.loop import Loop
from tests.database import server_place
from tests.jobs.lost_attempts import ask_for_backup, look
from tests.jobs.postgres import OwnPostgres, own_postgres
from tests.world import KEEP, World, open_world


@pytest.fixture
def postgres() -> Iterator[OwnPostgres]:
    with server_place("trouble") as place, own_postgres(place) as made:
        yield made


@pytest.fixture
async def shaken(postgres: OwnPostgres, signing_key: rsa.RSAPrivateKey) -> AsyncIterator[World]:
    async with open_world(postgres.url, signing_key) as world:
        yield world


def is_away(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1 and answer.json()["retryable"]


async def loops_wait(world: World) -> None:
    """Every loop survives its look, and looks again soon."""
    pauses = [await loop.look() for loop in world.loops.values()]
    assert all(0 < pause <= 5 for pause in pauses), pauses


async def comes_back(world: World) -> None:
    """A process that holds dead connections notices when it uses one; then everything is as before."""

    async def is_back() -> bool:
        ready = await world.api.get("/readyz")
        return ready.status_code == 200 and all([await is_well(loop) for loop in world.loops.values()])

    async with asyncio.timeout(20):
        while not await is_back():  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # nobody tells when Postgres takes connections


async def is_well(loop: Loop) -> bool:
    await loop.look()
    return loop.failures == 0


async def ends_once(world: World, job: dict[str, Any]) -> None:
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


async def test_a_postgres_without_a_free_connection_is_answered_503_and_loses_nothing(
    shaken: World, postgres: OwnPostgres
) -> None:
    job = await ask_for_backup(shaken, await shaken.item())
    async with shaken.serving():  # an API and a worker that have just come up, and have no connection yet
        await shaken.database.engine.dispose()
        postgres.fill_up()
        assert len(postgres.hoarded) > 10
        assert is_away(await shaken.api.get("/v1/jobs"))
        assert is_away(await shaken.api.get("/readyz"))
        await loops_wait(shaken)
        assert shaken.triggers == []
        postgres.make_room()
        await comes_back(shaken)
        await ends_once(shaken, job)


async def test_a_postgres_that_crashes_takes_nothing_with_it_and_is_used_again_at_once(
    shaken: World, postgres: OwnPostgres
) -> None:
    job = await ask_for_backup(shaken, await shaken.item())
    postgres.crash()
    assert is_away(await shaken.api.get("/readyz"))
    await comes_back(shaken)
    await ends_once(shaken, job)


async def test_a_postgres_that_became_a_standby_is_left_for_the_new_primary(
    shaken: World, postgres: OwnPostgres
) -> None:
    """A failover behind one address: connections stay open, and what they lead to takes no writes any more."""
    item = await shaken.item()
    job = await ask_for_backup(shaken, item)
    postgres.demote()
    await asyncio.sleep(0.2)  # the signal to reload reaches every backend
    answer = await shaken.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    assert is_away(answer), (answer.status_code, answer.text)
    await loops_wait(shaken)
    assert shaken.triggers == []
    postgres.promote()
    await comes_back(shaken)
    await ends_once(shaken, job)
