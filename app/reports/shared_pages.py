"""Makes the page of a link once for all who open it at that moment: a page costs up to seconds, and needs no token."""

import asyncio
from collections.abc import Awaitable, Callable

_BEING_MADE: dict[tuple[int, str], asyncio.Future[str]] = {}
"""By event loop and link."""


async def made_once(link: str, make: Callable[[], Awaitable[str]]) -> str:
    """What `make` returns; its error for all who wait for it. It goes on when a caller hangs up."""
    key = id(asyncio.get_running_loop()), link
    making = _BEING_MADE.get(key)
    if making is None:
        making = _BEING_MADE[key] = asyncio.ensure_future(make())
        making.add_done_callback(lambda _: _BEING_MADE.pop(key, None))
    return await asyncio.shield(making)
