"""The loop under a clock that stands still until it is moved: misses across both nights on which clocks change."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.db.database import WORKER_ROLE, Database
from app.core.http.pages import first_id_of
from app.jobs.loops.prune import PruneLoop
from app.protection.health.loop import HealthLoop
from app.protection.health.shown import health_of
from app.protection.items import ItemFilter, list_items
from app.protection.models import ProtectedItem
from app.protection.records import forget_items_of
from tests.clock import DatabaseClock

TENANT = "tenant"
VAULT = UUID(int=1)
ZONES = ("Europe/Berlin", "America/New_York")
H = timedelta(hours=1)
NIGHTS = [
    # The run of 02:30 on the eve, on the night on which clocks change, and on the next one, in UTC: of Berlin, of New
    # York. Where 02:30 is skipped it runs as 03:30, where it comes twice the first time.
    ("03-07T01:30 03-08T01:30 03-09T01:30", "03-07T07:30 03-08T07:30 03-09T06:30"),
    ("03-28T01:30 03-29T01:30 03-30T00:30", "03-28T06:30 03-29T06:30 03-30T06:30"),
    ("10-24T00:30 10-25T00:30 10-26T01:30", "10-24T06:30 10-25T06:30 10-26T06:30"),
    ("10-31T01:30 11-01T01:30 11-02T01:30", "10-31T06:30 11-01T07:30 11-02T07:30"),
]


class Fleet:
    """One item for each zone, backed up daily at 02:30 of that zone, in a vault that is read all the time."""

    def __init__(self, database: Database, clock: DatabaseClock) -> None:
        self.database, self.clock = database, clock
        self.loop = HealthLoop(database)

    async def sql(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.database.begin() as session:
            found = await session.execute(text(statement), values)
            return [dict(row) for row in found.mappings()] if statement.startswith("SELECT") else []

    async def begin(self, day: str) -> None:
        began = datetime.fromisoformat(day).replace(tzinfo=UTC)
        await self.to(began + 12 * H)
        await self.sql(
            "INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state)"
            " VALUES (:id, :tenant, 's', 'g', 'v', 'v', 'westus', 'ready')",
            id=VAULT,
            tenant=TENANT,
        )
        await self.sql(
            "INSERT INTO vault_watches (vault_id, tenant, subscription_id, resource_group, name, seen_until,"
            " complete_since) VALUES (:id, :tenant, 's', 'g', 'v', '9000-01-01 00:00Z', :since)",
            id=VAULT,
            tenant=TENANT,
            since=began,
        )
        for number, zone in enumerate(ZONES, 1):
            definition = {
                "time_zone": zone,
                "schedule": {"at": "02:30:00"},
                "retention": {"daily": {"count": 30}},
                "instant_restore_days": 2,
            }
            await self.sql(
                "INSERT INTO policies (id, tenant, vault_id, name, name_key, state, definition, revision)"
                " VALUES (:id, :tenant, :vault, :zone, :zone, 'ready', CAST(:definition AS jsonb), 1)",
                id=UUID(int=number),
                tenant=TENANT,
                vault=VAULT,
                zone=zone,
                definition=json.dumps(definition),
            )
            await self.sql(
                "INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, updated_at,"
                " last_recovery_point_at) VALUES (:id, :tenant, :vault, :id, :vm, :vm, 'protected', :at, :at)",
                id=UUID(int=number),
                tenant=TENANT,
                vault=VAULT,
                at=began + 11 * H,
                vm=f"/{zone}",
            )

    async def to(self, at: datetime) -> None:
        self.clock.move_to(at.timestamp())

    async def look(self) -> None:
        """Two workers at once."""
        while 0.0 in await asyncio.gather(self.loop.run_once(), HealthLoop(self.database).run_once()):
            pass

    async def back_up(self, item: int, at: datetime) -> None:
        await self.sql(
            "UPDATE protected_items SET last_recovery_point_at = :at, updated_at = clock_timestamp() WHERE id = :id",
            at=at,
            id=UUID(int=item),
        )

    async def state(self, item: int) -> str:
        """As the API shows it; the filter must say the same."""
        async with self.database.begin() as session:
            row = await session.get_one(ProtectedItem, UUID(int=item))
            shown = (await health_of(session, [row]))[row.id].rpo.state.value
            for state in ("met", "due", "missed", "unknown"):
                found, _ = await list_items(session, TENANT, ItemFilter(rpo=[state]), limit=50, cursor=None)
                assert (row.id in {one.id for one in found}) == (state == shown), (state, shown)
        return shown

    async def events(self, item: int) -> list[tuple[str, datetime]]:
        found = "SELECT kind, at FROM item_health_events WHERE protected_item_id = :id ORDER BY id"
        rows = await self.sql(found, id=UUID(int=item))
        return [(row["kind"], row["at"]) for row in rows]


@pytest.fixture
async def fleet(database_url: str) -> AsyncIterator[Fleet]:
    with DatabaseClock(database_url, start=datetime(2026, 1, 1, tzinfo=UTC).timestamp()) as clock:
        database = Database(database_url, role=WORKER_ROLE)
        yield Fleet(database, clock)
        await database.aclose()


async def test_a_night_on_which_nothing_ran_is_missed_at_due_and_grace_once_and_so_is_its_recovery(
    fleet: Fleet,
) -> None:
    """The run of the eve is there, the night on which clocks change has none, and the next one comes."""
    await fleet.begin("2026-03-06")
    for berlin, new_york in NIGHTS:
        said = {1: berlin, 2: new_york}
        times = {
            item: [datetime.fromisoformat(f"2026-{at}:00+00:00") for at in runs.split()] for item, runs in said.items()
        }
        await _pass_the_night(fleet, times)


async def _pass_the_night(fleet: Fleet, times: dict[int, list[datetime]]) -> None:
    for item, (eve, _, _) in times.items():
        await fleet.to(eve + H)
        await fleet.back_up(item, eve + timedelta(seconds=4))
        await fleet.look()
        assert await fleet.state(item) == "met", item
    before = {item: await fleet.events(item) for item in times}
    # The clock is moved to each moment of either item in their order; the loop looks after half of them only.
    moments = sorted((at, item) for item, (_, night, _) in times.items() for at in (night, night + 12 * H))
    for number, (at, item) in enumerate(moments):
        await fleet.to(at - timedelta(seconds=1))
        was = await fleet.state(item)
        await fleet.to(at)
        if number % 2:
            await fleet.look()
        assert (was, await fleet.state(item)) in {("met", "due"), ("due", "missed")}, (at, item)
    for _ in range(2):
        await fleet.look()
        for item, (_, night, _) in times.items():
            assert await fleet.events(item) == [*before[item], ("missed", night + 12 * H)]
    for item, (_, _, following) in times.items():
        await fleet.to(following + H)
        await fleet.back_up(item, following + timedelta(seconds=4))
        await fleet.look()
        assert await fleet.state(item) == "met"
    await fleet.look()
    for item, (_, night, following) in times.items():
        told = [("missed", night + 12 * H), ("recovered", following + timedelta(seconds=4))]
        assert await fleet.events(item) == [*before[item], *told]


async def test_what_changes_while_no_loop_runs_is_found_and_misses_of_that_time_are_dated_right(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    await fleet.look()
    due = datetime(2026, 1, 11, 1, 30, tzinfo=UTC)
    await fleet.to(due + 30 * H)
    await fleet.back_up(1, due + 20 * H)
    await fleet.look()
    assert await fleet.events(1) == [("missed", due + 12 * H), ("recovered", due + 20 * H)]
    assert await fleet.events(2) == [("missed", due + 18 * H)]


async def test_a_vault_that_is_not_read_makes_its_items_unknown_and_nothing_is_recorded(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    due = datetime(2026, 1, 11, 1, 30, tzinfo=UTC)
    await fleet.sql("UPDATE vault_watches SET seen_until = :at", at=due + H)
    for after, state in ((11 * H, "due"), (12.5 * H, "due"), (14 * H, "unknown"), (100 * H, "unknown")):
        await fleet.to(due + after)
        for _ in range(2):
            await fleet.look()
            assert await fleet.state(1) == state, after
    assert await fleet.events(1) == []
    await fleet.sql("UPDATE vault_watches SET seen_until = '9000-01-01 00:00Z'")
    await fleet.look()
    assert await fleet.events(1) == [("missed", due + 12 * H)]


async def test_items_that_wait_for_a_vault_are_not_written_again_and_again(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    due = datetime(2026, 1, 11, 1, 30, tzinfo=UTC)
    await fleet.look()
    await fleet.sql("UPDATE vault_watches SET seen_until = :at", at=due + H)
    for after in (due + 12 * H, due + 40 * H):
        await fleet.to(after)
        await fleet.look()
    rows = "SELECT xmin::text AS written FROM item_health ORDER BY protected_item_id"
    before = await fleet.sql(rows)
    await fleet.to(due + 90 * H)
    assert await fleet.loop.run_once() is None, "nothing comes by time alone"
    assert await fleet.sql(rows) == before
    assert await fleet.state(1) == "unknown"


async def test_a_list_of_items_that_is_still_owed_proves_no_miss(fleet: Fleet) -> None:
    """A backup that ended hours ago was seen after the grace: its point is in the list that is owed."""
    await fleet.begin("2026-01-10")
    await fleet.look()
    late = datetime(2026, 1, 11, 13, 30, tzinfo=UTC)
    await fleet.sql("UPDATE vault_watches SET items_owed_at = :at", at=late + H / 2)
    await fleet.to(late + H / 2)
    await fleet.look()
    assert (await fleet.state(1), await fleet.events(1)) == ("due", [])


BACKUP = (
    "INSERT INTO jobs (id, tenant, vault_id, vm_key, kind, state, origin, started_at, created_at, ask, caller,"
    " requested_by) VALUES (:id, 'tenant', :vault, :vm, 'backup', :state, 'azure', :at, :at, '{}', 'azure', '{}')"
)


async def test_a_backup_that_began_within_the_grace_keeps_its_run_due_until_it_ends(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    await fleet.look()
    due = datetime(2026, 1, 11, 1, 30, tzinfo=UTC)
    await fleet.sql(BACKUP, id=UUID(int=9), vault=VAULT, vm=f"/{ZONES[0]}", state="running", at=due + 11 * H)
    for after in (12 * H, 20 * H):
        await fleet.to(due + after)
        assert await fleet.state(1) == "due"
        await fleet.look()
        assert (await fleet.state(1), await fleet.events(1)) == ("due", [])
    await fleet.sql("UPDATE jobs SET state = 'failed'")
    assert await fleet.state(1) == "missed"
    await fleet.look()
    assert (await fleet.state(1), await fleet.events(1)) == ("missed", [("missed", due + 12 * H)])


@pytest.mark.parametrize("of_that_time", ["a backup", "a gap", "nothing"])
async def test_a_miss_that_ended_unseen_is_proven_by_a_record_without_a_gap_and_without_a_backup(
    fleet: Fleet, of_that_time: str
) -> None:
    """The backup names no item: it ran under an item that was deleted since."""
    await fleet.begin("2026-01-10")
    await fleet.look()
    due = datetime(2026, 1, 11, 1, 30, tzinfo=UTC)
    if of_that_time == "a backup":
        key = first_id_of(due + 2 * H)
        await fleet.sql(BACKUP, id=key, vault=VAULT, vm=f"/{ZONES[0]}", state="succeeded", at=due + 2 * H)
    if of_that_time == "a gap":
        await fleet.sql("UPDATE vault_watches SET complete_since = :at", at=due + 10 * H)
    await fleet.to(due + 30 * H)
    await fleet.back_up(1, due + 20 * H)
    await fleet.look()
    told = [("missed", due + 12 * H), ("recovered", due + 20 * H)] if of_that_time == "nothing" else []
    assert await fleet.events(1) == told


async def test_a_tenants_rule_that_is_gone_is_noticed_by_an_item_with_a_newer_one(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    rule = (
        "INSERT INTO expectations (id, tenant, protected_item_id, objective_seconds, linux_scripts_expected)"
        " VALUES (gen_random_uuid(), 'tenant', CAST(:item AS uuid), CAST(:seconds AS bigint), :scripts)"
    )
    await fleet.sql(rule, item=None, seconds=7200, scripts=None)
    await fleet.to(datetime(2026, 1, 10, 12, 1, tzinfo=UTC))
    await fleet.sql(rule, item=UUID(int=1), seconds=None, scripts=True)
    source = "SELECT source FROM item_health ORDER BY protected_item_id"
    await fleet.look()
    assert [row["source"] for row in await fleet.sql(source)] == ["tenant", "tenant"]
    await fleet.sql("DELETE FROM expectations WHERE protected_item_id IS NULL")
    await fleet.look()
    assert [row["source"] for row in await fleet.sql(source)] == ["policy", "policy"]


async def test_the_miss_of_an_item_that_is_deleted_is_withdrawn(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    at = datetime(2026, 1, 20, tzinfo=UTC)
    await fleet.to(at)
    await fleet.look()
    async with fleet.database.begin() as session:
        await forget_items_of(session, VAULT)
    for item, zone in enumerate(ZONES, 1):
        assert [kind for kind, _ in await fleet.events(item)] == ["missed", "withdrawn"], zone
    assert (await fleet.events(1))[1][1] == at


async def test_an_item_that_is_deleted_takes_its_health_along_and_leaves_its_history(fleet: Fleet) -> None:
    await fleet.begin("2026-01-10")
    await fleet.to(datetime(2026, 1, 20, tzinfo=UTC))
    await fleet.look()
    await fleet.sql("DELETE FROM protected_items WHERE id = :id", id=UUID(int=1))
    await fleet.look()
    assert len(await fleet.sql("SELECT 1 FROM item_health")) == 1
    assert len(await fleet.events(1)) == 1


ON_MARS = (
    '{"time_zone": "Mars/Olympus", "schedule": {"at": "02:30:00"}, "retention": {"daily": {"count": 9}},'
    ' "instant_restore_days": 2}'
)


@pytest.mark.parametrize("stored", [ON_MARS, '{"a": 1}'])
async def test_a_policy_that_cannot_be_counted_makes_its_items_unknown_and_stops_no_other(
    fleet: Fleet, stored: str
) -> None:
    await fleet.begin("2026-01-10")
    await fleet.sql("UPDATE policies SET definition = CAST(:it AS jsonb) WHERE id = :id", it=stored, id=UUID(int=1))
    await fleet.look()
    assert (await fleet.state(1), await fleet.state(2)) == ("unknown", "met")


async def test_misses_that_are_over_and_old_are_deleted(fleet: Fleet) -> None:
    """Item 1 recovers, item 2 is missed on."""
    await fleet.begin("2026-01-10")
    at = datetime(2026, 1, 20, tzinfo=UTC)
    await fleet.to(at)
    await fleet.look()
    await fleet.back_up(1, at)
    await fleet.look()
    age = "CASE kind WHEN 'missed' THEN interval '91 days' ELSE interval '89 days' END"
    await fleet.sql(f"UPDATE item_health_events SET recorded_at = now() - {age}")  # noqa: S608 - a constant
    prune = PruneLoop(fleet.database, events_days=90, attempts_days=30)
    await prune.run_once()
    await fleet.sql("UPDATE prunings SET due_at = '2020-01-01 00:00Z'")
    while await prune.run_once() == 0.0:
        pass
    assert [[kind for kind, _ in await fleet.events(item)] for item in (1, 2)] == [["recovered"], ["missed"]]
