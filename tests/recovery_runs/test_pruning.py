"""What a tenant that is no more has left goes, with an entry on the trail."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest

from app.core.db.database import Database
from app.recovery_runs.store import forget_deleted_tenants

TABLES = ("recovery_plans", "recovery_runs", "recovery_members")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.aclose()


def put(url: str, tenant: str) -> UUID:
    """A plan of that tenant, and a run of it: the plan's id."""
    plan, run = uuid4(), uuid4()
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO recovery_plans (id, tenant, name, name_key, definition) VALUES (%s, %s, 'p', 'p', '{}')",
            (plan, tenant),
        )
        connection.execute(
            "INSERT INTO recovery_runs (id, tenant, plan_id, job_id, mode, plan_hash, waves) "
            "VALUES (%s, %s, %s, gen_random_uuid(), 'recover', '', '[]')",
            (run, tenant, plan),
        )
        connection.execute(
            "INSERT INTO recovery_members (run_id, position, tenant, protected_item_id, wave, may_fail, state) "
            "VALUES (%s, 0, %s, gen_random_uuid(), 0, false, 'skipped')",
            (run, tenant),
        )
    return plan


async def test_plans_and_runs_of_a_deleted_tenant_go_and_no_others(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute("INSERT INTO tenants (id, name) VALUES ('here', 'here')")
    gone, _ = put(database.url, "gone"), put(database.url, "here")
    async with database.begin() as session:
        await forget_deleted_tenants(session)
    with psycopg.connect(database.url) as connection:
        for table in TABLES:
            assert connection.execute(f"SELECT tenant FROM {table}").fetchall() == [("here",)], table  # noqa: S608
        entries = connection.execute("SELECT tenant, action, target FROM audit_entries").fetchall()
    assert entries == [("gone", "delete_recovery_plan", f"/v1/recovery-plans/{gone}")]
