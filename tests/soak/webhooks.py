"""R23: every event delivered, signed, in the order of its resource, though receivers and dispatchers die.

Receivers live in a process of their own (bad_receiver.py), dispatchers in others that are killed in turn. What
arrived is read from the receivers' own log and compared with the table of events, by SQL; nothing here asks the code
that sends.
"""

import asyncio
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from app.core.db.database import libpq_url
from app.core.secret_box import SecretBox
from app.webhooks.service import new_secret
from tests.bench.report import Figure
from tests.soak.dispatcher import AT_MOST
from tests.soak.repeats import Attempt, Lost, Request, explain
from tests.soak.webhook_pace import LEASE_SECONDS, TIMEOUT_SECONDS
from tests.soak.workers import Forked
from tests.world import SECRETS_KEY

ENDPOINTS = 100
DISPATCHERS = 3
KILL_SECONDS = 2.0
FASTER = 100.0
"""Of retries and pauses: 5 s are 0.05 s, 3 days are 43 minutes; but no retry waits longer than 10 s."""
RESOURCES = 10
"""Of one endpoint."""
BURST = 200
TENANT = "soak"
PATIENCE_SECONDS = 600.0
PATIENCE_PER_EVENT = 0.2

_EVENTS = """
INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, labels, data)
SELECT %(tenant)s, 'holdfast.job.ended', 'updated', 'job',
    (n %% %(endpoints)s) || '-' || (n / %(endpoints)s %% %(each)s),
    jsonb_build_object('hook', (n %% %(endpoints)s)::text), '{}'
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What a receiver wrote of one request."""

    endpoint: int
    is_signed: bool
    request: Request


@dataclass(slots=True)
class Killed:
    """When each process was killed so far (Unix time); and the newest one."""

    at: dict[int, float] = field(default_factory=dict)
    pid: int = 0


@asynccontextmanager
async def dispatching(url: str, *, faster: float, kills: bool) -> AsyncIterator[Killed]:
    """Processes that send, for the block; with `kills` three, of which one dies every two seconds and is replaced."""
    killed = Killed()
    command = [sys.executable, "-m", "tests.soak.dispatcher", url, str(faster)]
    pipe = asyncio.subprocess.PIPE
    forking = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    await _answer(forking)
    alive = [await _fork(forking) for _ in range(DISPATCHERS if kills else 1)]
    killed.pid = alive[-1].pid
    replacing = asyncio.create_task(_replace(forking, alive, killed)) if kills else None
    try:
        yield killed
        if replacing is not None and replacing.done():
            replacing.result()
    finally:
        if replacing is not None:
            replacing.cancel()
            await asyncio.gather(replacing, return_exceptions=True)
        for one in alive:
            one.kill()
        forking.kill()
        await forking.wait()


async def _replace(forking: asyncio.subprocess.Process, alive: list[Forked], killed: Killed) -> None:
    while True:
        await asyncio.sleep(KILL_SECONDS)
        oldest = alive.pop(0)
        oldest.kill()
        killed.at[oldest.pid] = time.time()
        alive.append(await _fork(forking))


async def _fork(forking: asyncio.subprocess.Process) -> Forked:
    if forking.stdin is not None:
        forking.stdin.write(b"\n")
    return Forked(int(await _answer(forking)))


async def _answer(forking: asyncio.subprocess.Process) -> bytes:
    return await forking.stdout.readline() if forking.stdout is not None else b""


def make_hooks(connection: psycopg.Connection[Any], secrets: Sequence[str], ports: Sequence[int]) -> None:
    box = SecretBox([SECRETS_KEY])
    connection.execute("INSERT INTO tenants (id, name, grants) VALUES (%s, %s, '[]')", [TENANT, TENANT])
    for number, (secret, port) in enumerate(zip(secrets, ports, strict=True)):
        connection.execute(
            "INSERT INTO webhooks (id, tenant, url, types, filter, secret) VALUES "
            "(gen_random_uuid(), %s, %s, '[\"*\"]', jsonb_build_object('label', %s::text), %s)",
            [TENANT, f"http://127.0.0.1:{port}/hook", f"hook={number}", box.encrypt(secret)],
        )


async def webhooks_under_fire(url: str, folder: Path, *, events: int, seed: int = 1) -> list[Figure]:
    secrets = [new_secret() for _ in range(ENDPOINTS)]
    (folder / "secrets.json").write_text(json.dumps(secrets), encoding="utf-8")
    log = folder / "received.log"
    command = [sys.executable, "-m", "tests.soak.bad_receiver", str(folder / "secrets.json"), str(log), str(seed)]
    receiving = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    began = time.monotonic()
    try:
        ports = json.loads(await receiving.stdout.readline()) if receiving.stdout else []
        with psycopg.connect(libpq_url(url), autocommit=True) as connection:
            make_hooks(connection, secrets, ports)
            async with dispatching(url, faster=FASTER, kills=True) as killed:
                await _happen(connection, events)
                await _wait(connection, events)
            kept = _kept(connection)
    finally:
        receiving.kill()
        await receiving.wait()
    return _figures(kept, read_log(log), time.monotonic() - began, killed.at, events)


async def _happen(connection: psycopg.Connection[Any], events: int) -> None:
    """In bursts, so that some come while others wait."""
    for first in range(0, events, BURST):
        numbers = {"first": first, "last": min(first + BURST, events) - 1}
        more = {"tenant": TENANT, "endpoints": ENDPOINTS, "each": RESOURCES}
        connection.execute(_EVENTS, numbers | more)
        await asyncio.sleep(0.05)


async def _wait(connection: psycopg.Connection[Any], events: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS + events * PATIENCE_PER_EVENT
    while time.monotonic() < deadline:
        row = connection.execute("SELECT count(*) FROM webhook_deliveries WHERE state <> 'pending'").fetchone()
        if row is not None and row[0] >= events:
            return
        await asyncio.sleep(1.0)


def read_log(path: Path) -> list[Line]:
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [Line(int(one[0]), one[2] == "1", Request(one[1], float(one[4]), int(one[5]), one[3])) for one in lines]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database has of all this."""

    rows: Sequence[tuple[int, str, str]]
    """Of each event: position, id, resource."""
    states: dict[str, int]
    """Deliveries by state."""
    attempts: dict[str, list[Attempt]]
    """By event: those that reached the receiver."""


def _kept(connection: psycopg.Connection[Any]) -> Kept:
    told = "SELECT position, id::text, resource_id FROM events WHERE type = 'holdfast.job.ended'"
    counted = "SELECT state, count(*) FROM webhook_deliveries GROUP BY 1"
    tried: dict[str, list[Attempt]] = defaultdict(list)
    for event, at, status in connection.execute(
        "SELECT event_id::text, extract(epoch FROM (one ->> 'at')::timestamptz)::float8, (one ->> 'status')::int "
        "FROM webhook_deliveries CROSS JOIN LATERAL jsonb_array_elements(attempts) AS one "
        "WHERE one ->> 'error' IS DISTINCT FROM 'no connection'"
    ):
        tried[event].append(Attempt(at, status))
    return Kept(connection.execute(told).fetchall(), dict(connection.execute(counted).fetchall()), tried)


def _figures(kept: Kept, lines: Sequence[Line], took: float, killed: Mapping[int, float], events: int) -> list[Figure]:
    requests = [line.request for line in lines]
    position = {id_: at for at, id_, _ in kept.rows}
    resource = {id_: name for _, id_, name in kept.rows}
    accepted = dict.fromkeys(one.id for one in requests if one.said == "accepted")
    first_accepted: dict[str, list[int]] = defaultdict(list)
    for id_ in accepted:
        if id_ in position:
            first_accepted[resource[id_]].append(position[id_])
    wrong_order = sum(1 for found in first_accepted.values() for one, two in pairwise(found) if one > two)
    elsewhere = sum(1 for line in lines if resource.get(line.request.id, "").partition("-")[0] != str(line.endpoint))
    unsigned = sum(1 for line in lines if not line.is_signed)
    said = Counter(one.said for one in requests)
    lost = len(set(position) - set(accepted))
    note = f"time-out {TIMEOUT_SECONDS:g} s, lease {LEASE_SECONDS:g} s, retries x{FASTER:g}, 10 s at most"
    none = (0.0, False)
    return [
        Figure("webhooks_events", "R23: terminal events, each for one of 100 endpoints", events, "", note=note),
        Figure("webhooks_unwritten", "  events that were not written", events - len(kept.rows), "", none),
        Figure("webhooks_took", "  until all of them had ended", took, " s", note=f"{len(killed)} dispatchers killed"),
        Figure("webhooks_requests", "  requests", len(lines), "", note=", ".join(f"{n} {w}" for w, n in said.items())),
        Figure("webhooks_lost", "  events never accepted", lost, "", none, str(kept.states)),
        Figure("webhooks_foreign_ids", "  ids that are no event's, or of another endpoint", elsewhere, "", none),
        Figure("webhooks_wrong_order", "  accepted before an earlier one of the resource", wrong_order, "", none),
        Figure("webhooks_unsigned", "  signatures that do not verify", unsigned, "", none),
        Figure("webhooks_repeated", "  accepted more than once (allowed)", said["accepted"] - len(accepted), ""),
        *_of_repeats(explain(requests, kept.attempts, killed, LEASE_SECONDS)),
    ]


def _of_repeats(lost: Lost) -> list[Figure]:
    most = max(lost.by_kill.values(), default=0)
    by_kill = f"by {len(lost.by_kill)} dispatchers"
    some = "; ".join(lost.known_of[:: max(1, len(lost.known_of) // 5)])
    bar = (float(AT_MOST), False)
    return [
        Figure(
            "webhooks_repeated_kill",
            "    outcome lost with a killed dispatcher",
            lost.by_kill.total(),
            "",
            note=by_kill,
        ),
        Figure("webhooks_repeated_most", "      at most with one of them", most, "", bar, "what it may have under way"),
        Figure("webhooks_repeated_answer", "    answer cut off or late", lost.answers, ""),
        Figure("webhooks_repeated_else", "    not explained", len(lost.unexplained), "", (0.0, False), some),
    ]
