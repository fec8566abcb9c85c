"""The query parameters of lists that need more than their text."""

from typing import Annotated

from fastapi import Depends, Query

from app.core.http.counts import RowCounter


async def _counter(
    count: Annotated[  # noqa: FBT002 - a query parameter has no position
        bool, Query(description="Also answer how many entries match, on all pages: `count`. Counted up to 10,000.")
    ] = False,
) -> RowCounter:
    return RowCounter(is_asked=count)


CurrentCounter = Annotated[RowCounter, Depends(_counter)]
"""Of a list: counts its entries, if its caller asks."""
