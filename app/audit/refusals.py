"""Writes refused requests to the trail, in a transaction of its own, because a refused request has none.

A refused caller may repeat the request for ever. The first few refusals of a minute have an entry each; one entry gives
the number of the others in that minute. So no caller can fill the disk, or hide one refusal among many.
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

import structlog

from app.audit import trail
from app.core.db.database import Database
from app.identity.access.caller import NO_TENANT
from app.identity.access.permissions import PLATFORM
from app.identity.access.services import Refusal

log = structlog.get_logger()

EACH = 10
"""Refusals of one principal in a window that have an entry of their own, by each process."""
WINDOW_SECONDS = 60.0
PRINCIPALS = 10_000
"""Windows open at once. Refusals of callers above that are written at once, each with an entry."""


@dataclass(slots=True)
class _Window:
    count: int = 0
    last: Refusal | None = None
    """The newest of those that have no entry of their own."""
    left_out: int = 0
    closing: asyncio.TimerHandle | None = None


class Refusals:
    """Record a refusal. Never raises: the caller is refused even if the entry cannot be written."""

    def __init__(self, database: Database, *, each: int = EACH, window_seconds: float = WINDOW_SECONDS) -> None:
        self._database = database
        self._each = each
        self._window_seconds = window_seconds
        self._windows: dict[str, _Window] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def tell(self, refusal: Refusal) -> None:
        window = self._window_of(refusal.caller.key)
        window.count += 1
        if window.count > self._each:
            window.last, window.left_out = refusal, window.left_out + 1
        else:
            await self._write(refusal)

    def _window_of(self, key: str) -> _Window:
        window = self._windows.get(key)
        if window is None:
            window = _Window()
            if len(self._windows) < PRINCIPALS:
                self._windows[key] = window
                loop = asyncio.get_running_loop()
                window.closing = loop.call_later(self._window_seconds, self._close, key)
        return window

    def _close(self, key: str) -> None:
        window = self._windows.pop(key)
        if window.last is not None:
            task = asyncio.create_task(self._write(window.last, left_out=window.left_out))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def aclose(self) -> None:
        """Write what has only been counted so far."""
        for key in list(self._windows):
            closing = self._windows[key].closing
            if closing is not None:
                closing.cancel()
            self._close(key)
        await asyncio.gather(*self._writing)

    async def _write(self, refusal: Refusal, *, left_out: int = 0) -> None:
        details = {"permission": refusal.permission.value, "code": refusal.code}
        more = {"refusals": left_out} if left_out else {}
        try:
            async with self._database.of_platform().begin() as session:
                await trail.record(
                    session,
                    refusal.caller,
                    target=_written(refusal.path),
                    outcome="refused",
                    tenant=_chain_of(refusal),
                    details=details | more,
                )
        except Exception:
            # Any error: the caller gets 403 in any case, and the log has what could not be written to the trail.
            log.exception(
                "audit.refusal_not_written", caller=refusal.caller.key, path=refusal.path, refusals=left_out or 1
            )


def _chain_of(refusal: Refusal) -> str:
    """A refusal of a platform operation, or of a caller without a tenant, goes to the platform's trail."""
    return NO_TENANT if refusal.permission in PLATFORM else refusal.caller.tenant


def _written(path: str) -> str:
    """A caller's text. It may contain anything, and Postgres cannot store NUL."""
    return quote(path, safe="/:@!$&'()*+,;=-._~", errors="replace")
