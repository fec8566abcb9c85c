"""GET /v1/jobs with a million jobs in the table, beside the same with a thousand.

Two databases and two APIs; the pages of both are asked for in turns, so that both see the same machine.
`python -m tests.bench.listing` prints it alone.
"""

import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import psycopg
import uvloop

from app.core.db.database import migrate
from app.core.http.pages import encode_cursor
from tests.bench.caller import Connection, connect, request_bytes
from tests.bench.report import Figure, show
from tests.bench.stack import Api, Bench, bench
from tests.database import with_database
from tests.many_jobs import RARE_LABEL, VAULT_ID, put_many_jobs

DAYS = 100.0
RATIO_BAR = 1.2
Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lists:
    """An API over so many jobs."""

    api: Api
    jobs: int
    database_url: str

    async def milliseconds(self, connection: Connection, params: Params) -> float:
        request = request_bytes("GET", f"/v1/jobs?{urlencode(params)}", self.api.headers)
        began = time.perf_counter()
        answer = await connection.send(request)
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200 or not answer.json()["items"]:
            raise RuntimeError(f"{params} of {self.jobs} jobs: {answer.status} {answer.content[:500].decode()}")
        return took

    def deep(self) -> Params:
        """The page in the middle of the table."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute("SELECT id FROM jobs ORDER BY id OFFSET %s LIMIT 1", (self.jobs // 2,)).fetchone()
        return {"cursor": encode_cursor("jobs", str(row[0] if row else ""))}


async def listing_figures(made: Bench, *, few: int = 1_000, many: int = 1_000_000, times: int = 60) -> list[Figure]:
    """The figures, and their bars: a page of the big table takes at most 1.2 of the same page of the small one."""
    async with AsyncExitStack() as stack:
        small, big = [await _open(stack, made, f"lists_{jobs}", jobs) for jobs in (few, many)]
        first = await _in_turns(small, {}, big, {}, times)
        deep = await _in_turns(big, {}, big, big.deep(), times)
        filters = {
            name: (await _in_turns(small, {}, big, params, times // 2))[1] / first[1] for name, params in _filters()
        }
    slowest = max(filters, key=lambda name: filters[name])
    return [
        Figure(
            "list_first_ratio",
            f"GET /v1/jobs of {many:,} jobs / of {few:,}",
            first[1] / first[0],
            "",
            (RATIO_BAR, False),
            f"{first[1]:.1f} and {first[0]:.1f} ms, p50",
        ),
        Figure("list_deep_ratio", "  its deep page / its first", deep[1] / deep[0], "", (RATIO_BAR, False)),
        *(Figure(f"list_{name}_ratio", f"  by {name} / unfiltered", value) for name, value in filters.items()),
        Figure("list_slowest_filter_ratio", "  the slowest filter", filters[slowest], "", (2.0, False), slowest),
    ]


def _filters() -> Iterator[tuple[str, Params]]:
    now = datetime.now(UTC)
    yield "kind", {"kind": "restore"}
    yield "state", {"state": "failed"}
    yield "vault", {"vault_id": str(VAULT_ID)}
    yield "origin", {"origin": "holdfast"}
    yield "label", {"label": "=".join(RARE_LABEL)}
    yield (
        "created",
        {
            "created_since": (now - timedelta(days=60)).isoformat(),
            "created_until": (now - timedelta(days=40)).isoformat(),
        },
    )
    yield "updated", {"updated_since": (now - timedelta(days=1)).isoformat()}


async def _in_turns(one: Lists, its: Params, other: Lists, others: Params, times: int) -> tuple[float, float]:
    """The medians in milliseconds, after some that do not count."""
    took: tuple[list[float], list[float]] = [], []
    first, second = await connect(one.api.url), await connect(other.api.url)
    warming = min(times, 8)
    for number in range(times + warming):
        pair = await one.milliseconds(first, its), await other.milliseconds(second, others)
        if number >= warming:
            took[0].append(pair[0])
            took[1].append(pair[1])
    first.close()
    second.close()
    return statistics.median(took[0]), statistics.median(took[1])


async def _open(stack: AsyncExitStack, made: Bench, name: str, jobs: int) -> Lists:
    """A database of its own with so many jobs of the caller's tenant, and an API over it."""
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    own = replace(made, database_url=with_database(made.database_url, name))
    migrate(own.database_url)
    process = await stack.enter_async_context(own.api())
    api = Api(process.url, own.token())
    await api.get("/v1/jobs")  # the first request of a directory makes its tenant, in simulator mode
    with psycopg.connect(own.database_url) as connection:
        (tenant,) = connection.execute("SELECT id FROM tenants").fetchone() or ("",)
        put_many_jobs(connection, jobs=jobs, days=DAYS, tenant=tenant)
    return Lists(api, jobs, own.database_url)


def main() -> int:
    with bench() as made:
        figures = uvloop.run(listing_figures(made, many=int(sys.argv[1]) if sys.argv[1:] else 1_000_000))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
