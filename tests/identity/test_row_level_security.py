"""The second wall: Postgres itself shows the API's role the rows of the tenant its transaction names, and no others."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError

from app.core.db.database import API_ROLE, WORKER_ROLE, Base, Database
from tests.identity.cluster import fill, insert, row_of, transaction
from tests.identity.tables import FIXED, SHARED, TABLES
from tests.warm_connections import close_idle
from tests.whole import some_of

OURS, THEIRS = "tenant-ours", "tenant-theirs"
HIDDEN = {"audit_unsealed", "outbox", "alert_digests", "alert_mails", "alert_members", "alert_weaknesses"}
"""Tables that the API's role may not read."""
READ_ONLY = (
    "events",
    "outbox",
    "alert",
    "estate_weakenings",
    "event_horizons",
    "evidence",
    "restore_inv",
    "tear_down",
    "restore_test_runs",
    "protection_rule_members",
)
"""What the names of tables begin with of which the API may change nothing, or only some columns."""


@pytest.fixture
def filled(database_url: str) -> str:
    fill(database_url, TABLES, OURS, THEIRS)
    return database_url


def key_of(table: Table) -> str:
    return "id" if table.name == "tenants" else "tenant"


def seen(connection: psycopg.Connection[tuple[Any, ...]], table: Table) -> list[str]:
    """Whose rows are seen; a table that the role may not even read shows nobody's."""
    column = sql.Identifier(key_of(table))
    try:
        with connection.transaction():
            rows = connection.execute(sql.SQL("SELECT {} FROM {}").format(column, sql.Identifier(table.name)))
            return sorted(str(row[0]) for row in rows)
    except psycopg.errors.InsufficientPrivilege:
        return []


def test_every_table_is_a_tenants_or_known_to_be_shared() -> None:
    assert {table.name for table in TABLES if key_of(table) not in table.columns} == set()
    assert len(TABLES) >= 17
    for name in SHARED | FIXED:
        assert "tenant" not in Base.metadata.tables[name].columns


def test_every_table_that_is_there_has_row_level_security_enabled_and_forced(database_url: str) -> None:
    """Asked of the database itself: a table that no model knows would be found too."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        policies = connection.execute("SELECT tablename, roles FROM pg_policies WHERE schemaname = 'public'").fetchall()
        may_read = "SELECT relname FROM pg_class WHERE relkind = 'r' AND has_table_privilege(%s, oid, 'SELECT')"
        readable = {name for (name,) in connection.execute(may_read, [API_ROLE])}
    assert {name for name, forced in found if not forced} == SHARED | {"alembic_version"}
    assert {name for name, _ in found} == set(Base.metadata.tables) | {"alembic_version"}
    for table in TABLES:
        roles = {role for name, held in policies if name == table.name for role in held}
        assert roles == ({API_ROLE, WORKER_ROLE} if table.name in readable else {WORKER_ROLE}), table.name
    assert {table.name for table in TABLES} - readable == HIDDEN
    for name in FIXED:
        assert {role for table, held in policies if table == name for role in held} == {API_ROLE, WORKER_ROLE}


@pytest.mark.parametrize("says", [{}, {"tenant": ""}, {"tenant": "nobody"}, {"platform": "off"}, {"platform": ""}])
def test_without_a_tenant_there_are_no_rows(filled: str, says: dict[str, str]) -> None:
    with transaction(filled, API_ROLE, **says) as connection:
        assert {table.name: seen(connection, table) for table in TABLES} == {table.name: [] for table in TABLES}


def test_a_row_without_a_tenant_is_nobodys(database_url: str) -> None:
    fill(database_url, TABLES, "")
    with transaction(database_url, API_ROLE, tenant="") as connection:
        assert {table.name for table in TABLES if seen(connection, table)} == set()


def test_a_tenant_sees_its_own_rows_and_no_others(filled: str) -> None:
    for tenant in (OURS, THEIRS):
        with transaction(filled, API_ROLE, tenant=tenant) as connection:
            shown = {table.name: seen(connection, table) for table in TABLES}
        assert {name: shown.pop(name) for name in HIDDEN} == {name: [] for name in HIDDEN}
        assert shown == {name: [tenant] for name in shown}


def test_the_platform_sees_tenants_and_members_and_nothing_that_belongs_to_one(filled: str) -> None:
    with transaction(filled, API_ROLE, platform="on") as connection:
        shown = {table.name: seen(connection, table) for table in TABLES}
    assert {name for name, rows in shown.items() if rows} == {"tenants", "members"}
    assert shown["tenants"] == shown["members"] == [OURS, THEIRS]


def test_a_worker_sees_everything(filled: str) -> None:
    with transaction(filled, WORKER_ROLE) as connection:
        assert {table.name: seen(connection, table) for table in TABLES} == {
            table.name: [OURS, THEIRS] for table in TABLES
        }


@pytest.mark.parametrize("table", some_of(TABLES, short=20), ids=lambda table: table.name)
def test_nothing_is_written_for_another_tenant(filled: str, table: Table) -> None:
    name, column = sql.Identifier(table.name), sql.Identifier(key_of(table))
    with transaction(filled, API_ROLE, tenant=OURS) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            insert(connection, table, row_of(table, "tenant-new"))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(sql.SQL("UPDATE {} SET {} = %s").format(name, column), ["tenant-new"])
        for statement in ("UPDATE {} SET {} = {} WHERE {} = %s", "DELETE FROM {} WHERE {} = %s"):
            try:
                with connection.transaction():
                    words = [name, column, column, column] if statement.startswith("UPDATE") else [name, column]
                    assert connection.execute(sql.SQL(statement).format(*words), [THEIRS]).rowcount == 0
            except psycopg.errors.InsufficientPrivilege:
                assert table.name.startswith(
                    (
                        "audit_",
                        "daily_reports",
                        "report_",
                        "cost_",
                        "item_history",
                        "webhook_deliveries",
                        "recovery_",
                        "bulk_",
                        *READ_ONLY,
                    )
                )


async def test_what_a_transaction_says_of_itself_does_not_outlive_it_in_the_pool(filled: str) -> None:
    database = Database(filled, role=API_ROLE, pool_size=1)
    count, pid = text("SELECT count(*) FROM jobs"), text("SELECT pg_backend_pid()")
    try:
        async with database.of_tenant(OURS).begin() as session:
            assert await session.scalar(count) == 1
            backend = await session.scalar(pid)
        with pytest.raises(DBAPIError):
            async with database.of_tenant(THEIRS).begin() as session:
                await session.execute(text("SELECT 1 / 0"))
        async with database.of_platform().begin() as session:
            assert await session.scalar(text("SELECT count(*) FROM tenants")) == 2
        async with database.begin() as session:
            assert await session.scalar(pid) == backend  # the very same connection
            assert await session.scalar(count) == 0
            assert await session.scalar(text("SELECT count(*) FROM tenants")) == 0
            assert not await session.scalar(text("SELECT current_setting('holdfast.tenant', true)"))
    finally:
        await database.aclose()


async def test_one_prepared_statement_shows_each_tenant_its_own_also_after_requests_that_broke_off(filled: str) -> None:
    """On one connection, past the number of runs after which the driver prepares a statement and Postgres its plan."""
    database = Database(filled, role=API_ROLE, pool_size=1)
    whose = text("SELECT array_agg(tenant) FROM jobs")

    async def broken_off(tenant: str) -> None:
        async with database.of_tenant(tenant).begin() as session:
            await session.execute(text("SELECT set_config('holdfast.tenant', 'leaked', true), pg_sleep(30)"))

    try:
        for number in range(24):
            tenant, foreign = (OURS, THEIRS) if number % 2 else (THEIRS, OURS)
            async with database.of_tenant(tenant).begin() as session:
                assert await session.scalar(whose) == [tenant]
            async with database.begin() as session:
                assert await session.scalar(whose) is None
            if number % 8 == 7:
                task = asyncio.create_task(broken_off(foreign))
                done, _ = await asyncio.wait([task], timeout=0.2)
                assert not done
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
    finally:
        await database.aclose()


@pytest.mark.parametrize("conforming", ["on", "off"])
async def test_a_tenant_of_any_spelling_is_only_a_word(filled: str, conforming: str) -> None:
    """Also on a server where a backslash in a string escapes what follows it."""
    with psycopg.connect(filled, autocommit=True) as connection:
        close_idle(filled)  # a session keeps the settings with which it began
        name = sql.Identifier(connection.info.dbname)
        setting = sql.SQL("ALTER DATABASE {} SET standard_conforming_strings = {}")
        connection.execute(setting.format(name, sql.SQL(conforming)))
    for tenant in (
        "'; SET ROLE postgres; --",
        "\\",
        "\\'; SET ROLE postgres; --",
        "\\\\'",
        "a'b",
        "$$",
        "\u2028",
        "x" * 5000,
    ):
        await is_only_a_word(filled, tenant)


async def is_only_a_word(url: str, tenant: str) -> None:
    database = Database(url, role=API_ROLE, pool_size=1)
    try:
        async with database.of_tenant(tenant).begin() as session:
            assert await session.scalar(text("SELECT current_setting('holdfast.tenant')")) == tenant
            assert await session.scalar(text("SELECT current_user")) == API_ROLE
            assert await session.scalar(text("SELECT count(*) FROM jobs")) == 0
    finally:
        await database.aclose()


@pytest.mark.parametrize("role", [API_ROLE, WORKER_ROLE])
async def test_every_login_works_under_the_role(database_url: str, role: str) -> None:
    """Superusers pass every policy; the tests' login is one, and so is the embedded server's."""
    database = Database(database_url, role=role)
    try:
        async with database.begin() as session:
            found = (await session.execute(text("SELECT current_user, session_user"))).one()
            passes = await session.scalar(
                text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            )
    finally:
        await database.aclose()
    assert (tuple(found), passes) == ((role, "postgres"), False)


def test_what_is_asked_across_tenants_shows_numbers_and_known_ids_only(filled: str) -> None:
    with transaction(filled, API_ROLE, tenant=OURS) as connection:
        assert connection.execute("SELECT * FROM holdfast_tenant_holds(%s)", [THEIRS]).fetchall() == []
        assert connection.execute("SELECT * FROM holdfast_vaults_managed(ARRAY['unknown'])").fetchall() == []
        functions = connection.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
            "AND has_function_privilege('public', oid, 'EXECUTE')"
        ).fetchall()
    assert functions == []  # nobody but our two roles may call them


SHADOWS = {
    "jobs": "SELECT pg_temp.mine() AS kind, 'queued'::text AS state, NULL::uuid AS id, NULL::uuid AS vault_id, "
    "''::text AS tenant, now() AS due_at, NULL::jsonb AS cancel",
    "vaults": "SELECT pg_temp.mine() AS arm_key, ''::text AS tenant",
    "attempts": "SELECT 'orphaned'::text AS state FROM (SELECT pg_temp.mine()) AS one",
    "vault_watches": "SELECT NULL::uuid AS vault_id, pg_temp.mine() AS subscription_id",
    "audit_unsealed": "SELECT pg_temp.mine() AS tenant",
}
"""Views of the caller's own under the names that the functions look up."""


def test_a_function_that_looks_across_tenants_never_runs_what_its_caller_made(filled: str) -> None:
    """Where a search path does not name pg_temp it is searched first, and a view in it would be read as the worker."""
    with transaction(filled, API_ROLE, tenant=OURS) as connection:
        connection.execute("CREATE TEMP TABLE ran (who text)")
        connection.execute("GRANT ALL ON ran TO PUBLIC")
        connection.execute(
            "CREATE FUNCTION pg_temp.mine() RETURNS text VOLATILE LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO pg_temp.ran VALUES (current_user); RETURN 'x'; END $$"
        )
        for name, view in SHADOWS.items():
            connection.execute(sql.SQL("CREATE TEMP VIEW {} AS {}").format(sql.Identifier(name), sql.SQL(view)))
            connection.execute(sql.SQL("GRANT ALL ON {} TO PUBLIC").format(sql.Identifier(name)))
        for call in (
            "holdfast_jobs_in_flight()",
            "holdfast_orphans()",
            "holdfast_queue_before(gen_random_uuid())",
            "holdfast_vaults_managed(ARRAY['x'])",
            "holdfast_audit_unsealed()",
        ):
            connection.execute(sql.SQL("SELECT * FROM {}").format(sql.SQL(call)))
        assert connection.execute("SELECT who FROM ran").fetchall() == []


def test_every_function_with_anothers_rights_names_where_it_looks_and_temporary_tables_last(filled: str) -> None:
    with psycopg.connect(filled) as connection:
        found = connection.execute(
            "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert len(found) >= 7
    assert {name for name, config in found if config != ["search_path=pg_catalog, public, pg_temp"]} == set()


def test_no_role_puts_anything_of_its_own_where_names_are_looked_up(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        for role in (API_ROLE, WORKER_ROLE):
            for what, right in (("public", "CREATE"), ("pg_catalog", "CREATE")):
                held = connection.execute("SELECT has_schema_privilege(%s, %s, %s)", [role, what, right]).fetchone()
                assert held == (False,), (role, what)
        owned = "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole AND relnamespace = 'public'::regnamespace"
        for role in (API_ROLE, WORKER_ROLE):
            assert connection.execute(owned, [role]).fetchone() == (0,)
        granted = (
            "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
            "WHERE m.member = ANY (ARRAY[%s::regrole, %s::regrole]::oid[])"
        )
        assert connection.execute(granted, [API_ROLE, WORKER_ROLE]).fetchall() == []
