"""One Postgres for one test run, whatever the number of xdist workers; a database of its own for each test.

The controller of the run (the only process without xdist) waits in a thread for the first test that wants a database;
a run of pure tests never starts one. Then it starts the server, builds the migrated template database once, and leaves
the URL in a file of the run's directory. The thread lives as long as the run: the server is on its leash.
HOLDFAST_TEST_DATABASE_URL names a server to use instead (its user must be a superuser).
"""

import os
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from app.core.db.database import migrate
from app.dev.embedded import embedded_postgres

TEMPLATE = "holdfast_template"
START_SECONDS = 120


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def _server(run_dir: Path) -> Iterator[str]:
    given = os.environ.get("HOLDFAST_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with embedded_postgres(run_dir / "data", durable=False) as url:
        yield url


def _execute(url: str, *statements: sql.Composed) -> None:
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _let_pass(place: Path) -> Path:
    place.chmod(0o711)  # as root a server is another user, who must be able to pass
    return place


@contextmanager
def server_place(prefix: str) -> Iterator[Path]:
    """A directory in which servers of one's own may keep their data; gone after the block."""
    with tempfile.TemporaryDirectory(prefix=f"holdfast-{prefix}-") as place:
        yield _let_pass(Path(place))


class ServerOfTheRun(threading.Thread):
    """Owned by the controller: `start()` it at the beginning of the run, `close()` it at the end."""

    def __init__(self) -> None:
        super().__init__(name="postgres-of-the-run", daemon=True)
        self.run_dir = _let_pass(Path(tempfile.mkdtemp(prefix="holdfast-tests-")))
        self._end = threading.Event()

    def close(self) -> None:
        self._end.set()
        self.join()
        shutil.rmtree(self.run_dir, ignore_errors=True)

    def run(self) -> None:
        while not (self.run_dir / "wanted").exists():
            if self._end.wait(0.05):
                return
        try:
            self._serve()
        except Exception as error:  # noqa: BLE001 - whatever it is, the tests that wait for it must hear of it
            self._publish("failed", f"{type(error).__name__}: {error}")

    def _serve(self) -> None:
        template = f"{TEMPLATE}_{uuid.uuid4().hex[:8]}"
        with _server(self.run_dir) as server:
            _execute(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
            try:
                migrate(with_database(server, template))
                self._publish("url", with_database(server, template))
                self._end.wait()
            finally:
                _execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(template)))

    def _publish(self, name: str, text: str) -> None:
        unfinished = self.run_dir / f"{name}.new"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(self.run_dir / name)


def template_url(run_dir: Path) -> str:
    """The URL of the migrated template database. Called by a test that wants one; waits for the controller."""
    (run_dir / "wanted").touch()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (run_dir / "failed").exists():
            raise RuntimeError(f"No Postgres for the tests: {(run_dir / 'failed').read_text(encoding='utf-8')}")
        if (run_dir / "url").exists():
            return (run_dir / "url").read_text(encoding="utf-8")
        time.sleep(0.02)
    raise TimeoutError(f"No Postgres for the tests after {START_SECONDS} s.")


def clone(template: str) -> str:
    """The URL of a fresh copy. FILE_COPY: 16 ms on an idle machine where WAL_LOG takes 33; 130 where files are slow."""
    name = f"holdfast_test_{uuid.uuid4().hex}"
    source = urlsplit(template).path.removeprefix("/")
    _execute(
        template,
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(source)
        ),
    )
    return with_database(template, name)


def drop(url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    _execute(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def cloned(template: str) -> Iterator[str]:
    """A fresh copy of the template, gone after the block."""
    url = clone(template)
    try:
        yield url
    finally:
        drop(url)
