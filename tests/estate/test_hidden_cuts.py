"""Cuts that hide behind something else: a second step, a job of Holdfast, a policy that is gone. Without Azure."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.db.database import WORKER_ROLE, Database
from app.estate.drift_records import compare
from app.estate.records import forget_old

TENANT, VAULT, ITEM = "tenant", UUID(int=1), UUID(int=9)
GOLD, SILVER, BRONZE = (UUID(int=number) for number in (2, 3, 4))


class Rows:
    """A vault, three policies (the third keeps less), and an item that follows the first."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def sql(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.database.begin() as session:
            found: Any = await session.execute(text(statement), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def begin(self) -> None:
        await self.sql(
            "INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state, "
            "soft_delete_state, soft_delete_days, immutability, redundancy, cross_region_restore, is_guarded) VALUES "
            "(:id, :t, 's', 'g', 'v', 'v', 'westus', 'ready', 'on', 30, 'unlocked', 'geo', true, true)",
            id=VAULT,
            t=TENANT,
        )
        for policy, days in ((GOLD, 30), (SILVER, 30), (BRONZE, 7)):
            await self.policy(policy, days)
        await self.sql(
            "INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, "
            "last_recovery_point_at) VALUES (:id, :t, :vault, :policy, '/x/vm-9', '/x/vm-9', 'protected', "
            "clock_timestamp())",
            id=ITEM,
            t=TENANT,
            vault=VAULT,
            policy=GOLD,
        )
        assert await self.found() == set()

    async def policy(self, policy: UUID, days: int) -> None:
        definition = {
            "time_zone": "Etc/UTC",
            "schedule": {"at": "02:30:00"},
            "retention": {"daily": {"count": days}},
            "instant_restore_days": 2,
        }
        await self.sql(
            "INSERT INTO policies (id, tenant, vault_id, name, name_key, state, definition, revision) VALUES "
            "(:id, :t, :vault, CAST(:id AS text), CAST(:id AS text), 'ready', CAST(:definition AS jsonb), 1) "
            "ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, revision = policies.revision + 1",
            id=policy,
            t=TENANT,
            vault=VAULT,
            definition=json.dumps(definition),
        )

    async def follow(self, policy: UUID) -> None:
        await self.sql("UPDATE protected_items SET policy_id = :policy", policy=policy)

    async def found(self) -> set[str]:
        """What is weaker, by kind, after one more comparison."""
        async with self.database.begin() as session:
            await compare(session, TENANT, VAULT)
        rows = await self.sql("SELECT kind FROM estate_weakenings WHERE resolved_at IS NULL")
        return {row["kind"] for row in rows}


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[Rows]:
    database = Database(database_url, role=WORKER_ROLE)
    rows = Rows(database)
    await rows.begin()
    yield rows
    await database.aclose()


async def test_a_policy_that_is_cut_and_then_deleted_does_not_heal_what_it_cut(rows: Rows) -> None:
    await rows.policy(GOLD, 7)
    assert await rows.found() == {"retention_shrunk"}
    await rows.follow(BRONZE)
    assert await rows.found() == {"retention_shrunk"}
    await rows.sql("DELETE FROM policies WHERE id = :id", id=GOLD)
    assert await rows.found() == {"retention_shrunk"}
    (row,) = await rows.sql("SELECT radius FROM estate_weakenings")
    assert (row["radius"]["kept_days_before"], row["radius"]["kept_days_after"]) == (30, 7)
    await rows.follow(SILVER)
    assert await rows.found() == set()


async def test_a_change_by_holdfast_hides_nothing_that_was_weakened_beside_it(rows: Rows) -> None:
    """At its end a change reads all settings of the vault; it asked for one."""
    ask = {"wanted": {"soft_delete_days": 60, "immutability": None}}
    await rows.sql(
        "INSERT INTO jobs (id, tenant, vault_id, kind, state, origin, ask, caller, requested_by) VALUES "
        "(gen_random_uuid(), :t, :vault, 'update_vault', 'succeeded', 'holdfast', CAST(:ask AS jsonb), 'c', '{}')",
        t=TENANT,
        vault=VAULT,
        ask=json.dumps(ask),
    )
    await rows.sql(
        "UPDATE vaults SET soft_delete_days = 60, immutability = 'disabled', cross_region_restore = false, "
        "redundancy = 'local'"
    )
    assert await rows.found() == {"immutability_weakened", "redundancy_weakened"}
    await rows.sql("UPDATE vaults SET immutability = 'locked', redundancy = 'geo', cross_region_restore = true")
    assert await rows.found() == set()
    await rows.sql("UPDATE vaults SET soft_delete_days = 59")
    assert await rows.found() == {"soft_delete_weakened"}, "what Holdfast set is the measure"


async def test_what_is_over_is_kept_for_a_time_and_what_has_no_vault_is_over(rows: Rows) -> None:
    await rows.sql("INSERT INTO tenants (id, name) VALUES (:t, :t)", t=TENANT)
    await rows.policy(GOLD, 7)
    await rows.found()

    async def left() -> list[int]:
        async with rows.database.begin() as session:
            await forget_old(session)
        counted = "SELECT count(*) AS n, count(resolved_at) AS over FROM {}"
        (drifts,), (weakenings,) = [
            await rows.sql(counted.format(f"estate_{name}s")) for name in ("drift", "weakening")
        ]
        return [drifts["n"], weakenings["n"], weakenings["over"]]

    assert await left() == [1, 1, 0]
    for table in ("protected_items", "policies", "vaults"):
        await rows.sql(f"DELETE FROM {table}")  # noqa: S608 - constants
    assert await left() == [1, 1, 1]
    for name in ("drift", "weakening"):
        await rows.sql(f"UPDATE estate_{name}s SET resolved_at = now() - interval '401 days'")  # noqa: S608 - constants
    assert await left() == [0, 0, 0]


async def test_each_weighing_tells_whether_it_is_worse_than_the_last_one(rows: Rows) -> None:
    weighed = "SELECT count(*) AS n FROM outbox WHERE resource_kind = 'weakening'"
    for policy, days, expected in (
        (GOLD, 20, (1, 1, 1, True)),
        (GOLD, 20, (1, 1, 1, True)),  # written again as it is: not weighed again
        (GOLD, 7, (2, 1, 0, True)),
        (BRONZE, 7, (3, 2, 1, True)),
        (GOLD, 7, (4, 1, 0, False)),
    ):
        await rows.policy(policy, days)
        await rows.follow(policy)
        await rows.found()
        (row,), (count,) = await rows.sql("SELECT change FROM estate_weakenings"), await rows.sql(weighed)
        change = row["change"]
        assert (count["n"], change["drifts"], change["added"], change["is_worse"]) == expected
