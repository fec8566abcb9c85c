"""Two vaults with a running backup each, where Azure allows few reads of jobs; and what is known of the hint."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.azure.graph.values import GraphItem, GraphJobs, GraphVm
from app.azure.lists import Listed
from app.azure.ports import ResourceGraph
from app.jobs.work import LoopName
from app.worker import hint_loops_of
from tests.world import KEEP, SWEEP, World

FEW_A_SECOND = 0.005
APART = 1000.0
"""Seconds between the beginnings of the two backups: the second is far from its end when the first has ended."""
BACKUP_SECONDS = 4500.0


@dataclass(frozen=True, slots=True)
class Two:
    """The jobs and the vaults of the backup that began first, and of the other."""

    jobs: tuple[str, str]
    vaults: tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class RecordingGraph:
    """Asks what it wraps, and remembers since when. `meanwhile` happens after each answer."""

    wrapped: ResourceGraph
    meanwhile: Callable[[], Awaitable[object]] | None = None
    since: list[datetime] = field(default_factory=list)
    read_at: list[datetime | None] = field(default_factory=list)
    """By Azure's clock."""

    async def list_vms(self, subscription_ids: Sequence[str]) -> Listed[GraphVm]:
        return await self.wrapped.list_vms(subscription_ids)

    async def list_items(self, subscription_ids: Sequence[str]) -> Listed[GraphItem]:
        return await self.wrapped.list_items(subscription_ids)

    async def list_jobs(
        self, subscription_ids: Sequence[str], *, since: datetime, with_running: bool = False
    ) -> GraphJobs:
        self.since.append(since)
        answer = await self.wrapped.list_jobs(subscription_ids, since=since, with_running=with_running)
        self.read_at.append(answer.read_at)
        if self.meanwhile is not None:
            await self.meanwhile()
        return answer


async def two_backups(world: World) -> Two:
    jobs, vaults = [], []
    items = []
    for number, name in enumerate(("vm-web-01", "vm-db-01")):
        vault = await world.vault(name=f"vault-{number}")
        items.append(await world.item(name, vault=vault))
        vaults.append(UUID(vault["id"]))
    for item in items:
        asked = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
        assert asked.status_code == 202, asked.text
        jobs.append(asked.headers["Location"])
        await world.run_due()
        world.advance(APART)
        await world.run("operations")
    await world.run(SWEEP)
    return Two((jobs[0], jobs[1]), (vaults[0], vaults[1]))


async def are_few(world: World) -> None:
    """From now on Azure allows few reads of jobs, as if that had been learnt."""
    await world.rows(
        "UPDATE azure_budgets SET rate = :rate WHERE request_class = 'job_reads' RETURNING rate", rate=FEW_A_SECOND
    )


async def is_trusted(world: World) -> None:
    """The hint was asked, and is proven; two lists may be brought forward."""
    await ask(world)
    await world.rows(
        "UPDATE job_hints SET proven_at = clock_timestamp(), asked_at = clock_timestamp(), saved = 2 RETURNING saved"
    )


async def run_hint(world: World) -> None:
    await hint_loops_of(world.settings, world.database, world.azure)[LoopName.HINTING].run_once()


async def ask(world: World) -> dict[str, Any]:
    """One round of the hint: its row afterwards."""
    await world.rows("UPDATE job_hints SET due_at = clock_timestamp() RETURNING fence")
    await run_hint(world)
    (row,) = await world.rows("SELECT * FROM job_hints")
    return row


async def due_in(world: World, vault_id: UUID) -> float:
    """Seconds until the vault is swept again."""
    (row,) = await world.rows(
        "SELECT extract(epoch FROM due_at - clock_timestamp()) AS seconds FROM vault_watches WHERE vault_id = :id",
        id=vault_id,
    )
    return float(row["seconds"])


async def states(world: World, two: Two) -> list[str]:
    return [(await world.api.get(job)).json()["state"] for job in two.jobs]


def graph_queries(world: World) -> int:
    return world.requests["query_graph"]
