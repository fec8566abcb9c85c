"""`python -m tests.bench.restoring`: 200 restores asked for at once; how long until Azure runs every one of them.

The bar is 30 s from a restore's acceptance to its running in Azure, for the slowest of them. It is printed, as is how
many requests to Azure that took; the exit code says whether it was met.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import psycopg
import uvloop

from tests.bench.caller import ask, connect, request_bytes
from tests.bench.report import Figure, show
from tests.bench.stack import SUBSCRIPTION, Api, Bench, bench, protect_some

RG = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo"
TARGET = {
    "mode": "disks",
    "resource_group_id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-restored",
    "staging_storage_account_id": f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo",
}
POLL_SECONDS = 30.0
"""The default: nothing here depends on a short poll."""
AT_ONCE = 16
BAR_SECONDS = 30.0
PATIENCE_SECONDS = 120.0


async def measure(made: Bench, *, restores: int, items: int) -> list[Figure]:
    async with made.api() as process:
        api = Api(process.url, made.token())
        protected = await protect_some(made, api, items=items)
        with made.worker(poll_seconds=0.5):
            body = {"retain_until": "2036-01-31T00:00:00Z"}
            await asyncio.gather(*(api.done(f"/v1/protected-items/{item}/backups", body) for item in protected))
        before = await _requests(made)
        with made.worker(poll_seconds=POLL_SECONDS):
            began = time.time()
            await _post(api, protected, restores)
            accepted = time.time() - began
            last, slowest = await _all_running(made, restores)
        after = await _requests(made)
    asked = sum(after.values()) - sum(before.values())
    return [
        Figure("restores", "restores asked for at once", restores),
        Figure("restores_accepted_seconds", "  until every caller holds a 202", accepted, "s"),
        Figure("restores_all_running_seconds", "  until Azure runs every one", last - began, "s"),
        Figure(
            "restores_slowest_seconds", "  the slowest, from accepted to running", slowest, "s", (BAR_SECONDS, False)
        ),
        Figure("restores_triggers", "  triggers", after["trigger"] - before["trigger"]),
        Figure("restores_arm_requests", "  requests to Azure for that", asked),
    ]


async def _post(api: Api, items: Sequence[str], restores: int) -> None:
    waiting = [item for item, _ in zip(cycle(items), range(restores), strict=False)]

    async def send() -> None:
        connection = await connect(api.url)
        while waiting:
            body = {"protected_item_id": waiting.pop(), "recovery_point": {"latest": True}, "target": TARGET}
            answer = await connection.send(request_bytes("POST", "/v1/restores", api.headers, body))
            if answer.status != 202:
                raise RuntimeError(f"{answer.status} {answer.content.decode()}")
        connection.close()

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))


async def _all_running(made: Bench, restores: int) -> tuple[float, float]:
    """(when the last of them was accepted by Azure, how long after its own acceptance the slowest was).

    Raises RuntimeError when some never are.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    states: list[Any] = []
    while time.monotonic() < deadline:
        with psycopg.connect(made.database_url) as connection:
            row = connection.execute(
                "SELECT count(*), extract(epoch FROM max(closed_at)), extract(epoch FROM max(closed_at - created_at)) "
                "FROM attempts JOIN jobs ON jobs.id = job_id "
                "WHERE kind = 'restore' AND attempts.state IN ('accepted', 'found')"
            ).fetchone()
            states = connection.execute(
                "SELECT state, waiting_reason, count(*) FROM jobs WHERE kind = 'restore' GROUP BY 1, 2"
            ).fetchall()
        if row is not None and row[0] == restores:
            return float(row[1]), float(row[2])
        await asyncio.sleep(0.2)
    raise RuntimeError(f"not all restores run after {PATIENCE_SECONDS} s: {states}")


async def _requests(made: Bench) -> dict[str, int]:
    truth = (await ask(made.simulator, request_bytes("GET", "/_simulator/truth", {}))).json()
    counted: dict[str, int] = truth["requests"]
    return counted


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.restoring")
    parser.add_argument("--restores", type=int, default=200)
    parser.add_argument("--items", type=int, default=20)
    options = parser.parse_args()
    with bench() as made:
        figures = uvloop.run(measure(made, restores=options.restores, items=options.items))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
