"""A Postgres of a test's own, to be filled up, crashed, and turned into a standby. About two seconds to start."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from app.core.database import migrate
from app.core.embedded import embedded_postgres


@dataclass(slots=True)
class OwnPostgres:
    """`url`: its database. What others do to it is done over connections of their own."""

    url: str
    home: Path
    hoarded: list[psycopg.Connection] = field(default_factory=list)

    def fill_up(self) -> None:
        """Others take every connection there is."""
        while True:
            try:
                self.hoarded.append(psycopg.connect(self.url))
            except psycopg.OperationalError:
                return

    def make_room(self) -> None:
        while self.hoarded:
            self.hoarded.pop().close()

    def crash(self) -> None:
        """As after `pg_ctl restart -m immediate`: every backend dies, nothing is flushed, the log is recovered from.

        A child of the postmaster that dies by SIGKILL has it end all others.
        """
        with psycopg.connect(self.url, autocommit=True) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)

    def demote(self) -> None:
        """It is a standby now, as its clients see one: nothing can be written, and their connections stay open."""
        self._write_nothing(value=True)

    def promote(self) -> None:
        self._write_nothing(value=False)

    def _write_nothing(self, *, value: bool) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {'on' if value else 'off'}")
            connection.execute("SELECT pg_reload_conf()")


@contextmanager
def own_postgres(home: Path) -> Iterator[OwnPostgres]:
    """Migrated and empty; gone after the block."""
    with embedded_postgres(home, durable=False) as url:
        migrate(url)
        made = OwnPostgres(url, home)
        try:
            yield made
        finally:
            made.make_room()
