"""Makes the page of a link once for all who open it at that moment: a page costs up to seconds, and needs no token."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

KEPT_SECONDS: Final = 10.0
_BEING_MADE: dict[tuple[int, str], asyncio.Future[str]] = {}
"""By event loop and link."""


async def made_once(link: str, make: Callable[[], Awaitable[str]], *, kept: float = KEPT_SECONDS) -> str:
    """What `make` returns; its error for all who wait for it. It goes on when a caller hangs up.

    A page is shown again for `kept` seconds: who opens a link over and over has it made no more often.
    """
    loop = asyncio.get_running_loop()
    key = id(loop), link

    def forget(made: asyncio.Future[str]) -> None:
        if kept <= 0 or made.cancelled() or made.exception() is not None:
            _BEING_MADE.pop(key, None)
        else:
            loop.call_later(kept, _BEING_MADE.pop, key, None)

    making = _BEING_MADE.get(key)
    if making is None:
        making = _BEING_MADE[key] = asyncio.ensure_future(make())
        making.add_done_callback(forget)
    return await asyncio.shield(making)
