"""The log of events with ten million rows that are too old: how fast they go, and what callers feel meanwhile."""

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg import sql

from app.core.db.database import libpq_url
from tests.bench.accepting import Contender
from tests.bench.pruner import NAME
from tests.bench.report import Figure
from tests.bench.stack import Bench, clean_environment

SLOWER_BAR = 1.5
"""p95 of an accepted POST while events are pruned, beside that before."""
_ROWS = """
INSERT INTO events (id, tenant, type, action, resource_kind, resource_id, vault_id, at, data)
SELECT gen_random_uuid(), 'tenant-' || n %% 50, 'holdfast.job.ended', 'updated', 'job', gen_random_uuid()::text, NULL,
       now() - interval '200 days' + n * interval '0.5 seconds', '{"id": "old", "state": "succeeded", "kind": "backup"}'
FROM generate_series(%s::bigint, %s::bigint) AS n
"""
AT_ONCE = 1_000_000
LOOK_SECONDS = 0.02
_HELD_UP = """
SELECT count(*) FROM pg_stat_activity AS waiting WHERE waiting.wait_event_type = 'Lock' AND EXISTS (
    SELECT FROM pg_stat_activity AS pruning
    WHERE pruning.application_name = %s AND pruning.pid = ANY(pg_blocking_pids(waiting.pid)))
"""


def fill(url: str, rows: int) -> None:
    """So many events that are older than their retention. The indexes are made after the rows."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '256MB'")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'events' AND indexname NOT LIKE 'pk_%'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for first in range(1, rows + 1, AT_ONCE):
            connection.execute(_ROWS, (first, min(first + AT_ONCE - 1, rows)))
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE events")
        connection.execute("CHECKPOINT")


@asynccontextmanager
async def pruner(made: Bench) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that prunes until nothing is left to prune, and then says how many seconds it took."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.pruner",
        made.database_url,
        env=clean_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def pruning_figures(made: Bench, accept: Contender, *, rows: int, rounds: int, seconds: float) -> list[Figure]:
    """`accept`: a caller who posts backups for so many seconds."""
    await asyncio.to_thread(fill, made.database_url, rows)
    before = [(await accept(seconds)).p95_ms for _ in range(rounds)]
    during: list[float] = []
    locks = Locks()
    async with pruner(made) as process, locks.watched(made.database_url):
        said = asyncio.create_task(process.communicate())
        while not said.done():
            during.append((await accept(seconds)).p95_ms)
        took = float((await said)[0].splitlines()[-1])  # before it the lines of its log
    _check_empty(made.database_url)
    usual, meanwhile = statistics.median(before), statistics.median(during)
    note = f"{usual:.1f} ms before, {meanwhile:.1f} ms meanwhile, {max(during):.1f} in the worst round"
    slower = "  p95 of an accepted POST meanwhile / before"
    return [
        Figure("prune_seconds", f"{rows:,} events pruned", took, "s", note=f"{rows / took:,.0f} a second, under load"),
        Figure(
            "prune_locks",
            "  sessions seen to wait for one of its locks",
            locks.held_up,
            "",
            (0, False),
            f"{locks.looks} looks",
        ),
        Figure("prune_accept_ratio", slower, meanwhile / usual, "", (SLOWER_BAR, False), note),
    ]


class Locks:
    """Whether sessions waited for a lock of the pruner: looked at many times a second."""

    def __init__(self) -> None:
        self.looks, self.held_up = 0, 0

    @asynccontextmanager
    async def watched(self, url: str) -> AsyncIterator[None]:
        async with await psycopg.AsyncConnection.connect(libpq_url(url), autocommit=True) as connection:
            looking = asyncio.create_task(self._look(connection))
            try:
                yield
            finally:
                looking.cancel()
                with suppress(asyncio.CancelledError):
                    await looking  # what ended it before is raised: no look is no proof

    async def _look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            row = await (await connection.execute(_HELD_UP, [NAME])).fetchone()
            self.looks, self.held_up = self.looks + 1, self.held_up + (row[0] if row is not None else 0)
            await asyncio.sleep(LOOK_SECONDS)


def _check_empty(url: str) -> None:
    with psycopg.connect(libpq_url(url)) as connection:
        left = connection.execute("SELECT count(*) FROM events WHERE at < now() - interval '90 days'").fetchone()
    if left != (0,):
        raise RuntimeError(f"{left} old events are left")
