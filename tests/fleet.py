"""Ten thousand backups in a hundred vaults, on both sides: in a simulated Azure, and as rows that replicas follow.

Time is simulated on both sides by one clock: Postgres answers `clock_timestamp()` from it (tests/clock.py), and so do
the simulated Azure and the replicas. It moves only when there is nothing left to do at that moment, so an hour of a
hundred vaults passes as fast as the machine can look at them. Everything else is real: the loop, its SQL, the SDK, the
simulator behind its own HTTP interface (in this process), the gates, their shared rows and notifications.
"""

import heapq
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg import sql
from psycopg.types.json import Jsonb

from app.azure.sdk.client import OpenAzure, build_azure
from app.budgets.gate import SharedBudgets
from app.budgets.rows import BUDGET_CHANNEL
from app.core.db.database import Database, migrate
from app.jobs.sweep.sweep import SweepLoop
from app.simulator.asgi import Simulator, create_app
from app.simulator.policies import new_vault_policies
from app.simulator.progress import BACKUP, TICKS, Clock, Job
from app.simulator.seeding import plant
from app.simulator.vault_settings import new_settings
from app.simulator.world import SUBSCRIPTION, Vault
from app.wiring import ITEM_IDS, item_updates_of, works_of
from tests.clock import DatabaseClock
from tests.database import with_database

START = 1_800_000_000.0
POLL_SECONDS = 30.0
LOOK_SECONDS = 0.5
"""How long a batch of looks takes: what the wire would cost."""
ORIGIN = "http://simulator.test"


@dataclass(slots=True)
class Machine:
    """A protected VM that is backed up over and over."""

    vault: Vault
    vault_id: UUID
    container_name: str
    name: str


@dataclass(slots=True)
class Fleet:
    """`due`: when each machine's next backup begins, soonest first."""

    clock: DatabaseClock
    simulator: Simulator
    replicas: list[SweepLoop]
    azures: list[OpenAzure]
    gates: list[SharedBudgets]
    connection: psycopg.Connection[Any]
    due: list[tuple[float, int]] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)

    @property
    def requests(self) -> dict[str, int]:
        return dict(self.simulator.world.truth.requests)

    @property
    def throttled(self) -> int:
        return sum(self.simulator.world.truth.throttled.values())

    async def follow(self, seconds: float) -> None:
        """All replicas, for so long on the simulated clock."""
        end, turn = self.clock.now + seconds, 0
        while self.clock.now < end:
            self.begin_backups()
            pause = await self.replicas[turn % len(self.replicas)].run_once()
            turn += 1
            self._pass_on()
            # Replicas look side by side; their turns are told one after another.
            if pause:
                self.clock.move_to(min(self.clock.now + pause, self.due[0][0], end))
            else:
                self.clock.advance(LOOK_SECONDS / len(self.replicas))

    def _pass_on(self) -> None:
        """What a replica's listener does with a notification."""
        for notification in self.connection.notifies(timeout=0):
            for gate in self.gates:
                gate.ask_again(notification.payload)

    def begin_backups(self) -> None:
        """Those whose time has come: in Azure, and as jobs that were accepted at that moment."""
        rows = []
        while self.due[0][0] <= self.clock.now:
            begins, number = heapq.heappop(self.due)
            heapq.heappush(self.due, (begins + BACKUP.seconds, number))
            rows.append(self._begin(self.machines[number], begins))
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(_JOB, rows)

    def _begin(self, machine: Machine, at: float) -> list[Any]:
        attempt, azure_job = uuid4(), str(uuid4())
        bag = {"VM Name": machine.name}
        job = Job(
            azure_job,
            "Backup",
            BACKUP,
            int(at * TICKS),
            str(attempt),
            machine.container_name,
            machine.name,
            bag,
            cancellable=True,
            final_bag={"Backup Size": "5010 MB"},
        )
        machine.vault.jobs[azure_job] = job
        ask = Jsonb({"azure": machine.container_name})
        return [uuid4(), machine.vault_id, azure_job, attempt, ask, at, at, at]

    def lags(self, since: float) -> list[float]:
        """Seconds from the end in Azure to the end of the row; until now where the row has not ended."""
        now = self.clock.now
        rows = self.connection.execute(
            "SELECT extract(epoch FROM started_at) + %s,"
            " CASE WHEN finished_at IS NOT NULL THEN extract(epoch FROM as_of) END FROM jobs",
            [BACKUP.seconds],
        ).fetchall()
        ended = [(float(end), float(seen) if seen is not None else now) for end, seen in rows if since <= end <= now]
        if not ended:
            raise RuntimeError("nothing ended in the time that was looked at")
        return [max(0.0, seen - end) for end, seen in ended]

    def in_flight(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM jobs WHERE state = 'running'").fetchall()[0][0])


_JOB = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, vault_id, azure_job_id, activity_id, ask, started_at,
                  created_at, updated_at)
VALUES (%s, 'tenant', 'bench', 'bench', 'backup', 'running', %s, %s, %s, %s, to_timestamp(%s), to_timestamp(%s),
        to_timestamp(%s))
"""
# As after hours: nothing saved up for details, and ends in most looks.
_WATCH = """
INSERT INTO vault_watches (vault_id, tenant, subscription_id, resource_group, name, is_busy, spare, ending, due_at,
                           swept_at, taken_in_at, seen_until)
VALUES (%(id)s, 'tenant', %(subscription)s, 'rg-demo', %(name)s, true, 0, 0.7, to_timestamp(%(due)s),
        to_timestamp(%(now)s), to_timestamp(%(now)s), to_timestamp(%(now)s))
"""


@contextmanager
def _database(server: str) -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    """A fresh database of the server, that does not wait for its disk: the disk's clock is a real one."""
    name = f"fleet_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
        try:
            url = with_database(server, name)
            migrate(url)
            with psycopg.connect(url, autocommit=True) as connection:
                yield url, connection
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@asynccontextmanager
async def fleet(server: str, *, vaults: int, jobs: int, replicas: int) -> AsyncIterator[Fleet]:
    """`jobs` backups in flight, of every age, as they are after hours; every replica with a pool of its own."""
    with _database(server) as (url, connection), DatabaseClock(url, start=START) as clock:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        simulator = create_app(clock=Clock(wall_ns=lambda: int(clock.now * 1e6) * 1000), signing_key=key)
        databases = [Database(url, pool_size=10) for _ in range(replicas)]
        http = httpx.AsyncClient(transport=httpx.ASGITransport(simulator))
        budgets = [SharedBudgets(database, monotonic=lambda: clock.now) for database in databases]
        azures = [build_azure(ORIGIN, simulator=True, http=http, gate=gate) for gate in budgets]
        following = [
            SweepLoop(
                database,
                works_of(azure, database),
                azure.jobs,
                azure.protected_items,
                ITEM_IDS,
                item_updates_of(database, azure),
                poll_seconds=POLL_SECONDS,
            )
            for database, azure in zip(databases, azures, strict=True)
        ]
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(BUDGET_CHANNEL)))
        made = Fleet(clock, simulator, following, azures, budgets, connection)
        _plant(made, vaults=vaults, machines=jobs)
        try:
            yield made
        finally:
            for azure in azures:
                await azure.aclose()
            await http.aclose()
            for database in databases:
                await database.aclose()


def _plant(made: Fleet, *, vaults: int, machines: int) -> None:
    dice, now = random.Random(5), made.clock.now  # noqa: S311 - the same fleet in every run
    world = made.simulator.world
    for number in range(vaults):
        policies = new_vault_policies(int(now * TICKS))
        vault = Vault(f"vault-{number}", "rg-demo", "westus", 0, 0, 0, None, new_settings({}), policies)
        world.vaults[vault.key] = vault
        plant(world, {"protected": [{"vault_id": vault.id, "count": machines // vaults, "prefix": f"vm-{number}-"}]})
        vault_id = uuid4()
        due = now + dice.random() * 2 * POLL_SECONDS
        values = {"id": vault_id, "subscription": SUBSCRIPTION, "name": vault.name, "due": due, "now": now}
        made.connection.execute(_WATCH, values)
        for item in vault.items.values():
            made.machines.append(Machine(vault, vault_id, item.vm.service_name, item.vm.name))
    began = sorted((now - dice.random() * BACKUP.seconds, number) for number in range(len(made.machines)))
    made.due = list(began)
    heapq.heapify(made.due)
    made.begin_backups()
    made.connection.execute("ANALYZE")
