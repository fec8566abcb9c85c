"""Runs work under a lease and renews the lease while the work runs."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from app.core.clock import monotonic_boottime
from app.core.db.database import NOT_NOW

SHARE = 1 / 3
"""Of a lease that may pass until it is renewed: the second try still finds it ours."""

Renew = Callable[[], Awaitable[float | None]]
"""Renews the lease. Returns its seconds, or None if another worker has taken over."""


async def run_with_lease(work: Coroutine[Any, Any, None], renew: Renew, *, leased_for: float, longest: float) -> bool:
    """Do the work, and renew its lease; False = it was taken over, and the work was cancelled.

    `leased_for`: seconds of the lease that the claim brought. `longest`: how many seconds it is renewed for. Longer
    work is not stopped, but its lease is not renewed any more, so another worker may take it over: work that hangs must
    not keep its row for ever. Raises what the work raises. A process that was frozen could not renew, and finds that
    out when it wakes up.
    """
    task = asyncio.ensure_future(work)
    renews_until = monotonic_boottime() + longest
    try:
        while True:
            await asyncio.wait({task}, timeout=leased_for * SHARE if monotonic_boottime() < renews_until else None)
            if task.done():
                await task
                return True
            try:
                leased = await renew()
            except NOT_NOW:
                continue  # the lease ends by itself if it is not renewed in time
            if task.done():
                continue  # it gave the row back, or failed, while the renewal was on its way
            if leased is None:
                return False
            leased_for = leased
    finally:
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
