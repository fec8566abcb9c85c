"""Holdfast's own database is backed up as docs/operating.md says: with the right login whole, with another not at all.

On a server of its own, set up by the script that compose runs; the statements and flags are read from the document.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from app.core.db.database import API_ROLE, WORKER_ROLE, Base, Database
from app.core.db.schema import check_usable
from app.dev.embedded import _binaries, embedded_postgres
from tests.audit.chains import finding, write
from tests.database import server_place, with_database
from tests.identity.cluster import insert, logging_in_as, migrate_elsewhere, row_of
from tests.identity.tables import TABLES

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SECTION = MANUAL.split("## Backing up Holdfast's own database")[1].split("\n## ")[0]
OTHERS = ("holdfast_owner", "holdfast_serving", "holdfast_working")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)


def run(program: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [_binaries() / program, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def flags(program: str) -> list[str]:
    """As the document gives them, without those that name a place."""
    (line,) = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(program)]
    return [flag for flag in line.split()[1:] if flag.startswith("--") and not flag.startswith(("--file", "--dbname"))]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its administrator's URL."""
    with server_place("dumped") as place, embedded_postgres(place, durable=False) as own:
        url = with_database(own, "postgres")
        with psycopg.connect(url, autocommit=True) as administrator:  # the script makes it
            administrator.execute("DROP DATABASE IF EXISTS holdfast")
        made = {f"{name}_PASSWORD": f"of the {name}'s" for name in ("OWNER", "SERVING", "WORKING")}
        for _ in range(2):  # as often as wanted
            ran = run("psql", "--no-psqlrc", "--quiet", f"--file={ROOT / 'docker' / 'logins.sql'}", url, **made)
            assert (ran.returncode, ran.stderr) == (0, "")
        yield url


@pytest.fixture(scope="module")
def source(server: str) -> str:
    """The database of the installation, with rows of two tenants in every table."""
    url = with_database(server, "holdfast")
    migrating = migrate_elsewhere(logging_in_as(url, "holdfast_owner"))
    assert (migrating.wait(60), migrating.communicate()[1]) == (0, "")
    for tenant in ("ours", "theirs"):
        fill_in(url, tenant)
    check_usable(logging_in_as(url, "holdfast_serving"), API_ROLE, simulator=False)
    check_usable(logging_in_as(url, "holdfast_working"), WORKER_ROLE, simulator=False)
    with psycopg.connect(url, autocommit=True) as administrator:
        for statement in blocks("sql"):
            administrator.execute(statement.encode())
    return url


def fill_in(url: str, tenant: str) -> None:
    """A row of the tenant in every table but the trail's, each naming those that it belongs to: a restore checks it."""
    made: dict[str, dict[str, Any]] = {}
    with psycopg.connect(url) as connection:
        for table in TABLES:
            if table.name.startswith("audit_"):
                continue
            made[table.name] = row_of(table, tenant) | {
                key.parent.name: made[key.column.table.name][key.column.name]
                for key in table.foreign_keys
                if key.column.table is not table
            }
            insert(connection, table, made[table.name])


def rows(url: str) -> dict[str, list[str]]:
    """Every row of every table, in text. As an administrator."""
    with psycopg.connect(url) as connection:
        return {
            name: sorted(str(row[0]) for row in connection.execute(_each(name)).fetchall())
            for name in [*Base.metadata.tables, "alembic_version"]
        }


def _each(name: str) -> sql.Composed:
    return sql.SQL("SELECT to_jsonb(one) FROM {} AS one").format(sql.Identifier(name))


async def test_with_the_login_of_the_manual_everything_is_dumped_and_comes_back(source: str, tmp_path: Path) -> None:
    before = Database(source)
    await write(before, count=5, tenant="ours")
    await before.aclose()
    there = rows(source)
    assert {name for name, found in there.items() if not found} <= {
        "azure_budgets",
        "job_hints",
        "prunings",
        "estate_readings",
        "price_lists",
        "webhook_cursors",
        "evidence_keys",
        "alert_cursors",
        "audit_unsealed",
    }
    dump = tmp_path / "holdfast.dump"
    dumped = run("pg_dump", *flags("pg_dump"), f"--file={dump}", logging_in_as(source, "holdfast_backup"))
    assert (dumped.returncode, dumped.stderr) == (0, "")

    restored = with_database(source, "restored")
    with psycopg.connect(source, autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE restored OWNER holdfast_owner")
    came_back = run("pg_restore", *flags("pg_restore"), f"--dbname={restored}", str(dump))
    assert (came_back.returncode, came_back.stderr) == (0, "")
    assert rows(restored) == there

    check_usable(logging_in_as(restored, "holdfast_serving"), API_ROLE, simulator=False)
    check_usable(logging_in_as(restored, "holdfast_working"), WORKER_ROLE, simulator=False)
    with psycopg.connect(logging_in_as(restored, "holdfast_owner")) as owner:
        assert owner.execute("SELECT count(*) FROM tenants").fetchone() == (0,)
    after = Database(logging_in_as(restored, "holdfast_working"))
    assert await finding(after) is None
    await write(after, count=1, tenant="ours", first=6)  # numbers go on where they were
    assert await finding(after) is None
    await after.aclose()


@pytest.mark.parametrize("login", OTHERS)
def test_with_another_login_it_fails_and_says_so(source: str, tmp_path: Path, login: str) -> None:
    dump = tmp_path / "holdfast.dump"
    dumped = run("pg_dump", *flags("pg_dump"), f"--file={dump}", logging_in_as(source, login))
    assert dumped.returncode != 0
    assert re.search("row-level security policy|permission denied|lack SELECT privilege", dumped.stderr)
    assert f"`{login}`" in SECTION


def test_with_row_security_enabled_it_says_nothing_and_dumps_no_tenant(source: str) -> None:
    """Why the manual forbids it."""
    asked = ("--data-only", "--enable-row-security", "--table=tenants", "--format=plain")
    by = {
        login: run("pg_dump", *asked, logging_in_as(source, login)) for login in ("holdfast_owner", "holdfast_backup")
    }
    assert {login: (dumped.returncode, "theirs" in dumped.stdout) for login, dumped in by.items()} == {
        "holdfast_owner": (0, False),
        "holdfast_backup": (0, True),
    }
    assert "--enable-row-security" in SECTION


def test_the_login_for_backups_writes_nothing(source: str) -> None:
    with psycopg.connect(logging_in_as(source, "holdfast_backup")) as connection:
        rows_: Any = connection.execute("SELECT count(*) FROM tenants").fetchone()
        assert rows_ == (2,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM tenants")
