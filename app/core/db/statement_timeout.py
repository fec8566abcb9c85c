"""Close connections whose server stops responding.

A frozen primary (a stopped process, a paused machine, a disk that hangs) keeps its sockets. Its kernel acknowledges
what is sent, so no timeout of TCP's ends, and `statement_timeout` is the frozen server's own. Cancelling the task that
waits has the driver ask the server first, for seconds. So the socket is shut down: whatever waits there hears that the
connection is lost, as after a crash, and goes the way of that: 503, and other connections. Whether the server carried
out the last statement is then unknown, as after a crash: a repeat with the Idempotency-Key finds out.
"""

import asyncio
import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

log = structlog.get_logger()

SILENCE_SECONDS = 10.0
"""No statement of the API takes a second; what waits for a lock waits for a transaction that is as short."""
OWN_SILENCE_SECONDS = 0.5
"""It may have been this process that stood still: then the answer is there already, and has this time to be read."""
_TIMER = "holdfast silence"


def close_silent_connections(seconds: float, engine: AsyncEngine) -> None:
    """From now on, close a connection of this engine if the server does not answer a statement in time.

    Counted from the moment a connection is taken from the pool, and anew from each statement; a COMMIT counts with the
    statement before it.
    """

    def taken(connection: Any, record: Any, _: Any) -> None:
        _count(connection, record.info, seconds)

    def speaks(connection: Connection, *_: Any) -> None:
        _count(connection.connection.dbapi_connection, connection.info, seconds)

    def given_back(_: Any, record: Any) -> None:
        timer = record.info.pop(_TIMER, None)
        if timer is not None:
            timer.cancel()

    event.listen(engine.sync_engine, "checkout", taken)
    event.listen(engine.sync_engine, "before_cursor_execute", speaks)
    event.listen(engine.sync_engine, "checkin", given_back)


def _count(connection: Any, info: MutableMapping[Any, Any], seconds: float) -> None:
    timer = info.pop(_TIMER, None)
    if timer is not None:
        timer.cancel()
    loop, driver = asyncio.get_running_loop(), connection.driver_connection

    def time_is_up() -> None:
        info[_TIMER] = loop.call_later(OWN_SILENCE_SECONDS, _hang_up, driver)

    info[_TIMER] = loop.call_later(seconds, time_is_up)


def _hang_up(connection: psycopg.AsyncConnection[Any]) -> None:
    """Nothing where it is closed already: its number may be another socket's by now."""
    if connection.closed:
        return
    log.warning("database.silent", backend=connection.info.backend_pid)
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as ours:
        ours.shutdown(socket.SHUT_RDWR)
