"""Rows whose triggers write events, and the loop of alerts run until nothing is due."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text

from app.alerts.intake.loop import AlertLoop
from app.core.db.database import Database

TENANT = "tenant"
VAULT = UUID(int=1)
ERROR = {"code": "azure_job_failed", "azure_code": "UserErrorX", "title": "It broke", "detail": "d", "remedy": "Mend."}


class Steps:
    def __init__(self, database: Database, url: str = "") -> None:
        self.database, self._url = database, url
        self.loop = AlertLoop(database)

    async def sql(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.database.begin() as session:
            found: Any = await session.execute(text(statement), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def as_owner(self, statement: str, **values: Any) -> None:
        """What the worker may not write."""
        async with await psycopg.AsyncConnection.connect(self._url) as owner:
            await owner.execute(statement.encode(), values)

    async def begin(self) -> None:
        await self.sql("INSERT INTO tenants (id, name) VALUES (:tenant, :tenant)", tenant=TENANT)
        await self.vault(VAULT)

    async def vault(self, vault: UUID, location: str = "westus") -> None:
        await self.sql(
            "INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state)"
            " VALUES (:id, :tenant, 's', 'g', CAST(:id AS text), CAST(:id AS text), :location, 'ready')",
            id=vault,
            tenant=TENANT,
            location=location,
        )

    async def job(
        self,
        state: str,
        item: UUID,
        *,
        kind: str = "backup",
        vault: UUID = VAULT,
        error: Mapping[str, Any] | None = None,
        ask: Mapping[str, Any] | None = None,
    ) -> UUID:
        """A job that is in this state from the beginning."""
        job = uuid4()
        await self.sql(
            "INSERT INTO jobs (id, tenant, vault_id, protected_item_id, kind, state, origin, ask, caller, requested_by,"
            " vm, error) VALUES (:id, :tenant, :vault, :item, :kind, :state, 'azure', CAST(:ask AS jsonb), 'azure', "
            "'{}', CAST(:vm AS jsonb), CAST(:error AS jsonb))",
            id=job,
            tenant=TENANT,
            vault=vault,
            item=item,
            kind=kind,
            state=state,
            ask=json.dumps(ask or {}),
            vm=json.dumps({"subscription_id": "s", "resource_group": "g", "name": f"vm-{item.int}"}),
            error=json.dumps(error or ERROR) if state == "failed" else None,
        )
        return job

    async def failures(self, first: int, last: int, *, vaults: int = 1) -> None:
        """One failed backup of each of these items."""
        await self.sql(
            "INSERT INTO jobs (id, tenant, vault_id, protected_item_id, kind, state, origin, ask, caller, requested_by,"
            " vm, error) SELECT gen_random_uuid(), :tenant, lpad(to_hex(1 + n % :vaults), 32, '0')::uuid, "
            "lpad(to_hex(n), 32, '0')::uuid, 'backup', 'failed', 'azure', '{}', 'azure', '{}', "
            "jsonb_build_object('subscription_id', 's', 'resource_group', 'g', 'name', 'vm-' || n), "
            "CAST(:error AS jsonb) FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n",
            tenant=TENANT,
            first=first,
            last=last,
            vaults=vaults,
            error=json.dumps(ERROR),
        )

    async def run(self, workers: int = 1) -> None:
        """Until nothing is due now."""
        loops = [AlertLoop(self.database) for _ in range(workers)]
        while 0.0 in await asyncio.gather(*(loop.run_once() for loop in loops)):
            pass

    async def grace_ends(self) -> None:
        """Whatever waits for its grace is due."""
        await self.sql("UPDATE alerts SET due_at = clock_timestamp() WHERE opened_at IS NULL")

    async def told(self) -> None:
        await self.run()
        await self.grace_ends()
        await self.run()

    async def alerts(self, *, is_open: bool = True) -> list[dict[str, Any]]:
        only = "WHERE resolved_at IS NULL" if is_open else ""
        return await self.sql(f"SELECT * FROM alerts {only} ORDER BY id")  # noqa: S608 - two constants

    async def announced(self) -> list[str]:
        """The events of alerts, in their order."""
        while await self.sql("SELECT holdfast_publish_events(1000) AS n") != [{"n": 0}]:
            pass
        rows = await self.sql("SELECT type FROM events WHERE resource_kind = 'alert' ORDER BY position")
        return [row["type"].removeprefix("holdfast.alert.") for row in rows]
