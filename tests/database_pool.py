"""Databases that are lent to one test at a time, emptied after it, and lent again.

A copy of the template took 130 ms of processor time where files are slow: a quarter of `make test`. A database goes
back only if it is as it was but for rows: a test that changed its schema, rights, settings or statistics, or filled it
with megabytes, had it for itself.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tests import database, warm_connections

MOST_TIMES = 100
"""Rows that were deleted are still in the files: after so many tests a new copy is cheaper."""
MOST_BYTES = 1_000_000
"""Of one table. Plans depend on the size of the files."""
GONE_SECONDS = 5.0
CATALOGS = (
    "pg_class",
    "pg_attribute",
    "pg_attrdef",
    "pg_constraint",
    "pg_index",
    "pg_namespace",
    "pg_policy",
    "pg_proc",
    "pg_rewrite",
    "pg_statistic",
    "pg_statistic_ext",
    "pg_trigger",
    "pg_type",
    "pg_event_trigger",
)
_SHAPE = sql.SQL(" UNION ALL ").join(
    [
        sql.SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM {}").format(
            sql.Literal(name), sql.Identifier("pg_catalog", name)
        )
        for name in CATALOGS
    ]
    + [
        sql.SQL(
            "SELECT 'settings', count(*), max(xmin::text::bigint) FROM pg_db_role_setting"
            " WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    ]
)
_OTHERS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (%s)
"""
_TABLES = """
SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
"""
_USED_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE last_value IS NOT NULL
"""


_EMPTY = """
CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$
BEGIN SET LOCAL session_replication_role = replica; {deletions} END $$
"""


@dataclass(slots=True)
class _Lent:
    """A database, and a session that has planned already what is asked after every test."""

    url: str
    session: psycopg.Connection[Any]
    shape: Any
    times: int = 0


class DatabasePool:
    """The databases of one process."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._idle: list[_Lent] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a migrated, empty database that is nobody else's for the block."""
        one = self._idle.pop() if self._idle else self._new()
        try:
            yield one.url
        finally:
            one.times += 1
            if one.times < MOST_TIMES and self._is_emptied(one):
                self._idle.append(one)
            else:
                self._drop(one)

    def close(self) -> None:
        while self._idle:
            self._drop(self._idle.pop())

    def _drop(self, one: _Lent) -> None:
        one.session.close()
        warm_connections.close_idle(one.url)
        database.drop(one.url)

    def _new(self) -> _Lent:
        url = database.clone(self._template)
        warm_connections.keep(url)
        session = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        tables = session.execute(_TABLES).fetchall()
        deletions = sql.SQL(" ").join(sql.SQL("DELETE FROM {};").format(sql.Identifier(name)) for name, _ in tables)
        session.execute(sql.SQL(_EMPTY).format(deletions=deletions))
        return _Lent(url, session, session.execute(_SHAPE).fetchall())

    def _is_emptied(self, one: _Lent) -> bool:
        """Whether it is empty again. Not, where something but rows has changed, or it cannot be reached."""
        try:
            return (
                self._is_left_alone(one.session, warm_connections.backends_of(one.url))
                and one.session.execute(_SHAPE).fetchall() == one.shape
                and self._is_empty_now(one.session)
            )
        except psycopg.Error:
            return False

    def _is_left_alone(self, connection: psycopg.Connection[Any], idle: list[int]) -> bool:
        """Whether only these backends are connected any more: what a test left behind is ended."""
        until = time.monotonic() + GONE_SECONDS
        ended = f"SELECT pg_terminate_backend(pid) FROM ({_OTHERS}) AS others"  # noqa: S608
        while connection.execute(ended, [idle]).fetchall():
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True

    def _is_empty_now(self, connection: psycopg.Connection[Any]) -> bool:
        tables = connection.execute(_TABLES).fetchall()
        if any(size > MOST_BYTES for _, size in tables):
            return False
        connection.execute("SELECT pg_temp.empty()")
        for (name,) in connection.execute(_USED_SEQUENCES).fetchall():
            connection.execute("SELECT setval(%s::text::regclass, 1, false)", [name])
        return True
