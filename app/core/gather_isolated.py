"""Runs pieces of work concurrently: isolated from each other's errors, or all or none."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar, overload

import structlog

from app.core.db.database import NOT_NOW

log = structlog.get_logger()

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


async def gather_isolated(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all coroutines to their ends.

    Raises the first exception of NOT_NOW, so that the loop pauses; logs all others.

    Not a TaskGroup, which cancels the others when one fails: one of them may be a request whose answer is on its way.
    And one row that always fails would stop, at every try, all rows that were claimed with it.
    """
    ended = await asyncio.gather(*works, return_exceptions=True)
    away: BaseException | None = None
    for error in ended:
        if isinstance(error, NOT_NOW):
            away = away or error
        elif isinstance(error, Exception):
            log.error("loop.work_failed", exc_info=error)
        elif error is not None:
            raise error
    if away is not None:
        raise away


@overload
async def all_or_none(one: Awaitable[A], two: Awaitable[B], /) -> tuple[A, B]: ...
@overload
async def all_or_none(one: Awaitable[A], two: Awaitable[B], three: Awaitable[C], /) -> tuple[A, B, C]: ...
@overload
async def all_or_none(*reads: Awaitable[A]) -> tuple[A, ...]: ...
async def all_or_none(*reads: Awaitable[Any]) -> tuple[Any, ...]:
    """What all of them read, in their order. Raises what the first to fail raises, when the others have been ended.

    Otherwise a list of many pages is read on though its result is not used, out of the budget of other reads. For reads
    only: a write whose answer is on its way must not be cancelled.
    """
    reading = [asyncio.ensure_future(read) for read in reads]
    try:
        return tuple(await asyncio.gather(*reading))
    finally:
        for one in reading:
            one.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


class Shared:
    """Shares one read among all callers that ask while it runs: requests without a token must not cost a read each."""

    def __init__(self, look: Callable[[], Awaitable[None]]) -> None:
        self._look = look
        self._under_way: asyncio.Future[None] | None = None

    async def __call__(self) -> None:
        """Raises what the look raises."""
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.ensure_future(self._look())
        await asyncio.shield(self._under_way)
