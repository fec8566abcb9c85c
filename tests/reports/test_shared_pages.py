"""The page of a link is made once for all who open it at that moment, and again for those who come later."""

import asyncio

import pytest

from app.reports.shared_pages import made_once


async def test_who_comes_while_it_is_made_gets_the_same_and_a_hang_up_ends_it_for_no_other() -> None:
    made, may_end = 0, asyncio.Event()

    async def make() -> str:
        nonlocal made
        made += 1
        await may_end.wait()
        return f"page {made}"

    one, two, other = (asyncio.ensure_future(made_once(link, make, kept=0)) for link in ("a", "a", "b"))
    await asyncio.sleep(0)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    may_end.set()
    assert (await two, await other, made) == ("page 2", "page 2", 2)
    assert await made_once("a", make) == "page 3"
    assert await made_once("a", make) == "page 3"  # for some seconds


async def test_an_error_is_everybodys_and_the_next_one_tries_again() -> None:
    async def fail() -> str:
        raise ValueError("away")

    for _ in range(2):
        ended = await asyncio.gather(*(made_once("a", fail) for _ in range(2)), return_exceptions=True)
        assert [str(error) for error in ended] == ["away", "away"]
