"""Close connections whose server stops responding.

A frozen primary (a stopped process, a paused machine, a disk that hangs) keeps its sockets. Its kernel still
acknowledges packets, so no TCP timeout ends the connection, and `statement_timeout` runs in the frozen server. If the
waiting task is cancelled, the driver first asks the server to cancel, which takes seconds. So the socket is shut down.
For the code that waits this looks like a crash of the server: the caller gets 503, and other connections are used.
Whether the server carried out the last statement is unknown, as after a crash; a repeat with the Idempotency-Key finds
out.
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
"""Perhaps this process was frozen, not the server: then the answer has arrived already, and this is the time to read
it."""
_TIMER = "holdfast silence"


def close_silent_connections(seconds: float, engine: AsyncEngine) -> None:
    """From now on, close a connection of this engine if the server does not answer a statement in time.

    The time starts when a connection has been made, when it is taken from the pool, and again with each statement; a
    COMMIT counts with the statement before it.
    """

    def made(connection: Any, record: Any) -> None:
        _count(connection, record.info, seconds)

    def taken(connection: Any, record: Any, _: Any) -> None:
        _count(connection, record.info, seconds)

    def speaks(connection: Connection, *_: Any) -> None:
        _count(connection.connection.dbapi_connection, connection.info, seconds)

    def given_back(_: Any, record: Any) -> None:
        timer = record.info.pop(_TIMER, None)
        if timer is not None:
            timer.cancel()

    # Before what SQLAlchemy asks of a new connection (its version, at the first one): a server that froze just then was
    # waited for without end.
    event.listen(engine.sync_engine, "first_connect", made, insert=True)
    event.listen(engine.sync_engine, "connect", made, insert=True)
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
