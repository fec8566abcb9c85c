"""Reads side by side that are of use only together."""

import asyncio

import pytest

from app.azure.errors import AzureUnknown
from app.core.gather_isolated import all_or_none


async def test_when_one_list_fails_the_other_is_not_read_on() -> None:
    read_on, ended = False, False

    async def fails() -> None:
        await asyncio.sleep(0)
        raise AzureUnknown("away")

    async def pages() -> None:
        nonlocal read_on, ended
        try:
            for _ in range(10):
                await asyncio.sleep(0)
            read_on = True
        finally:
            ended = True

    with pytest.raises(AzureUnknown):
        await all_or_none(fails(), pages())
    assert (read_on, ended) == (False, True)


async def test_all_that_was_read_comes_in_the_order_it_was_asked_for() -> None:
    async def read(number: int) -> int:
        for _ in range(3 - number):
            await asyncio.sleep(0)
        return number

    assert await all_or_none(read(1), read(2), read(3)) == (1, 2, 3)
