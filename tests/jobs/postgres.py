"""A Postgres of a test's own, to be filled up, crashed, made to read only, and to fail over. Two seconds to start."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from app.core.db.database import migrate
from app.dev.embedded import _binaries, embedded_postgres
from app.dev.parent_death import dies_with_parent


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
        """It only reads from now on, and connections stay open: as behind a pooler that was led to a standby.

        Or as a managed service does it to a server whose disk is nearly full.
        """
        self._write_nothing(value=True)

    def promote(self) -> None:
        self._write_nothing(value=False)

    def lose(self) -> None:
        """The server is gone at once, and does not come back: as a machine that burns."""
        os.kill(int((self.home / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)

    def take_over(self) -> None:
        """A standby becomes the primary: as whatever watches over the two would have it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SELECT pg_promote(wait => true, wait_seconds => 60)")

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


@contextmanager
def standby_of(primary: OwnPostgres, home: Path) -> Iterator[OwnPostgres]:
    """A real one, that streams. From now on the primary's commits wait until it has them: none can be lost."""
    place = home / "postgres"
    place.mkdir(parents=True, mode=0o700)
    owner = (primary.home / "postgres").stat()
    os.chown(place, owner.st_uid, owner.st_gid)
    user = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else None
    copying = [
        str(_binaries() / "pg_basebackup"),
        f"--dbname={primary.url}",
        f"--pgdata={place / 'data'}",
        "--write-recovery-conf",
        "--wal-method=stream",
        "--checkpoint=fast",
        "--no-sync",
    ]
    subprocess.run(dies_with_parent(copying, on_owner_death=signal.SIGKILL, user=user), cwd="/", check=True, timeout=60)
    with embedded_postgres(home, durable=False) as url:
        with psycopg.connect(primary.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        yield OwnPostgres(url, home)
