"""How long from the moment a caller has the 202 until the trigger is at Azure."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import cycle

import psycopg

from tests.bench.caller import ask, connect, request_bytes
from tests.bench.stack import Api, Bench

BODY = {"retain_until": "2036-01-31T00:00:00Z"}
THINK_SECONDS = 0.08
"""Between two single POSTs: the one before has left the house."""
ARRIVE_SECONDS = 60
LOOK_SECONDS = 0.2
AT_ONCE = 16

Answered = dict[str, float]
"""Job id -> when its 202 was received, in seconds since 1970."""


async def one_after_another(api: Api, items: Sequence[str], *, posts: int) -> Answered:
    connection = await connect(api.url)
    answered: Answered = {}
    try:
        for item, _ in zip(cycle(items), range(posts), strict=False):
            answer = await connection.send(backup_request(api, item))
            answered[answer.json()["id"]] = time.time()
            await asyncio.sleep(THINK_SECONDS)
    finally:
        connection.close()
    return answered


async def all_at_once(api: Api, items: Sequence[str], *, posts: int) -> Answered:
    waiting = [item for item, _ in zip(cycle(items), range(posts), strict=False)]
    answered: Answered = {}

    async def send() -> None:
        connection = await connect(api.url)
        while waiting:
            answer = await connection.send(backup_request(api, waiting.pop()))
            answered[answer.json()["id"]] = time.time()
        connection.close()

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))
    return answered


def backup_request(api: Api, item: str) -> bytes:
    return request_bytes("POST", f"/v1/protected-items/{item}/backups", api.headers, BODY)


async def milliseconds_to_arrival(made: Bench, answered: Answered) -> list[float]:
    """For each job: from its answer to its first trigger at the simulator. Negative: it was there before the answer.

    Raises RuntimeError when some never arrive.
    """
    deadline = time.monotonic() + ARRIVE_SECONDS
    while time.monotonic() < deadline:
        arrived = _arrivals(made.database_url, await _triggers(made.simulator))
        if answered.keys() <= arrived.keys():
            return [(arrived[job] - at) * 1000 for job, at in answered.items()]
        await asyncio.sleep(LOOK_SECONDS)
    raise RuntimeError(f"{len(answered.keys() - arrived.keys())} triggers did not arrive in {ARRIVE_SECONDS} s")


async def _triggers(simulator: str) -> dict[str, float]:
    """Attempt id -> when its trigger arrived. Both sides read the clock of the same machine."""
    truth = (await ask(simulator, request_bytes("GET", "/_simulator/truth", {}))).json()
    return {
        trigger["client_request_id"]: datetime.fromisoformat(trigger["at"]).timestamp() for trigger in truth["triggers"]
    }


def _arrivals(database_url: str, triggers: dict[str, float]) -> dict[str, float]:
    with psycopg.connect(database_url) as connection:
        attempts = connection.execute("SELECT job_id::text, id::text FROM attempts").fetchall()
    arrived: dict[str, float] = {}
    for job, attempt in attempts:
        if attempt in triggers:
            arrived[job] = min(triggers[attempt], arrived.get(job, float("inf")))
    return arrived
