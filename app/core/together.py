"""Pieces of work side by side, none of which may end another."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import structlog

from app.core.database import NOT_NOW

log = structlog.get_logger()


async def together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run them all to their ends. Raises the first of NOT_NOW, for the loop to pause; the rest is logged.

    Not a TaskGroup, which cancels the neighbours of what fails: among them may be a request whose answer is on its way,
    and one row that a bug cannot digest would hold back, with every look, all that were claimed with it.
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


class Shared:
    """One look for all who ask while it is under way: whoever needs no token must not cost a look each."""

    def __init__(self, look: Callable[[], Awaitable[None]]) -> None:
        self._look = look
        self._under_way: asyncio.Future[None] | None = None

    async def __call__(self) -> None:
        """Raises what the look raises."""
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.ensure_future(self._look())
        await asyncio.shield(self._under_way)
