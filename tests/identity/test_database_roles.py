"""Roles belong to the cluster, databases to their owners: who may migrate, who may serve, and what is said if not."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from app.core.db.database import API_ROLE, WORKER_ROLE
from app.core.db.schema import DatabaseNotUsableError, check_usable, revisions
from app.dev.embedded import embedded_postgres
from tests.identity.cluster import alembic, logging_in_as, migrate_elsewhere, new_database, transaction
from tests.whole import of_walk, only_whole

OLD = "11111111-1111-1111-1111-111111111111"
ISSUER = "https://issuer.example/v2.0"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has never seen Holdfast: the one of the run has its roles already."""
    where = tmp_path_factory.mktemp("cluster")
    with ExitStack() as stack:
        yield stack.enter_context(embedded_postgres(where, durable=False))


def run_sql(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last one."""
    found: list[tuple[Any, ...]] = []
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(sql.SQL(statement))
            found = cursor.fetchall() if cursor.description else []
    return found


def said(url: str, role: str = API_ROLE) -> str:
    with pytest.raises(DatabaseNotUsableError) as error:
        check_usable(url, role, simulator=False)
    assert "\n" not in str(error.value)
    return str(error.value)


OF_A_VM = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask)
VALUES (gen_random_uuid(), 't', 'c', 'c', 'backup', 'succeeded',
        '{"item": {"vm": {"subscription_id": "s", "resource_group": "g", "name": "VM-1"}}}')
"""


def test_the_first_owner_need_not_be_a_superuser_and_without_a_role_sees_nothing(cluster: str) -> None:
    """The first migration of the cluster: this owner makes the roles. It must stand first in this file."""
    run_sql(cluster, "CREATE ROLE owner LOGIN CREATEROLE NOSUPERUSER")
    url = logging_in_as(new_database(cluster, "first", "owner"), "owner")
    assert run_sql(cluster, "SELECT 1 FROM pg_roles WHERE rolname LIKE 'holdfast%'") == []
    assert "empty" in said(url)
    migrating = migrate_elsewhere(url)
    assert (migrating.wait(60), migrating.communicate()[1]) == (0, "")
    for role in (API_ROLE, WORKER_ROLE):
        check_usable(url, role, simulator=False)  # one login can serve a small set-up
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO azure_budgets (subscription_id, principal, request_class) VALUES ('s', 'p', 'c')"
        )
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(WORKER_ROLE)))
        connection.execute("INSERT INTO tenants (id, name) VALUES ('t', 't')")
        connection.execute("SELECT * FROM holdfast_jobs_in_flight()")
        connection.execute(OF_A_VM)
    assert run_sql(url, "SELECT current_user, count(*) FROM tenants GROUP BY 1") == []
    assert run_sql(url, "SELECT count(*) FROM azure_budgets") == [(1,)]  # shared: no row-level security on it
    with transaction(url, WORKER_ROLE) as connection:
        assert connection.execute("SELECT count(*) FROM tenants").fetchone() == (1,)
    # Functions that look across tenants belong to the worker, not to the login that migrated.
    owners = run_sql(
        url, "SELECT DISTINCT proowner::regrole::text FROM pg_proc WHERE prosecdef AND proname ~ '^holdfast'"
    )
    assert owners == [(WORKER_ROLE,)]
    alembic(url, "downgrade", "0001")
    alembic(url, "upgrade", "head")
    check_usable(url, API_ROLE, simulator=False)
    with transaction(url, WORKER_ROLE) as connection:  # what a migration fills in, it does although the owner sees none
        assert connection.execute("SELECT vm_name_key FROM jobs").fetchall() == [("vm-1",)]


DATABASES = of_walk(short=2, whole=4)


def test_databases_of_one_cluster_are_migrated_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each finds no roles of Holdfast, and makes them."""
    with embedded_postgres(tmp_path_factory.mktemp("fresh"), durable=False) as fresh:
        urls = [new_database(fresh, f"at_once_{number}") for number in range(DATABASES)]
        migrations = [migrate_elsewhere(url) for url in urls]
        ended = [(migration.wait(120), migration.communicate()[1]) for migration in migrations]
        assert ended == [(0, "")] * DATABASES
        for url in urls:
            check_usable(url, API_ROLE, simulator=False)
        assert run_sql(fresh, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'holdfast%'") == [(2,)]


def test_three_logins_each_with_its_own_role(cluster: str) -> None:
    """As docs/operating.md has it."""
    url = new_database(cluster, "three")
    alembic(url, "upgrade", "head")
    run_sql(
        url,
        "CREATE ROLE serving LOGIN",
        "CREATE ROLE working LOGIN",
        "CREATE ROLE nobody_here LOGIN",
        f"GRANT {API_ROLE} TO serving",
        f"GRANT {WORKER_ROLE} TO working",
    )
    check_usable(logging_in_as(url, "serving"), API_ROLE, simulator=False)
    check_usable(logging_in_as(url, "working"), WORKER_ROLE, simulator=False)
    for login, role in (("serving", WORKER_ROLE), ("working", API_ROLE), ("nobody_here", API_ROLE)):
        line = said(logging_in_as(url, login), role)
        assert line.startswith(f"HOLDFAST_DATABASE_URL logs in as '{login}', which is not a member of {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction(logging_in_as(url, login), role):
            pass


@only_whole
def test_another_owner_of_the_cluster_is_granted_the_roles_by_an_administrator(cluster: str) -> None:
    alembic(new_database(cluster, "somebodys"), "upgrade", "head")
    run_sql(
        cluster,
        "CREATE ROLE second_owner LOGIN",
        f"GRANT {API_ROLE}, {WORKER_ROLE} TO second_owner WITH INHERIT FALSE, SET TRUE",
    )
    url = logging_in_as(new_database(cluster, "second", "second_owner"), "second_owner")
    alembic(url, "upgrade", "head")
    check_usable(url, WORKER_ROLE, simulator=False)
    with transaction(url, WORKER_ROLE) as connection:
        connection.execute("INSERT INTO tenants (id, name) VALUES ('t', 't')")
        connection.execute("RESET ROLE")
        assert connection.execute("SELECT count(*) FROM tenants").fetchone() == (0,)


def test_an_old_schema_is_said_and_a_newer_one_is_not(cluster: str) -> None:
    url = new_database(cluster, "old")
    assert "its schema is empty" in said(url)
    alembic(url, "upgrade", "0003")
    newest = revisions()[-1]
    assert f"its schema is 0003, and this version needs {newest}" in said(url)
    alembic(url, "upgrade", "head")
    check_usable(url, API_ROLE, simulator=False)
    run_sql(url, "UPDATE alembic_version SET version_num = '9999'")
    check_usable(url, API_ROLE, simulator=False)  # a rolling upgrade: an older process beside a newer schema


def test_a_database_that_is_away_stops_nobody() -> None:
    for url in ("postgresql://u:p@127.0.0.1:1/x", "postgresql:///x?host=/nowhere"):
        check_usable(url, API_ROLE, simulator=False)


@only_whole
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_serving_what_is_not_migrated_ends_with_one_line(cluster: str, command: str) -> None:
    url = new_database(cluster, f"unmigrated_{command}")
    environment = {
        "PATH": "/usr/bin",
        "HOLDFAST_DATABASE_URL": url,
        "HOLDFAST_OIDC_ISSUERS": ISSUER,
        "HOLDFAST_PORT": "0",
    }
    root = Path(__file__).parents[2]
    finished = subprocess.run(
        [sys.executable, "-m", "app.cli", command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (finished.returncode, finished.stdout, finished.stderr.count("\n")) == (1, "", 1)
    assert finished.stderr.startswith("The database of HOLDFAST_DATABASE_URL is not migrated")


# --- what was there before tenants were ------------------------------------------------------------------------------
BEFORE = """
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state)
VALUES (gen_random_uuid(), '{old}', 'sub-1', 'rg', 'v', 'key-1', 'westus', 'ready');
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask, labels)
VALUES ('00000000-0000-7000-8000-000000000001', '{old}', '{issuer}|{old}|oid-1', 'dana', 'backup', 'running', '{{}}',
        '{{"team": "payments", "env": "x"}}'),
       ('00000000-0000-7000-8000-000000000002', 'other', '{issuer}|other|oid-2', 'eve', 'backup', 'queued', '{{}}',
        '{{}}');
INSERT INTO attempts (id, job_id, state)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'open');
"""


def test_what_was_there_before_tenants_gets_its_tenant_and_a_downgrade_takes_it_back(cluster: str) -> None:
    url = new_database(cluster, "before")
    alembic(url, "upgrade", "0001")
    run_sql(url, BEFORE.format(old=OLD, issuer=ISSUER))
    alembic(url, "upgrade", "head")
    assert run_sql(url, "SELECT id, grants FROM tenants ORDER BY id") == [
        (OLD, [{"subscription_id": "sub-1", "resource_group": None}]),
        ("other", []),
    ]
    members = run_sql(url, "SELECT tenant, kind, issuer, directory, object_id FROM members ORDER BY tenant")
    assert members == [(OLD, "directory", ISSUER, OLD, ""), ("other", "directory", ISSUER, "other", "")]
    assert run_sql(url, "SELECT tenant FROM attempts") == [(OLD,)]
    labels = run_sql(url, "SELECT tenant, name, value FROM job_labels ORDER BY name")
    assert labels == [(OLD, "env", "x"), (OLD, "team", "payments")]
    with transaction(url, API_ROLE, tenant=OLD) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (1,)

    alembic(url, "downgrade", "0001")
    assert run_sql(url, "SELECT count(*) FROM jobs") == [(2,)]
    forced = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    assert run_sql(url, forced) == [(0,)]
    assert run_sql(url, "SELECT count(*) FROM pg_policies WHERE schemaname = 'public'") == [(0,)]
    assert run_sql(url, "SELECT count(*) FROM pg_proc WHERE proname ~ '^holdfast'") == [(0,)]
    alembic(url, "upgrade", "head")
    assert run_sql(url, "SELECT count(*) FROM tenants") == [(2,)]


FOR_SOME_HOURS = """
DROP TABLE azure_budgets;
ALTER TABLE vault_watches DROP COLUMN items_at, ADD COLUMN taken_in_at timestamptz,
    ADD COLUMN spare real NOT NULL DEFAULT 8, ADD COLUMN is_busy boolean NOT NULL DEFAULT false;
ALTER TABLE attempts ADD COLUMN azure_job_id text;
CREATE INDEX ix_attempts_orphaned ON attempts (id) WHERE state = 'orphaned';
ALTER TABLE restores ADD COLUMN preflight jsonb, ADD COLUMN session_operation_id text,
    ADD COLUMN session_expires_at timestamptz, ADD COLUMN session_ended_at timestamptz,
    ADD COLUMN session_ended_by text, ADD COLUMN changed_at timestamptz NOT NULL DEFAULT clock_timestamp();
"""
"""What migration 0001 had in it, too, for a part of its first day."""
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = 'public' ORDER BY 1, 2
"""


@only_whole
def test_databases_of_both_kinds_of_the_first_migration_come_to_the_same_tables(cluster: str) -> None:
    first, later = new_database(cluster, "landed"), new_database(cluster, "landed_later")
    for url in (first, later):
        alembic(url, "upgrade", "0001")
    run_sql(later, FOR_SOME_HOURS)
    for url in (first, later):
        alembic(url, "upgrade", "head")
    assert run_sql(first, COLUMNS) == run_sql(later, COLUMNS)
