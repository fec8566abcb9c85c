"""What a claim costs beside a backlog: with many jobs of one tenant queued, and with one each of many tenants.

The statement and Postgres are real; nothing is sent. `python -m tests.bench.claiming` prints it alone.
"""

import statistics
import sys
import time
from datetime import timedelta

import psycopg
import uvloop

from app.core.db.database import Database, migrate
from app.jobs.loops.submit import AT_ONCE
from app.jobs.queue import claims
from tests.bench.report import Figure, show
from tests.bench.stack import bench
from tests.database import with_database

SCALING_BAR = 2.0
TIMES = 20
LEASE = timedelta(seconds=90)

_QUEUED = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, resource, ask, due_at)
SELECT gen_random_uuid(), 'tenant-' || n %% %(tenants)s, 'bench', 'bench', 'backup', 'queued', '/x', '{}',
       clock_timestamp() - interval '1 hour' + n * interval '1 ms'
FROM generate_series(1, %(jobs)s) AS n
"""


async def measure_claims(server: str, *, jobs: int, tenants: int) -> float:
    """Milliseconds for a claim of as many as a worker sends at once: the median."""
    name = f"claim_{jobs}_{tenants}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = with_database(server, name)
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_QUEUED, {"jobs": jobs, "tenants": tenants})
        connection.execute("VACUUM (ANALYZE) jobs")
    database = Database(url)
    took, after = [], ""
    try:
        for _ in range(TIMES):
            began = time.perf_counter()
            async with database.begin() as session:
                claimed = await claims.claim_queued(session, limit=AT_ONCE, lease=LEASE, after=after)
                took.append((time.perf_counter() - began) * 1000)
            after = claimed[-1][0].tenant if claimed else ""
    finally:
        await database.aclose()
    return statistics.median(took)


async def claiming_figures(server: str, *, few: int = 1_000, many: int = 100_000) -> list[Figure]:
    small = await measure_claims(server, jobs=few, tenants=1)
    big = await measure_claims(server, jobs=many, tenants=1)
    spread = await measure_claims(server, jobs=few, tenants=few)
    return [
        Figure("claim_ms", f"claim of {AT_ONCE}, {many:,} queued of one tenant", big, "ms", None),
        Figure("claim_scaling", f"  against {few:,} of it", big / small, "", (SCALING_BAR, False)),
        Figure("claim_spread_ms", f"  one each of {few:,} tenants", spread, "ms", None),
    ]


def main() -> int:
    with bench() as made:
        figures = uvloop.run(claiming_figures(made.database_url))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
