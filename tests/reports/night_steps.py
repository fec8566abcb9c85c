"""A tenant with a VM that a policy backs up at 02:00 UTC, its rows of some days, and the loop that writes reports."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import uuid_utils.compat as uuids

from app.reports.writing import ReportLoop
from tests.world import World

NIGHT = date(2026, 6, 15)
DUE = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
AFTER = datetime(2026, 6, 16, 1, 0, tzinfo=UTC)
"""The day is over, and so is every grace."""


@dataclass
class SetClock:
    """A clock that a test sets."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Nights:
    """The world, at a time that is set; one item of one vault."""

    world: World
    clock: SetClock
    item: dict[str, Any]

    def loop(self) -> ReportLoop:
        """A worker's loop of reports."""
        return ReportLoop(self.world.database, time_zone="UTC", kept_days=400, clock=self.clock)

    async def write(self) -> None:
        """Until every tenant was looked at."""
        await self.world.rows("UPDATE report_schedules SET due_at = clock_timestamp(), lease_until = NULL RETURNING 1")
        loop = self.loop()
        await loop.run_once()
        while await loop.run_once() == 0.0:
            pass

    async def read_until(self, at: datetime) -> None:
        """The vault's jobs were read in full until then."""
        await self.world.rows(
            "UPDATE vault_watches SET seen_until = :at, complete_since = '2020-01-01 00:00Z' RETURNING 1", at=at
        )

    async def backup(self, at: datetime, state: str = "succeeded", **columns: Any) -> str:
        """A backup of Azure's schedule: its id."""
        made = {
            "id": str(uuids.uuid7()),
            "tenant": self.item["tenant"],
            "caller": "azure",
            "requested_by": "azure",
            "origin": "azure",
            "kind": "backup",
            "state": state,
            "vault_id": self.item["vault_id"],
            "protected_item_id": self.item["id"],
            "ask": "{}",
            "azure_job_id": str(uuid4()),
            "started_at": at,
            **columns,
        }
        names = ", ".join(made)
        values = ", ".join(f":{name}" for name in made)
        await self.world.rows(f"INSERT INTO jobs ({names}) VALUES ({values}) RETURNING id", **made)  # noqa: S608
        return str(made["id"])

    async def fail(self, at: datetime, title: str = "No agent") -> str:
        error = {"code": "azure_job_failed", "title": title, "azure_code": "NoAgent", "remedy": "Start it."}
        return await self.backup(at, "failed", error=json.dumps(error))

    async def get(self, **query: Any) -> httpx.Response:
        headers = query.pop("headers", {})
        return await self.world.api.get("/v1/reports/daily", params={"date": str(NIGHT), **query}, headers=headers)

    async def report(self, **query: Any) -> dict[str, Any]:
        answer = await self.get(**query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def nights(world: World) -> Nights:
    """A VM that was protected long before NIGHT; nothing has begun in its vault since."""
    item = await world.item()
    long_ago = DUE - timedelta(days=3, hours=1)
    said = {"at": long_ago, "policy": item["policy_id"], "schedule": '{"at": "02:00:00"}'}
    await world.rows(
        "UPDATE policy_revisions SET created_at = :at, definition = definition || "
        """jsonb_build_object('time_zone', 'UTC', 'schedule', CAST(:schedule AS jsonb)) """
        "WHERE policy_id = :policy RETURNING 1",
        **said,
    )
    await world.rows("UPDATE protected_items SET created_at = :at RETURNING 1", at=long_ago)
    await world.rows("UPDATE tenants SET created_at = :at RETURNING 1", at=long_ago)
    await world.rows("UPDATE jobs SET started_at = :at, finished_at = :at, created_at = :at RETURNING 1", at=long_ago)
    with psycopg.connect(world.settings.database_dsn) as owner:
        owner.execute("UPDATE item_history SET at = %(at)s, protected_since = %(at)s", {"at": long_ago})
    (row,) = await world.rows("SELECT tenant FROM protected_items")
    clock = SetClock(AFTER)
    world.replace_services(clock=clock)
    made = Nights(world, clock, item | row)
    await made.read_until(AFTER)
    return made
