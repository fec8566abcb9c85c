"""NOTIFY after the commit instead of in it: one connection of a process.

Postgres takes one lock on the whole database from the moment a transaction that notifies begins to commit until it has
reached the disk, so such commits cannot share an fsync: they queue. (Measured with 20 connections on a durable server:
600 small commits a second with a NOTIFY in each, 4,700 without.) Here the transactions commit side by side, and their
notifications are sent together, on a separate connection with `synchronous_commit` off.

A notification is a hint (core/loop.py). If a process dies between a commit and its NOTIFY, a sleeping loop is late by
at most POLL_SECONDS, as after a notification that is lost in a reconnect.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import psycopg
import structlog

log = structlog.get_logger()

Notification = tuple[str, str]
"""Channel and payload."""

CLOSE_SECONDS = 2.0
PAUSE_SECONDS = 0.02
"""Between two equal notifications of a channel that is paced. Every process that listens works for each of them:
without a pause those of a busy tenant's events took 5 % of the API's processor time (tests/bench/streaming.py)."""
_NOTIFY = "SELECT pg_notify(channel, payload) FROM unnest(%s::text[], %s::text[]) AS rung (channel, payload)"


class Notifier:
    """Sends immediately when idle; otherwise batches. Each notification is sent once.

    So a single commit is announced within a millisecond, and a thousand commits a second are announced together.
    """

    def __init__(self, url: str, *, connecting: Mapping[str, Any], paced: Collection[str] = ()) -> None:
        """`connecting`: how a connection is made, in libpq's words. `paced`: channels with PAUSE_SECONDS."""
        self._url = url
        self._connecting = connecting
        self._paced = frozenset(paced)
        self._pausing: dict[Notification, bool] = {}
        """What was sent less than PAUSE_SECONDS ago, and whether it is to be sent again then."""
        self._waiting: set[Notification] = set()
        self._sending: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection | None = None

    def notify_later(self, notifications: Iterable[Notification]) -> None:
        """Send these notifications soon. Never raises, never waits."""
        for one in notifications:
            if one in self._pausing:
                self._pausing[one] = True
                continue
            if one[0] in self._paced:
                self._pausing[one] = False
                asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._after_pause, one)
            self._waiting.add(one)
        self._send_soon()

    def _after_pause(self, one: Notification) -> None:
        if self._pausing.pop(one, False):
            self.notify_later([one])

    def _send_soon(self) -> None:
        if self._waiting and (self._sending is None or self._sending.done()):
            self._sending = asyncio.get_running_loop().create_task(self._send_all(), name="notifier")

    async def aclose(self) -> None:
        """Send what is pending, then close the connection."""
        self._waiting.update(one for one, is_wanted in self._pausing.items() if is_wanted)
        self._pausing.clear()
        if self._waiting:
            self._send_soon()
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=CLOSE_SECONDS)
            self._sending.cancel()
        await self._hang_up()

    async def _send_all(self) -> None:
        while self._waiting:
            notifications, self._waiting = list(self._waiting), set()
            # The server may have been restarted since the last time: a second try, on a new connection.
            if not (await self._told(notifications) or await self._told(notifications)):
                log.warning("notifier.not_sent", notifications=len(notifications))

    async def _told(self, notifications: list[Notification]) -> bool:
        try:
            if self._connection is None:
                self._connection = await self._connect()
            await self._connection.execute(
                _NOTIFY, ([channel for channel, _ in notifications], [text for _, text in notifications])
            )
        except (psycopg.Error, OSError):
            await self._hang_up()
            return False
        return True

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            application_name="holdfast-notifier",
            options="-c synchronous_commit=off",
            **self._connecting,
        )

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
