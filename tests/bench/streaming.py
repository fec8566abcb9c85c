"""Events: how soon a stream has a change, what a thousand open streams hold, and what events cost an accepted POST.

`python -m tests.bench.streaming` prints it, and the pruning of events (pruning.py), alone. The API is a process of its
own; the streams' clients are in this one.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import uvloop
from psycopg import sql
from sqlalchemy import update

from app.core.db.database import NOW, WORKER_ROLE, Database, libpq_url
from app.vaults.models import Vault
from tests.bench.accepting import Contender, Contenders, Round, percentile, ratio, take_turns
from tests.bench.caller import ask, request_bytes
from tests.bench.pruning import pruning_figures
from tests.bench.report import Figure, show
from tests.bench.stack import Api, Bench, Process, bench, protect_some
from tests.bench.starting import resident_mb, settled_mb

PATIENCE_SECONDS = 120.0
P50_BAR = 100.0
COST_BAR = 1.03
"""An accepted POST with events may take as much longer as one without."""
CONNECTIONS_BAR = 24
"""The pool of the API, its listener and its notifier: with any number of streams."""
_EVENT = b'"specversion"'


@dataclass(frozen=True, slots=True)
class Scale:
    changes: int = 200
    streams: int = 1_000
    changes_for_all: int = 20
    items: int = 8
    rounds: int = 10
    seconds: float = 2.0
    pruned: int = 10_000_000


TINY = Scale(changes=3, streams=20, changes_for_all=2, items=2, rounds=1, seconds=0.3, pruned=20_000)


class Arrivals:
    """When the streams got their events, on this process's clock."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.opened = 0
        self.lost = 0
        self._changed = asyncio.Event()

    def note(self, events: int, *, opened: bool = False) -> None:
        self.at += [time.perf_counter()] * events
        self.opened += opened
        self._changed.set()

    async def reach(self, *, events: int = 0, opened: int = 0) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.at) < events or self.opened < opened:
                self._changed.clear()
                await self._changed.wait()


class Client(asyncio.Protocol):
    """One stream, read as bytes: each event says its `specversion` once."""

    def __init__(self, request: bytes, arrivals: Arrivals) -> None:
        self._request = request
        self._arrivals = arrivals
        self._rest = b""
        self._is_open = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        seen = self._rest + data
        opens, self._is_open = not self._is_open and b": open" in seen, self._is_open or b": open" in seen
        self._rest = seen[-len(_EVENT) + 1 :]
        self._arrivals.note(seen.count(_EVENT), opened=opens)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._arrivals.lost += 1


@asynccontextmanager
async def listening(process: Process, api: Api, streams: int) -> AsyncIterator[Arrivals]:
    """So many streams of the events of vaults, all open."""
    place, arrivals, loop = urlsplit(process.url), Arrivals(), asyncio.get_running_loop()
    asked = api.headers | {"Accept": "text/event-stream"}
    request = request_bytes("GET", "/v1/events?type=holdfast.vault.changed", asked)
    clients: list[Client] = []
    try:
        for _ in range(streams):
            made = await loop.create_connection(
                lambda: Client(request, arrivals), place.hostname or "", place.port or 80
            )
            clients.append(made[1])
            if len(clients) % 20 == 0:  # a principal has no more than a hundred requests at once
                await arrivals.reach(opened=len(clients))
        await arrivals.reach(opened=streams)
        yield arrivals
        if arrivals.lost:
            raise RuntimeError(f"{arrivals.lost} streams ended")
    finally:
        for client in clients:
            client.transport.close()


async def _waits(database: Database, vault: UUID, arrivals: Arrivals, *, changes: int, streams: int) -> list[float]:
    """Milliseconds from each commit to each stream."""
    waits: list[float] = []
    for number in range(changes):
        seen = len(arrivals.at)
        async with database.begin() as session:
            changed = update(Vault).where(Vault.id == vault)
            await session.execute(changed.values(location=f"place-{seen}-{number}", updated_at=NOW))
        committed = time.perf_counter()
        await arrivals.reach(events=seen + streams)
        waits += [(at - committed) * 1000 for at in arrivals.at[seen:]]
    return waits


# --- what streams hold -----------------------------------------------------------------------------------------------
def _connections(url: str) -> int:
    """Of the API, to Postgres."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name IN ('holdfast-api', 'holdfast-listener', 'holdfast-notifier')"
        ).fetchone()
    assert row is not None
    return int(row[0])


async def _azure_calls(made: Bench) -> int:
    truth = (await ask(made.simulator, request_bytes("GET", "/_simulator/truth", {}))).json()
    return sum(truth["requests"].values())


async def _stream_figures(made: Bench, process: Process, api: Api, scale: Scale) -> list[Figure]:
    database = Database(made.database_url, role=WORKER_ROLE, application_name="holdfast-bench")
    with psycopg.connect(libpq_url(made.database_url)) as connection:
        ((vault,),) = connection.execute("SELECT id FROM vaults").fetchall()
    await settled_mb(process.pid)
    try:
        async with listening(process, api, 1) as arrivals:
            await _waits(database, vault, arrivals, changes=3, streams=1)  # warm
            single = await _waits(database, vault, arrivals, changes=scale.changes, streams=1)
        memory, asked = resident_mb(process.pid), await _azure_calls(made)
        async with listening(process, api, scale.streams) as arrivals:
            many = await _waits(database, vault, arrivals, changes=scale.changes_for_all, streams=scale.streams)
            connections = _connections(made.database_url)
            each_kb = (resident_mb(process.pid) - memory) * 1024 / scale.streams
        calls = await _azure_calls(made) - asked
    finally:
        await database.aclose()
    of_many = f"{scale.streams} streams, {scale.changes_for_all} changes"
    said = f"{scale.changes} changes"
    return [
        Figure("sse_p50_ms", "commit to a stream, p50", percentile(single, 50), "ms", (P50_BAR, False), said),
        Figure("sse_p95_ms", "  p95", percentile(single, 95), "ms"),
        Figure("sse_many_p50_ms", "  to each of many streams, p50", percentile(many, 50), "ms", note=of_many),
        Figure("sse_many_p95_ms", "  p95", percentile(many, 95), "ms"),
        Figure("sse_connections", "  the API's connections to Postgres", connections, "", (CONNECTIONS_BAR, False)),
        Figure("sse_azure_calls", "  calls to Azure", calls, "", (0, False)),
        Figure("sse_stream_kb", "  memory of a stream", each_kb, "KiB"),
    ]


# --- what events cost ------------------------------------------------------------------------------------------------
def set_triggers(url: str, *, on: bool) -> None:
    """Every trigger that writes events: in force, or not."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        found = connection.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE proname LIKE 'holdfast_event_of_%'"
        ).fetchall()
        for table, trigger in found:
            change = sql.SQL("ENABLE" if on else "DISABLE")
            names = sql.Identifier(table), sql.Identifier(trigger)
            connection.execute(sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(names[0], change, names[1]))


def _with_triggers(url: str, contender: Contender, *, on: bool) -> Contender:
    async def run(seconds: float) -> Round:
        set_triggers(url, on=on)
        try:
            return await contender(seconds)
        finally:
            set_triggers(url, on=True)

    return run


def cost_figures(rounds: Mapping[str, Sequence[Round]]) -> list[Figure]:
    told, untold = rounds["accept_told"], rounds["accept_untold"]
    used = [_processor_time(one) / _processor_time(other) for one, other in zip(told, untold, strict=True)]
    said = "time of an accepted POST with events / without"
    return [
        Figure("events_accept_cost", said, ratio(untold, told), "", (COST_BAR, False)),
        Figure("events_processor_cost", "  by processor time of API and Postgres", percentile(used, 50)),
    ]


def _processor_time(one: Round) -> float:
    """Of API and Postgres, for an answer."""
    return (one.busy["server"] + one.busy["postgres"]) / one.rate


async def events_figures(made: Bench, scale: Scale) -> tuple[list[Figure], dict[str, list[Round]]]:
    """In a database of its own: it is filled, and its triggers are switched."""
    async with made.api(STREAMS_PER_PRINCIPAL=scale.streams + 1, STREAMS_PER_TENANT=scale.streams + 1) as process:
        api = Api(process.url, made.token())
        items = await protect_some(made, api, items=scale.items)
        figures = await _stream_figures(made, process, api, scale)
        accept = Contenders(made, process, process, api, items).all()["accept"]
        contenders = {
            "accept_told": _with_triggers(made.database_url, accept, on=True),
            "accept_untold": _with_triggers(made.database_url, accept, on=False),
        }
        rounds = await take_turns(contenders, rounds=scale.rounds, seconds=scale.seconds)
        figures += cost_figures(rounds)
        figures += await pruning_figures(made, accept, rows=scale.pruned, rounds=scale.rounds, seconds=scale.seconds)
    return figures, rounds


def main() -> int:
    scale = TINY if "--tiny" in sys.argv[1:] else Scale()
    with bench(durable=scale is not TINY) as made:
        figures, _ = uvloop.run(events_figures(made, scale))
    show(figures)
    return 1 if scale is not TINY and any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
