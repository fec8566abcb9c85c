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

from tests import database

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
_OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_TABLES = """
SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
"""
_USED_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE last_value IS NOT NULL
"""


@dataclass(slots=True)
class _Lent:
    url: str
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
                database.drop(one.url)

    def close(self) -> None:
        while self._idle:
            database.drop(self._idle.pop().url)

    def _new(self) -> _Lent:
        url = database.clone(self._template)
        with psycopg.connect(url, autocommit=True) as connection:
            return _Lent(url, connection.execute(_SHAPE).fetchall())

    def _is_emptied(self, one: _Lent) -> bool:
        """Whether it is empty again. Not, where something but rows has changed, or it cannot be reached."""
        try:
            with psycopg.connect(one.url, autocommit=True) as connection:
                return (
                    self._is_left_alone(connection)
                    and connection.execute(_SHAPE).fetchall() == one.shape
                    and self._is_empty_now(connection)
                )
        except psycopg.Error:
            return False

    def _is_left_alone(self, connection: psycopg.Connection[Any]) -> bool:
        """Whether nobody else is connected any more: what a test left behind is ended."""
        until = time.monotonic() + GONE_SECONDS
        while connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({_OTHERS}) AS others").fetchall():  # noqa: S608
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True

    def _is_empty_now(self, connection: psycopg.Connection[Any]) -> bool:
        tables = connection.execute(_TABLES).fetchall()
        if any(size > MOST_BYTES for _, size in tables):
            return False
        deletions = [sql.SQL("DELETE FROM {};").format(sql.Identifier(name)) for name, size in tables if size]
        used = connection.execute(_USED_SEQUENCES).fetchall()
        resets = [sql.SQL("SELECT setval({}, 1, false);").format(sql.Literal(name)) for (name,) in used]
        begin = sql.SQL("BEGIN; SET LOCAL session_replication_role = replica;")
        connection.execute(sql.Composed([begin, *deletions, *resets, sql.SQL("COMMIT;")]))
        return True
