"""LISTEN on a connection of its own, outside the pool and outside any transaction.

A notification is a hint (core/loop.py says why): notifications sent during a reconnect are lost. So `on_connect` is
called after every reconnect, and every waiting loop looks for due rows.
"""

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import CONNECTING, libpq_url, tell_after_commit

log = structlog.get_logger()

WORK_CHANNEL = "holdfast_work"
"""Payload: the name of the loop that has something to do; after a space, in how many seconds, if not now."""
ENDED_CHANNEL = "holdfast_ended"
"""Payload: the id of a job that has ended or needs attention."""

RECONNECT_SECONDS = 1.0
SOON_SECONDS = 0.05
"""Work due sooner than this is announced as due now."""


def work_payload(loop: str, within: float) -> str:
    """The payload on WORK_CHANNEL. In tenths of a second, so that many jobs often share one payload."""
    return f"{loop} {within:.1f}" if within >= SOON_SECONDS else loop


def wake(session: AsyncSession, loop: str, *, within: float = 0.0) -> None:
    """Notify a loop of the workers, once this transaction has committed, that work is due in `within` seconds."""
    tell_after_commit(session, WORK_CHANNEL, work_payload(loop, within))


def read_work_payload(payload: str) -> tuple[str, float]:
    """(the loop, in how many seconds). A payload that cannot be read names no loop."""
    loop, _, within = payload.partition(" ")
    try:
        return loop, float(within or 0)
    except ValueError:
        return "", 0.0


class Listener:
    """Listens on some channels until it is cancelled, through any number of reconnects."""

    def __init__(
        self,
        url: str,
        *,
        channels: tuple[str, ...],
        on_notify: Callable[[str, str], None],
        on_connect: Callable[[], None],
    ) -> None:
        self._url = libpq_url(url)
        self._channels = channels
        self._on_notify = on_notify
        self._on_connect = on_connect

    async def run(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("listener.disconnected", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, application_name="holdfast-listener", **CONNECTING
        )
        async with connection:
            for channel in self._channels:
                await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
            self._on_connect()
            async for notification in connection.notifies():
                self._on_notify(notification.channel, notification.payload)
