"""The estate: 5,000 machines in three subscriptions, half of them with an item of ours, read and covered once.

The loop, the adapter, the shared budgets, the SQL and Postgres are real; Azure is the simulator, in this process. Each
machine has an item in Azure, half of them in a vault of another tool. Counted are the requests of a reading, and the
seconds from its last answer to the coverage. `python -m tests.bench.covering` prints it alone.
"""

import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import structlog
import uvloop
from cryptography.hazmat.primitives.asymmetric import rsa

from app.azure.sdk.client import build_azure
from app.budgets.gate import SharedBudgets
from app.core.db.database import API_ROLE, Database, migrate
from app.estate import service
from app.estate.reading import EstateLoop
from app.estate.schemas import EstateCoverage
from app.identity.access.grants import Grant, Grants
from app.simulator.asgi import Simulator, create_app
from app.simulator.seeding import plant
from app.simulator.world import Item, Vault
from tests.bench.report import Figure, show
from tests.bench.stack import Bench, bench
from tests.database import with_database

ARM = "http://simulator.test"
TENANT = "bench"
SUBSCRIPTIONS = [f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3)]
SECONDS_BAR, REQUESTS_BAR = 5.0, 20.0
GROUP_BY = "tag:team"

_TENANT = "INSERT INTO tenants (id, name, grants) VALUES (%(tenant)s, %(tenant)s, %(grants)s)"
_VAULT = """
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state)
VALUES (md5('vault')::uuid, %(tenant)s, %(subscription)s, 'rg-demo', 'vault-ours', 'vault-ours', 'westus', 'creating')
"""
_ITEMS = """
INSERT INTO protected_items (id, tenant, vault_id, vm_id, vm_key, state, last_recovery_point_at)
SELECT md5(vm)::uuid, %(tenant)s, md5('vault')::uuid, vm, lower(vm), 'protected', now()
FROM unnest(%(vms)s::text[]) AS vm
"""


@dataclass(slots=True)
class Timed:
    """A port's call, and when its last answer came."""

    call: Callable[..., Awaitable[Any]]
    ended: float = 0.0

    async def __call__(self, *arguments: Any, **named: Any) -> Any:
        try:
            return await self.call(*arguments, **named)
        finally:
            self.ended = time.perf_counter()


@dataclass(slots=True)
class TimedGraph:
    """Resource Graph, with both of its lists timed."""

    list_vms: Timed
    list_items: Timed
    list_jobs: Any


@dataclass(frozen=True, slots=True)
class Covered:
    """One reading of the estate, and the coverage after it."""

    machines: int
    requests: int
    reading: float
    """Seconds until Resource Graph had answered everything."""
    after: float
    """Seconds from then on until the coverage was there."""


async def measure_coverage(made: Bench, machines: int) -> Covered:
    simulator = create_app(signing_key=rsa.generate_private_key(65537, 2048))
    url = _filled(made, machines, _planted(simulator, machines))
    grants = Grants(tuple(Grant(one) for one in SUBSCRIPTIONS))
    async with _azure(simulator, url) as (database, azure):
        graph = azure.resource_graph
        timed = TimedGraph(Timed(graph.list_vms), Timed(graph.list_items), graph.list_jobs)
        loop = EstateLoop(database, replace(azure, resource_graph=timed), every_seconds=900)
        await loop.run_once()  # makes the due row
        before = sum(simulator.world.truth.requests.values())
        began = time.perf_counter()
        await loop.run_once()
        api = Database(url, role=API_ROLE, pool_size=2)
        async with api.of_tenant(TENANT).begin() as session:
            counted = await service.count_by_group(session, TENANT, grants, GROUP_BY)
            proofs = await service.count_proofs(session, TENANT, grants, GROUP_BY)
            known = await service.knowledge(session, TENANT, grants, is_on=True)
        covered = EstateCoverage.of(counted, proofs, known)
        ended = time.perf_counter()
        await api.aclose()
    if covered.total != machines or covered.unreachable:
        raise AssertionError(f"{covered.total} of {machines} machines, {covered.unreachable}")
    read = max(timed.list_vms.ended, timed.list_items.ended)
    asked = sum(simulator.world.truth.requests.values()) - before
    return Covered(machines, asked, read - began, ended - read)


@asynccontextmanager
async def _azure(simulator: Simulator, url: str) -> AsyncIterator[tuple[Database, Any]]:
    database = Database(url, pool_size=4)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator)) as http:
        try:
            yield database, build_azure(ARM, simulator=True, http=http, gate=SharedBudgets(database))
        finally:
            await database.aclose()


def _planted(simulator: Simulator, machines: int) -> list[str]:
    """The ids of the machines, in turns over the subscriptions and five teams."""
    plant(simulator.world, {"subscriptions": [{"id": one} for one in SUBSCRIPTIONS[1:]]})
    simulator.world.vms.clear()
    names = [
        {
            "name": f"vm-{number:05}",
            "resource_group": f"rg-{number % 50}",
            "subscription_id": SUBSCRIPTIONS[number % 3],
            "tags": {"team" if number % 2 else "Team": f"team-{number % 5}"},
            "data_disks": 2,
        }
        for number in range(machines)
    ]
    found: list[str] = plant(simulator.world, {"vms": names})["vms"]
    now = simulator.clock.now()
    for one in SUBSCRIPTIONS:
        vault = Vault("vault-there", "rg-demo", "westus", now, now, now, None, {}, {}, subscription=one)
        simulator.world.vaults[vault.key] = vault
        for vm in simulator.world.vms.values():
            if vm.subscription == one:
                vault.items[vm.service_name] = Item(vm, "policy", "policy", vm.unique_id, state="Protected")
    return found


def _filled(made: Bench, machines: int, vms: list[str]) -> str:
    name = f"estate_{machines}"
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = with_database(made.database_url, name)
    migrate(url)
    grants = "[" + ", ".join(f'{{"subscription_id": "{one}", "resource_group": null}}' for one in SUBSCRIPTIONS) + "]"
    with psycopg.connect(url) as connection:
        connection.execute(_TENANT, {"tenant": TENANT, "grants": grants})
        connection.execute(_VAULT, {"tenant": TENANT, "subscription": SUBSCRIPTIONS[0]})
        connection.execute(_ITEMS, {"tenant": TENANT, "vms": vms[::2]})
    return url


async def covering_figures(made: Bench, *, machines: int = 5_000) -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    found = await measure_coverage(made, machines)
    note = f"{machines:,} VMs in {len(SUBSCRIPTIONS)} subscriptions; {found.reading:.1f} s in the simulator before that"
    return [
        Figure("coverage_seconds", "coverage after the reads", found.after, "s", (SECONDS_BAR, False), note),
        Figure("coverage_requests", "  requests to Azure", float(found.requests), "", (REQUESTS_BAR, False)),
    ]


def main() -> int:
    with bench() as made:
        figures = uvloop.run(covering_figures(made, machines=int(sys.argv[1]) if sys.argv[1:] else 5_000))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
