"""What a bulk request of 1,000 targets takes until it is accepted: by ids and by a selector; with an approval; dry.

No worker runs. What is timed is a request over HTTP to a real API. `python -m tests.bench.asking_in_bulk` prints it
alone.
"""

import sys
import time
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import psycopg
import uvloop

from app.core.db.database import migrate
from tests.bench.caller import Connection, connect, request_bytes
from tests.bench.pricing import fill_items
from tests.bench.report import Figure, show
from tests.bench.stack import Api, Bench, bench
from tests.database import with_database

ACCEPTED_BAR_SECONDS, WEIGHED_BAR_SECONDS = 1.0, 10.0
TIMES = 3


async def bulk_figures(made: Bench, *, targets: int = 1_000) -> list[Figure]:
    """The figures, and their bars: a second to accept, ten where each target is weighed."""
    own = replace(made, database_url=with_database(made.database_url, "bulk"))
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bulk")
    migrate(own.database_url)
    async with own.api() as process:
        api = Api(process.url, own.token())
        await api.get("/v1/jobs")  # the first request of a directory makes its tenant, in simulator mode
        fill_items(own.database_url, targets)
        with psycopg.connect(own.database_url) as connection:
            ids = [str(row[0]) for row in connection.execute("SELECT id FROM protected_items LIMIT 1000").fetchall()]
        by_ids: dict[str, Any] = {"action": "pause", "protected_item_ids": ids}
        calling = await connect(api.url)
        await _took(calling, api, {"action": "pause", "protected_item_ids": ids[:1]}, 1)
        accepted = [await _took(calling, api, by_ids, targets) for _ in range(TIMES)]
        selected = [await _took(calling, api, {"action": "pause", "selector": {}}, targets) for _ in range(TIMES)]
        dry = await _took(calling, api, by_ids, targets, query="?dry_run=true")
        with psycopg.connect(own.database_url) as connection:
            connection.execute("UPDATE tenants SET approvals = '[\"stop_protection\"]'")
        calling.close()
    async with own.api() as process:  # a new one knows the tenant's setting
        api = Api(process.url, own.token())
        calling = await connect(api.url)
        weighed = await _took(calling, api, by_ids, targets)
        calling.close()
    bar, longer = (ACCEPTED_BAR_SECONDS, False), (WEIGHED_BAR_SECONDS, False)
    slowest = f"slowest of {TIMES}"
    return [
        Figure("bulk_accepted_seconds", f"a bulk request of {targets:,} ids", max(accepted), "s", bar, slowest),
        Figure("bulk_selected_seconds", f"  by a selector of {targets:,} items", max(selected), "s", bar, slowest),
        Figure("bulk_weighed_seconds", "  with one approval for the whole", weighed, "s", longer),
        Figure("bulk_dry_seconds", "  dry run", dry, "s", longer),
    ]


async def _took(calling: Connection, api: Api, body: dict[str, Any], targets: int, *, query: str = "") -> float:
    """Seconds from the request to the end of its answer."""
    request = request_bytes("POST", f"/v1/bulk{query}", api.headers, body)
    began = time.perf_counter()
    answer = await calling.send(request)
    took = time.perf_counter() - began
    said = answer.json()
    found = len(said["targets"]) if query else said["counts"]["total"]
    if answer.status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED} or found != targets:
        raise RuntimeError(f"{answer.status} {answer.content[:500].decode()}")
    return took


def main() -> int:
    with bench() as made:
        figures = uvloop.run(bulk_figures(made, targets=int(sys.argv[1]) if sys.argv[1:] else 1_000))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
