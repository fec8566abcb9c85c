"""Accepted POSTs a second, in rounds that alternate with the yardsticks.

The machine's pace changes from minute to minute; two rounds side by side see the same pace. So a figure is the median
of the ratios of neighbours, and every second round runs backwards.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import uuid_utils.compat as uuids
from psycopg.types.json import Jsonb

from tests.bench.caller import Load, load, request_bytes
from tests.bench.sending import BODY
from tests.bench.stack import Api, Bench, Process

CONNECTIONS = 48
DRIVER_CONNECTIONS = 20
"""As many as the API's pool has at most."""
TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")

_DRIVER_ROW = """
INSERT INTO bench_driver_rows (id, kind, state, tenant, caller, requested_by, ask, resource, resource_id, vault_id,
                               protected_item_id, labels)
VALUES (%(id)s, 'backup', 'queued', %(tenant)s, %(caller)s, 'bench', %(ask)s, %(resource)s, %(id)s, %(id)s, %(id)s,
        '{}')
"""
"""The row of a backup job, its indexes included, by the driver alone: one statement, one commit."""


@dataclass(frozen=True, slots=True)
class Round:
    """One contender's few seconds. `busy` is the share of one core each side used."""

    rate: float
    p50_ms: float
    p95_ms: float
    busy: Mapping[str, float]

    @property
    def server_us(self) -> float:
        """Processor time of the server for one answer, in microseconds."""
        return self.busy["server"] / self.rate * 1_000_000


Contender = Callable[[float], Awaitable[Round]]
"""Runs for so many seconds."""


class Contenders:
    """What takes turns: `accept` and `accept_with_key` are ours, `bare` and `driver` the yardsticks."""

    def __init__(self, made: Bench, api: Process, bare: Process, caller: Api, items: Sequence[str]) -> None:
        self._made = made
        self._requests = [(f"/v1/protected-items/{item}/backups", caller.headers) for item in items]
        self._api, self._bare = api, bare

    def all(self) -> dict[str, Contender]:
        return {
            "bare": self._run_bare,
            "accept": self._accept,
            "accept_with_key": self._accept_with_key,
            "driver": self._driver,
        }

    async def _run_bare(self, seconds: float) -> Round:
        request = request_bytes("POST", "/rows", {}, BODY)
        return await self.measured(self._bare, seconds, lambda: request)

    async def _accept(self, seconds: float) -> Round:
        made = cycle([request_bytes("POST", path, headers, BODY) for path, headers in self._requests])
        return await self.measured(self._api, seconds, lambda: next(made))

    async def _accept_with_key(self, seconds: float) -> Round:
        """As callers should: with an Idempotency-Key, a new one each time."""
        mark = uuid4().hex
        pieces = [
            request_bytes("POST", path, {**headers, "Idempotency-Key": mark}, BODY).split(mark.encode())
            for path, headers in self._requests
        ]
        prepared, numbers = cycle(pieces), count()

        def request() -> bytes:
            before, after = next(prepared)
            return b"%s%s-%d%s" % (before, mark[:16].encode(), next(numbers), after)

        return await self.measured(self._api, seconds, request)

    async def measured(
        self, server: Process, seconds: float, request: Callable[[], bytes], *, status: int = 202
    ) -> Round:
        """So many seconds of this request, whose good answers have this status."""
        before = self._busy(server.pid)
        began = time.perf_counter()
        done = await load(server.url, request, connections=CONNECTIONS, seconds=seconds)
        return _round(done, status, before, self._busy(server.pid), time.perf_counter() - began)

    async def _driver(self, seconds: float) -> Round:
        before, began = self._busy(None), time.perf_counter()
        done = await _insert_with_driver(self._made.database_url, seconds)
        return _round(done, 0, before, self._busy(None), time.perf_counter() - began)

    def _busy(self, server: int | None) -> dict[str, float]:
        """Processor seconds used so far, by side; `others` is whatever else ran on the machine."""
        used = {"postgres": tree_seconds(self._made.postgres_pid), "caller": tree_seconds(os.getpid(), children=False)}
        if server is not None:
            used["server"] = tree_seconds(server, children=False)
        return used | {"others": machine_seconds() - sum(used.values())}


def _round(done: Load, status: int, before: Mapping[str, float], after: Mapping[str, float], took: float) -> Round:
    return Round(
        done.rate(status),
        statistics.median(done.took) * 1000,
        percentile(done.took, 95) * 1000,
        {side: (after[side] - before[side]) / took for side in after},
    )


async def _insert_with_driver(database_url: str, seconds: float) -> Load:
    done = Load(seconds=seconds)
    opened = [await psycopg.AsyncConnection.connect(database_url, autocommit=True) for _ in range(DRIVER_CONNECTIONS)]
    until = time.perf_counter() + seconds

    async def keep_inserting(connection: psycopg.AsyncConnection[Any]) -> None:
        while (sent_at := time.perf_counter()) < until:
            await connection.execute(_DRIVER_ROW, _driver_values(), prepare=True)
            done.took.append(time.perf_counter() - sent_at)

    try:
        await asyncio.gather(*(keep_inserting(connection) for connection in opened))
    finally:
        for connection in opened:
            await connection.close()
    done.statuses[0] = len(done.took)
    return done


def _driver_values() -> dict[str, Any]:
    row = uuids.uuid7()
    item = {
        "vault": {"subscription_id": str(row), "resource_group": "rg-demo", "name": "vault-bench"},
        "vm": {"name": "vm-bench"},
    }
    return {
        "id": row,
        "tenant": str(row),
        "caller": f"http://127.0.0.1:8010/{row}/v2.0|{row}|{row}",
        "ask": Jsonb({"item": item, **BODY}),
        "resource": f"/v1/protected-items/{row}",
    }


def tree_seconds(pid: int, *, children: bool = True) -> float:
    """User and system time of a process, with its children, living and ended; 0 once it is gone."""
    mine = _stat(pid)
    if not children or not mine:
        return sum(map(int, mine[11:13])) * TICK_SECONDS
    living = [stat for path in Path("/proc").glob("[0-9]*") if (stat := _stat(int(path.name))) and int(stat[1]) == pid]
    return (sum(map(int, mine[11:15])) + sum(sum(map(int, stat[11:13])) for stat in living)) * TICK_SECONDS


def machine_seconds() -> float:
    """What all processors of the machine have worked so far: proc(5)'s user, nice, system, irq and softirq."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()
    return (sum(map(int, fields[1:4])) + sum(map(int, fields[6:8]))) * TICK_SECONDS


def _stat(pid: int) -> list[str]:
    """The fields of proc(5)'s stat from the third on: state, parent, ... user time at 11."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    except OSError:
        return []


def percentile(values: Sequence[float], percent: int) -> float:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def make_tables(made: Bench) -> None:
    """The yardsticks' tables: not the service's own, so that its indexes do not grow by their rows."""
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bench_bare_rows (id uuid PRIMARY KEY, state text NOT NULL, ask jsonb NOT NULL)"
        )
        connection.execute("GRANT INSERT ON bench_bare_rows TO holdfast_api, holdfast_worker")
        connection.execute("CREATE TABLE bench_driver_rows (LIKE jobs INCLUDING ALL)")


async def take_turns(contenders: Mapping[str, Contender], *, rounds: int, seconds: float) -> dict[str, list[Round]]:
    """After a warm-up that is not counted, every contender in turn, forwards and backwards."""
    for contender in contenders.values():
        await contender(min(1.5, seconds))
    results: dict[str, list[Round]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)[:: -1 if number % 2 else 1]
        for name in names:
            results[name].append(await contenders[name](seconds))
    return results


def ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """The median of the ratios of neighbours."""
    return statistics.median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


def processor_ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """The same by the server's processor time for an answer: what is left of it on a machine that others use, too."""
    return statistics.median(other.server_us / one.server_us for one, other in zip(ours, theirs, strict=True))
