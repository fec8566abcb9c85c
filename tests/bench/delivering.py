"""Webhooks: how long from the commit of a change until a receiver has it, and how many one worker delivers a second.

`python -m tests.bench.delivering` prints it alone. The worker is a process of its own (tests/soak/dispatcher.py) with
the times of production; the receivers are in this one, on loopback, without TLS.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import uvloop

from app.core.db.database import libpq_url
from app.core.db.notices import EVENTS_CHANNEL
from app.webhooks.service import new_secret
from tests.bench.accepting import TICK_SECONDS, percentile
from tests.bench.report import Figure, show
from tests.database import server_place
from tests.jobs.postgres import own_postgres
from tests.soak.webhooks import TENANT, dispatching, make_hooks
from tests.webhooks.receiver import Got, Receiver, Reply

HOOKS = 20
P50_BAR, P95_BAR, RATE_BAR = 200.0, 2000.0, 200.0
PROCESSOR_BAR = 1000 / RATE_BAR
"""What a worker may use of one processor for a delivery at that rate: also on a machine that others use, too."""
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Scale:
    single: int = 100
    burst: int = 4_000


_EVENTS = """
INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, labels, data)
SELECT %(tenant)s, 'holdfast.tenant.changed', 'updated', 'tenant', n::text,
    jsonb_build_object('hook', (n %% %(hooks)s)::text),
    jsonb_build_object('id', n::text, 'name', 'one', 'grants', '[]'::jsonb, 'quotas', '{}'::jsonb,
        'approvals', '[]'::jsonb, 'created_at', now(), 'updated_at', now())
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""


class Arrivals:
    """What receivers got, by when, on this process's clock."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self._changed = asyncio.Event()

    async def take(self, _got: Got) -> Reply:
        self.at.append(time.perf_counter())
        self._changed.set()
        return Reply()

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.at) < count:
                self._changed.clear()
                await self._changed.wait()


def _processor_seconds(pid: int) -> float:
    """User and system time of a process so far (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_SECONDS


async def _change(connection: psycopg.AsyncConnection[Any], first: int, last: int) -> float:
    """One transaction with these events, and the notification that a process sends after it. When it was committed."""
    said = {"tenant": TENANT, "hooks": HOOKS, "first": first, "last": last}
    await connection.execute(_EVENTS, said)
    committed = time.perf_counter()
    await connection.execute("SELECT pg_notify(%s, %s)", [EVENTS_CHANNEL, TENANT])
    return committed


@asynccontextmanager
async def _stage(url: str) -> AsyncIterator[tuple[psycopg.AsyncConnection[Any], Arrivals, int]]:
    arrivals = Arrivals()
    async with Receiver(arrivals.take) as receiver, dispatching(url, faster=1.0, kills=False) as worker:
        with psycopg.connect(libpq_url(url), autocommit=True) as connection:
            make_hooks(connection, [new_secret() for _ in range(HOOKS)], [receiver.port] * HOOKS)
        async with await psycopg.AsyncConnection.connect(libpq_url(url), autocommit=True) as changing:
            yield changing, arrivals, worker.pid


async def delivering_figures(scale: Scale) -> list[Figure]:
    with server_place("bench") as place, own_postgres(place) as postgres:
        async with _stage(postgres.url) as (connection, arrivals, pid):
            await _change(connection, 0, HOOKS - 1)  # it is up and warm
            await arrivals.reach(HOOKS)
            waits = []
            for number in range(scale.single):
                seen = len(arrivals.at)
                committed = await _change(connection, 1000 + number, 1000 + number)
                await arrivals.reach(seen + 1)
                waits.append((arrivals.at[-1] - committed) * 1000)
            seen = len(arrivals.at)
            worked = _processor_seconds(pid)
            began = await _change(connection, 10_000, 10_000 + scale.burst - 1)
            await arrivals.reach(seen + scale.burst)
            each = (_processor_seconds(pid) - worked) / scale.burst * 1000
            rate = scale.burst / (arrivals.at[-1] - began)
    note = f"{scale.single} events, {HOOKS} webhooks"
    many = f"{scale.burst} at once"
    p50, p95 = percentile(waits, 50), percentile(waits, 95)
    return [
        Figure("webhook_p50_ms", "commit of a change to its receiver, p50", p50, "ms", (P50_BAR, False), note),
        Figure("webhook_p95_ms", "  p95", p95, "ms", (P95_BAR, False)),
        Figure("webhook_rate", "deliveries a second of one worker", rate, "/s", (RATE_BAR, True), many),
        Figure("webhook_processor_ms", "  its processor time for each", each, "ms", (PROCESSOR_BAR, False)),
    ]


def main() -> int:
    figures = uvloop.run(delivering_figures(Scale()))
    show(figures)
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
