"""Ten thousand backups in a hundred vaults, on both sides: in a simulated Azure, and as rows that replicas follow.

Time is simulated on both sides by one clock: Postgres answers `clock_timestamp()` from it (tests/clock.py), and so do
the simulated Azure and the replicas. It moves only when there is nothing left to do at that moment, so an hour of a
hundred vaults passes as fast as the machine can look at them. Everything else is real: the loop, its SQL, the SDK, the
simulator behind its own HTTP interface (in this process), the gates, their shared rows and notifications.
"""

import hashlib
import heapq
import random
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg import sql
from psycopg.types.json import Jsonb

from app.azure.graph.values import GraphItem, GraphJob, GraphJobs, GraphVm
from app.azure.lists import Listed
from app.azure.sdk.client import OpenAzure, build_azure
from app.azure.values import VaultRef
from app.budgets.gate import SharedBudgets
from app.budgets.rows import BUDGET_CHANNEL
from app.core.db.database import Database, migrate
from app.jobs.hints.ask import HintLoop
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


@dataclass(frozen=True, slots=True)
class Begun:
    """A backup, as Azure knows it: when it began and ends."""

    vault: VaultRef
    job_id: str
    at: float

    @property
    def end(self) -> float:
        return self.at + BACKUP.seconds


class Hint(StrEnum):
    """What the hint of a fleet is like."""

    OFF = "off"
    GOOD = "good"
    MISSING = "missing"
    """No row, ever."""
    PARTLY = "partly missing"
    """Three of ten jobs are never shown."""
    STALE = "stale"
    """Twenty minutes late."""
    FROZEN = "frozen"
    """As it was at the start."""
    WRONG = "wrong"
    """Three of ten running jobs are shown as ended, three of ten ended ones as running."""


HINT_LAG = 60.0
STALE_LAG = 1200.0
LIES = 0.3


class FleetGraph:
    """Resource Graph, without its wire: the jobs that it shows are computed from what was begun."""

    def __init__(self, clock: DatabaseClock, hint: Hint) -> None:
        self._clock, self._hint, self._start = clock, hint, clock.now
        self.begun: deque[Begun] = deque()
        self.queries = 0

    async def list_vms(self, _subscription_ids: Sequence[str]) -> Listed[GraphVm]:
        return Listed()

    async def list_items(self, _subscription_ids: Sequence[str]) -> Listed[GraphItem]:
        return Listed()

    async def list_jobs(
        self, subscription_ids: Sequence[str], *, since: datetime, with_running: bool = False
    ) -> GraphJobs:
        self.queries += 1
        now, wanted = self._clock.now, set(subscription_ids)
        lag = {Hint.STALE: STALE_LAG, Hint.FROZEN: now - self._start}.get(self._hint, HINT_LAG)
        while self.begun and self.begun[0].end < now - 4 * STALE_LAG:
            self.begun.popleft()
        rows = []
        for one in self.begun:
            row = self._row(one, now - lag) if one.vault.subscription_id in wanted else None
            if row is not None and (with_running or max(row.started_at or since, row.ended_at or since) >= since):
                rows.append(row)
        return GraphJobs(tuple(rows), (), _moment(now))

    def _row(self, one: Begun, shown_at: float) -> GraphJob | None:
        if one.at > shown_at or self._hint is Hint.MISSING or (self._hint is Hint.PARTLY and _lied_about(one.job_id)):
            return None
        end = one.end if one.end <= shown_at else None
        if self._hint is Hint.WRONG and _lied_about(one.job_id):
            end = None if end is not None else shown_at
        status = "InProgress" if end is None else "Completed"
        ended_at = None if end is None else _moment(end)
        return GraphJob(one.job_id, one.vault, one.job_id, status, "Backup", _moment(one.at), ended_at)


def _lied_about(job_id: str) -> bool:
    return hashlib.sha256(job_id.encode()).digest()[0] < 256 * LIES


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(slots=True)
class Fleet:
    """`due`: when each machine's next backup begins, soonest first."""

    clock: DatabaseClock
    simulator: Simulator
    replicas: list[SweepLoop]
    azures: list[OpenAzure]
    gates: list[SharedBudgets]
    connection: psycopg.Connection[Any]
    graph: FleetGraph
    hints: list[HintLoop] = field(default_factory=list)
    """Of each replica; empty = there is no hint."""
    grain: float = 0.0
    """Backups may appear so many seconds late on both sides, with their true times: the clock makes fewer steps."""
    hint_due: float = 0.0
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
            await self._ask_hint(turn)
            pause = await self.replicas[turn % len(self.replicas)].run_once()
            turn += 1
            self._pass_on()
            # Replicas look side by side; their turns are told one after another.
            if pause:
                begins = max(self.due[0][0], self.clock.now + self.grain)
                self.clock.move_to(min(self.clock.now + pause, begins, end, self.hint_due or end))
            else:
                self.clock.advance(LOOK_SECONDS / len(self.replicas))

    async def _ask_hint(self, turn: int) -> None:
        if self.hints and self.clock.now >= self.hint_due:
            pause = await self.hints[turn % len(self.hints)].run_once()
            self.hint_due = self.clock.now + max(pause or 0.0, LOOK_SECONDS)

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
        vault = machine.vault
        self.graph.begun.append(Begun(VaultRef(vault.subscription, vault.resource_group, vault.name), azure_job, at))
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

    def ended_too_soon(self) -> int:
        """Rows that ended before their job did in Azure."""
        seconds = [BACKUP.seconds - 1.0]
        counted = self.connection.execute(
            "SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL"
            " AND as_of < started_at + make_interval(secs => %s)",
            seconds,
        )
        return int(counted.fetchall()[0][0])

    def lists_brought(self) -> int:
        """Lists that the hint brought forward."""
        return int(self.connection.execute("SELECT coalesce(sum(brought), 0) FROM job_hints").fetchall()[0][0])

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


@dataclass(frozen=True, slots=True)
class Make:
    """How a fleet is made."""

    vaults: int
    jobs: int
    replicas: int
    subscriptions: int = 1
    burst_seconds: float | None = None
    """Each vault's jobs end within this time of every round, one vault after another; None = evenly."""
    hint: Hint = Hint.OFF
    grain: float = 0.0
    due_within: float = 2 * POLL_SECONDS
    """The first sweeps are due within this time."""


@asynccontextmanager
async def fleet(server: str, make: Make) -> AsyncIterator[Fleet]:
    """`make.jobs` backups in flight, of every age, as they are after hours; every replica with a pool of its own."""
    with _database(server) as (url, connection), DatabaseClock(url, start=START) as clock:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        simulator = create_app(clock=Clock(wall_ns=lambda: int(clock.now * 1e6) * 1000), signing_key=key)
        databases = [Database(url, pool_size=10) for _ in range(make.replicas)]
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
        graph = FleetGraph(clock, make.hint)
        made = Fleet(clock, simulator, following, azures, budgets, connection, graph, grain=make.grain)
        if make.hint is not Hint.OFF:
            loops = [HintLoop(one, graph, poll_seconds=POLL_SECONDS, enabled=True) for one in databases]
            made.hints, made.hint_due = loops, clock.now
        _plant(made, make)
        try:
            yield made
        finally:
            for azure in azures:
                await azure.aclose()
            await http.aclose()
            for database in databases:
                await database.aclose()


def _plant(made: Fleet, make: Make) -> None:
    dice, now = random.Random(5), made.clock.now  # noqa: S311 - the same fleet in every run
    turns: list[float] = []
    for number in range(make.vaults):
        subscription = f"{SUBSCRIPTION[:-4]}{number % make.subscriptions + 1:04}"
        vault = _vault(made, number, subscription, machines=make.jobs // make.vaults)
        vault_id = uuid4()
        due = now + dice.random() * make.due_within
        values = {"id": vault_id, "subscription": subscription, "name": vault.name, "due": due, "now": now}
        made.connection.execute(_WATCH, values)
        turn = (number // make.subscriptions) / -(-make.vaults // make.subscriptions)
        for item in vault.items.values():
            made.machines.append(Machine(vault, vault_id, item.vm.service_name, item.vm.name))
            turns.append(turn)
    for number, turn in enumerate(turns):
        ago = dice.random() * BACKUP.seconds
        if make.burst_seconds is not None:
            ago = (turn * BACKUP.seconds + ago / BACKUP.seconds * make.burst_seconds) % BACKUP.seconds
        made.due.append((now - ago, number))
    heapq.heapify(made.due)
    made.begin_backups()
    made.connection.execute("ANALYZE")


def _vault(made: Fleet, number: int, subscription: str, *, machines: int) -> Vault:
    world = made.simulator.world
    world.subscriptions.setdefault(subscription, subscription)
    policies = new_vault_policies(int(made.clock.now * TICKS))
    settings = new_settings({})
    vault = Vault(f"vault-{number}", "rg-demo", "westus", 0, 0, 0, None, settings, policies, subscription=subscription)
    world.vaults[vault.key] = vault
    plant(world, {"protected": [{"vault_id": vault.id, "count": machines, "prefix": f"vm-{number}-"}]})
    return vault
