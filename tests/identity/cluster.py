"""A cluster of its own, where no role of Holdfast is known yet; and rows of every table, made without knowing it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Date, DateTime, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.core.db.database import driver_url
from tests.database import with_database

NUMBERS = count(1)


def new_database(server: str, name: str, owner: str | None = None) -> str:
    """An empty database of that server; its URL, with the server's own login."""
    with psycopg.connect(server, autocommit=True) as connection:
        made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if owner is not None:
            made += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        connection.execute(made)
    return with_database(server, name)


def logging_in_as(url: str, login: str) -> str:
    """The same database for another login. The embedded server asks nobody for a password."""
    return url.replace("://postgres@", f"://{login}@")


def migrate_elsewhere(url: str) -> subprocess.Popen[str]:
    """`holdfast migrate` in a process of its own: Alembic keeps its state in the module."""
    code = "import sys; from app.core.db.database import migrate; migrate(sys.argv[1])"
    return subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE, text=True)


def alembic(url: str, verb: str, revision: str) -> None:
    """`upgrade` or `downgrade` to a revision."""
    with as_file(files("migrations")) as location:
        config = Config()
        config.set_main_option("script_location", str(location))
        config.attributes["url"] = driver_url(url)
        getattr(command, verb)(config, revision)


@contextmanager
def transaction(url: str, role: str | None = None, **says: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A transaction under this role that says this of itself; undone at its end."""
    with psycopg.connect(url) as connection:
        if role is not None:
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        for name, value in says.items():
            connection.execute("SELECT set_config(%s, %s, true)", [f"holdfast.{name}", value])
        yield connection
        connection.rollback()


def row_of(table: Table, tenant: str) -> dict[str, Any]:
    """A row with what the table cannot do without, and the tenant's."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable or column.server_default is not None or column.identity is not None:
            continue
        match column.type:
            case PG_UUID():
                row[column.name] = uuid4()
            case DateTime():
                row[column.name] = "2026-01-31T00:00:00Z"
            case Date():
                row[column.name] = "2026-01-31"
            case JSONB():
                row[column.name] = "[]" if column.name == "roles" else "{}"
            case _:
                wanted: Any = column.type.python_type
                row[column.name] = uuid4().hex if wanted is str else wanted(next(NUMBERS) if wanted is int else 1)
    return row | {"id" if table.name == "tenants" else "tenant": tenant}


def insert(connection: psycopg.Connection[tuple[Any, ...]], table: Table, row: dict[str, Any]) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table.name),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )


def fill(url: str, tables: list[Table], *tenants: str) -> None:
    """A row of each tenant in each table, whatever refers to whatever. As a superuser, with triggers off."""
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            for tenant in tenants:
                insert(connection, table, row_of(table, tenant))
