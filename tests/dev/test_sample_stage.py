"""The requests that make the sample world."""

from unittest.mock import patch

import httpx
import pytest

from app.dev.sample.stage import TRIES, Caller, SampleFailed


async def test_a_part_that_is_away_for_a_moment_does_not_end_it() -> None:
    away = httpx.Response(503, headers={"Retry-After": "0"}, json={"code": "unavailable"})
    answers = [away, away, httpx.Response(202, json={"id": "one"})]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        assert await Caller(client).ask("POST", "/v1/restores", {}) == {"id": "one"}


async def test_a_part_that_stays_away_ends_it_and_no_pause_is_long() -> None:
    asked: list[httpx.Request] = []
    slept: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503, headers={"Retry-After": "3600"}, json={"code": "unavailable"})

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://x") as client:
        with patch("app.dev.sample.stage.asyncio.sleep", sleep), pytest.raises(SampleFailed, match="503"):
            await Caller(client).ask("POST", "/v1/restores", {})
    assert (len(asked), max(slept)) == (TRIES, 5.0)
