"""Pieces of work side by side, none of which may end another."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

import structlog

from app.core.database import DATABASE_AWAY

log = structlog.get_logger()


async def together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run them all to their ends. Raises the first of DATABASE_AWAY, for the loop to pause; the rest is logged.

    Not a TaskGroup, which cancels the neighbours of what fails: among them may be a request whose answer is on its way,
    and one row that a bug cannot digest would hold back, with every look, all that were claimed with it.
    """
    ended = await asyncio.gather(*works, return_exceptions=True)
    away: BaseException | None = None
    for error in ended:
        if isinstance(error, DATABASE_AWAY):
            away = away or error
        elif isinstance(error, Exception):
            log.error("loop.work_failed", exc_info=error)
        elif error is not None:
            raise error
    if away is not None:
        raise away
