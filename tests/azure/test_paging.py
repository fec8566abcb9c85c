"""A list without end is given up after the thousandth page; none is asked for beyond it."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.azure.errors import AzureUnreadable
from app.azure.sdk.paging import collect


def page(number: int, *, last: int | None) -> Any:
    body: dict[str, Any] = {"value": [{"id": f"/{number}"}]}
    if number != last:
        body["nextLink"] = f"https://azure.test/{number + 1}"
    return SimpleNamespace(
        request=SimpleNamespace(url=f"https://azure.test/{number}"),
        status_code=200,
        json=lambda: body,
    )


async def read(*, last: int | None) -> tuple[int, int]:
    """(entries, pages asked for)."""
    asked = 1

    async def fetch(address: str) -> Any:
        nonlocal asked
        asked += 1
        return page(int(address.rpartition("/")[2]), last=last)

    try:
        found = await collect(page(1, last=last), fetch, lambda entry: entry["id"], doing="reading")
    except AzureUnreadable as error:
        return (0 if "more than 1000 pages" in str(error) else -1), asked
    return len(found), asked


@pytest.mark.parametrize(("last", "outcome"), [(1, (1, 1)), (1000, (1000, 1000)), (1001, (0, 1000)), (None, (0, 1000))])
async def test_at_most_a_thousand_pages_are_asked_for(last: int | None, outcome: tuple[int, int]) -> None:
    assert await read(last=last) == outcome
