"""Events: written with their change, in the order of the commits, and told after it."""

import re
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import API_ROLE, NOTIFICATIONS, Base, Database
from app.core.db.notices import EVENTS_CHANNEL
from app.core.events import store
from app.core.events.models import Event
from app.core.events.rows import restored
from app.vaults.models import Vault
from app.wiring import RENDERINGS  # noqa: F401 - with it every table is known

TENANT = "tenant-one"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=5)
    yield database
    await database.aclose()


def a_vault(name: str, tenant: str = TENANT) -> Vault:
    place = {"subscription_id": str(UUID(int=1)), "resource_group": "rg", "location": "westeurope"}
    return Vault(id=uuid4(), tenant=tenant, name=name, arm_key=name, state="ready", tags={"n": name}, **place)


async def published(database: Database, after: int = 0) -> list[Event]:
    async with database.begin() as session:
        while await store.publish(session):
            pass
    async with database.begin() as session:
        return list(await store.read_after(session, after, 100))


async def rename(session: AsyncSession, vault: UUID, location: str) -> None:
    await session.execute(update(Vault).where(Vault.id == vault).values(location=location, updated_at=func.now()))


async def test_a_change_is_told_with_what_it_was_and_what_it_became(database: Database) -> None:
    vault = a_vault("one")
    async with database.begin() as session:
        session.add(vault)
    async with database.begin() as session:
        await rename(session, vault.id, "northeurope")
    async with database.begin() as session:
        await session.execute(update(Vault).values(as_of=func.now(), updated_at=func.now()))  # a look, no change
    async with database.begin() as session:
        await session.execute(delete(Vault))
    events = await published(database)
    assert [(event.type, event.action) for event in events] == [
        ("holdfast.vault.changed", action) for action in ("created", "updated", "deleted")
    ]
    assert [event.data["location"] for event in events] == ["westeurope", "northeurope", "northeurope"]
    assert events[1].was is not None
    assert events[1].was["location"] == "westeurope"
    again = restored(Vault, {**events[0].data, "unheard_of": 1})
    assert (again.id, again.created_at, again.tags) == (vault.id, vault.created_at, {"n": "one"})


async def test_what_commits_late_comes_later_and_a_rollback_stops_nothing(database: Database) -> None:
    """The reader stands behind the second event when the first, which was written before it, is committed."""
    async with database.begin() as late:
        late.add(a_vault("late"))
        await late.flush()
        async with database.begin() as lost:
            lost.add(a_vault("lost"))
            await lost.flush()
            await lost.rollback()
        async with database.begin() as session:
            session.add(a_vault("early"))
        seen = await published(database)
        assert [event.data["name"] for event in seen] == ["early"]
    assert [event.data["name"] for event in await published(database, seen[-1].position)] == ["late"]


async def test_events_of_one_resource_are_in_the_order_of_the_commits(database: Database) -> None:
    """A transaction that began first may change the row second."""
    vault = a_vault("one")
    async with database.begin() as session:
        session.add(vault)
    async with database.begin() as first:
        first.add(a_vault("other"))
        await first.flush()
        async with database.begin() as second:
            await rename(second, vault.id, "b")
        await rename(first, vault.id, "c")
        early = await published(database)
    told = [*early, *await published(database, early[-1].position)]
    assert [event.data["location"] for event in told if event.data["name"] == "one"] == ["westeurope", "b", "c"]


async def test_a_process_hears_of_events_of_its_own_transactions(database: Database) -> None:
    async with database.begin() as session:
        session.add_all([a_vault("one"), a_vault("two"), a_vault("three", "tenant-two")])
        await session.flush()
        assert session.info[NOTIFICATIONS] == {(EVENTS_CHANNEL, TENANT), (EVENTS_CHANNEL, "tenant-two")}
    async with database.begin() as session:
        await session.execute(update(Vault).values(as_of=func.now()))
        assert session.info[NOTIFICATIONS] == set()


async def test_the_api_publishes_for_all_and_sees_its_own(database: Database, database_url: str) -> None:
    async with database.begin() as session:
        session.add_all([a_vault("one"), a_vault("two", "tenant-two")])
    api = Database(database_url, role=API_ROLE, pool_size=2)
    try:
        async with api.of_tenant(TENANT).begin() as session:
            assert not await store.publish(session)
        async with api.of_tenant(TENANT).begin() as session:
            assert [event.data["name"] for event in await store.read_after(session, 0, 10)] == ["one"]
        async with api.begin() as session:
            assert await session.scalar(select(func.count()).select_from(Event)) == 0
        for statement in ("DELETE FROM events", "SELECT FROM outbox", "UPDATE events SET tenant = 'tenant-two'"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                async with api.of_tenant(TENANT).begin() as session:
                    await session.execute(text(statement))
    finally:
        await api.aclose()


HIDDEN = {
    "alerts": "due_at is_worse key labels seen_at silenced_by storm_key tenant thing told_size",
    "approvals": "decided_by membership_id request_hash requested_by tenant",
    "daily_reports": "items nights tenant",
    "estate_drifts": "subject_key tenant",
    "estate_weakenings": "signature tenant",
    "item_health_events": "tenant",
    "jobs": "ask azure_job_ids caller details_wanted due_at fence idempotency_key is_background lease_until "
    "operation_url released_series request_hash resource_id sent_at series taken_as_is tenant tries vm_key "
    "vm_name_key watched_until",
    "policies": "name_key tenant",
    "protected_items": "enhanced last_proven_at proofs proven_level refuted_at rto_seconds seen_before_first_backup "
    "tenant vm_key vm_name_key",
    "protection_rules": "approved_hash confirmed due_at fence lease_until owner tenant weighed_at",
    "recovery_runs": "due_at ended_at ends_by fence lease_until plan_hash point_spread_seconds promised_rto_seconds "
    "rto_seconds started_at stopped tenant waves",
    "tenants": "",
    "vaults": "arm_key gone_since is_guarded tenant",
    "webhooks": "after_position due_at failing_lanes failing_since failures fence lease_until paused_until "
    "previous_secret secret tenant tested_at",
}
"""By table: the columns that callers do not see, so that no event keeps them. Each other one is in its events."""
LOOKS = {"updated_at", "as_of"}
_FUNCTIONS = """
SELECT DISTINCT tgrelid::regclass::text, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE proname LIKE 'holdfast_event_of_%'
"""
_CHANGES = """
SELECT tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger
JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname LIKE 'holdfast_event_of_%' AND tgname = 'told_changed'
"""


def test_every_table_with_a_trigger_writes_each_of_its_public_columns(database_url: str) -> None:
    """A column that callers see and the event does not keep would be missing in what a webhook is sent."""
    with psycopg.connect(database_url) as connection:
        functions: dict[str, str] = dict(connection.execute(_FUNCTIONS).fetchall())
        changes: dict[str, str] = dict(connection.execute(_CHANGES).fetchall())
    assert functions.keys() == HIDDEN.keys()
    for table, source in functions.items():
        kept = set(re.findall(r"'(\w+)', NEW\.\1\b", source))
        hidden = set(HIDDEN[table].split())
        assert not kept & hidden, table
        assert kept | hidden == set(Base.metadata.tables[table].columns.keys()), table
        on_any_change = changes.get(table, "")
        if "old.id IS DISTINCT" in on_any_change:
            unseen = {name for name in kept - LOOKS if f"(old.{name} IS DISTINCT FROM new.{name})" not in on_any_change}
            assert not unseen, (table, unseen)
