"""A burst of one principal: what is too much is refused at once, and nobody else notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import Transactions
from app.identity.access.limits import AtOnce
from app.identity.errors import TooManyAtOnce
from app.identity.tokens.principal import Principal
from tests.world import World, open_world, until

BURST = 1000
MONA = Principal("https://issuer.example", "directory", "mona", "Mona", frozenset(), frozenset(), None)


def test_places_are_given_back_however_a_request_ends_and_only_once() -> None:
    at_once = AtOnce(2)
    with at_once.place(MONA) as first, at_once.place(MONA):
        with pytest.raises(TooManyAtOnce), at_once.place(MONA):
            pass
        first.give_back()
        first.give_back()
        with at_once.place(MONA), pytest.raises(TooManyAtOnce), at_once.place(MONA):
            pass
    with pytest.raises(ZeroDivisionError), at_once.place(MONA):
        raise ZeroDivisionError
    with at_once.place(MONA), at_once.place(MONA):
        pass
    assert not at_once._held, "a principal without a running request is not remembered"


async def test_a_thousand_requests_of_one_leave_the_next_of_another_its_place(
    database_url: str, signing_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that A is let in with hang (its transactions are held open); B is answered meanwhile."""
    async with open_world(database_url, signing_key, requests_at_once=15) as world:
        stranger = world.stranger()
        tenant = (await world.api.get("/v1/me")).json()["acting_in"]
        await stranger.get("/v1/jobs")
        released, held, answered = asyncio.Event(), 0, 0
        of_tenant = world.services.database.of_tenant

        def of_tenant_held(whose: str) -> Transactions:
            transactions: Transactions = of_tenant(whose)
            begin = transactions.begin

            @asynccontextmanager
            async def begin_and_hold() -> AsyncIterator[AsyncSession]:
                nonlocal held
                async with begin() as session:
                    held += 1
                    await released.wait()
                    yield session

            if whose == tenant:
                monkeypatch.setattr(transactions, "begin", begin_and_hold)
            return transactions

        async def ask() -> httpx.Response:
            nonlocal answered
            answer = await world.api.get("/v1/jobs")
            answered += 1
            return answer

        monkeypatch.setattr(world.services.database, "of_tenant", of_tenant_held)
        burst = [asyncio.create_task(ask()) for _ in range(BURST)]
        await until(lambda: held == 15 and answered == BURST - 15)
        meanwhile = [await stranger.get("/v1/jobs"), await stranger.get("/readyz"), await stranger.get("/metrics")]
        assert [answer.status_code for answer in meanwhile] == [200, 200, 200]
        released.set()
        answers = await asyncio.gather(*burst)
    assert Counter(answer.status_code for answer in answers) == {200: 15, 429: BURST - 15}
    shed = [answer for answer in answers if answer.status_code == 429]
    assert {answer.json()["code"] for answer in shed} == {"too_many_at_once"}
    assert all(answer.headers["Retry-After"] == "1" and answer.json()["retryable"] for answer in shed)


async def test_a_request_that_waits_for_its_job_has_given_its_place_back(
    database_url: str, signing_key: rsa.RSAPrivateKey
) -> None:
    async with open_world(database_url, signing_key, requests_at_once=1) as world:
        vault = {
            "subscription_id": "00000000-0000-0000-0000-000000000001",
            "resource_group": "rg-demo",
            "name": "vault-demo",
            "location": "westus",
        }
        waiting = asyncio.create_task(world.api.post("/v1/vaults", json=vault, headers={"Prefer": "wait=60"}))
        await until(lambda: bool(world.services.job_ends._waiters))
        listed = await world.api.get("/v1/jobs")
        assert (listed.status_code, len(listed.json()["items"])) == (200, 1)
        await world.settle()
        assert (await waiting).status_code == 200


async def test_a_caller_who_leaves_leaves_no_place_taken(world: World) -> None:
    """A server that cancels the request of one who hung up, and a handler that fails."""
    request = asyncio.create_task(world.api.get("/v1/jobs", headers={"Prefer": "wait=60"}))
    await until(lambda: bool(world.services.at_once._held))
    request.cancel()
    with pytest.raises((asyncio.CancelledError, httpx.HTTPError)):
        await request
    assert not world.services.at_once._held
