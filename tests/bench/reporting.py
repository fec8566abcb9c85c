"""The daily report over ten thousand items: made from rows, written by a worker, and read again as JSON, page and CSV.

Thirty nights of backups lie in the table, a hundred vaults, one of which could not be read. What is timed is a request
over HTTP to a real API, and the loop of a worker. `python -m tests.bench.reporting` prints it alone.
"""

import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg
import uvloop
from psycopg.types.json import Jsonb

from app.core.db.database import Database, migrate
from app.reports.writing import ReportLoop
from tests.bench.caller import connect, request_bytes
from tests.bench.report import Figure, show
from tests.bench.stack import Api, Bench, bench
from tests.database import with_database

BAR_SECONDS = 2.0
NIGHTS = 30
VAULTS = 100
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
DEFINITION = {
    "time_zone": "UTC",
    "schedule": {"at": "02:00:00"},
    "retention": {"daily": {"count": 30}, "weekly": None, "monthly": None, "yearly": None},
    "instant_restore_days": 2,
    "enhanced": False,
}
ERROR = {
    "code": "azure_job_failed",
    "title": "The VM agent does not answer",
    "azure_code": "NoAgent",
    "remedy": "Start.",
}

_VAULTS = f"""
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state, soft_delete_state,
                    immutability)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(tenant)s, '{SUBSCRIPTION}', 'rg', 'vault-' || n, 'vault-' || n, 'westus',
       'ready', 'on', 'disabled'
FROM generate_series(1, {VAULTS}) AS n
"""  # noqa: S608 - constants of this module
_WATCHES = f"""
INSERT INTO vault_watches (vault_id, subscription_id, resource_group, name, tenant, complete_since, seen_until)
SELECT id, subscription_id, resource_group, name, tenant, %(now)s - interval '40 days',
       CASE WHEN name = 'vault-7' THEN %(now)s - interval '40 hours' ELSE %(now)s END
FROM vaults LIMIT {VAULTS}
"""  # noqa: S608
_POLICIES = """
INSERT INTO policies (id, tenant, vault_id, name, name_key, state, revision, definition)
SELECT lpad(to_hex(2000000 + n), 32, '0')::uuid, %(tenant)s, lpad(to_hex(n), 32, '0')::uuid, 'nightly', 'nightly',
       'ready', 1, %(definition)s FROM generate_series(1, %(vaults)s) AS n
"""
_REVISIONS = """
INSERT INTO policy_revisions (policy_id, number, tenant, definition, created_at)
SELECT id, 1, tenant, definition, %(now)s - interval '400 days' FROM policies
"""
_ITEMS = f"""
INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, created_at, last_recovery_point_at)
SELECT lpad(to_hex(1000000 + n), 32, '0')::uuid, %(tenant)s, lpad(to_hex(1 + n %% {VAULTS}), 32, '0')::uuid,
       lpad(to_hex(2000001 + n %% {VAULTS}), 32, '0')::uuid,
       '/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-' || n,
       '/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm-' || n,
       'protected', %(now)s - interval '300 days', %(now)s - interval '1 day'
FROM generate_series(1, %(items)s) AS n
"""  # noqa: S608
_JOBS = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, origin, vault_id, protected_item_id, ask, created_at,
                  started_at, finished_at, updated_at, azure_job_id, result, error)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
        || substr(md5(n::text), 4, 15))::uuid,
       %(tenant)s, 'azure', 'azure', 'backup', CASE WHEN n %% 97 = 0 THEN 'failed' ELSE 'succeeded' END, 'azure',
       vault_id, id, '{}', at, at, at + interval '1 hour', at + interval '1 hour', md5('azure' || n),
       jsonb_build_object('backup_size', (n %% 9000) || ' MB'), CASE WHEN n %% 97 = 0 THEN %(error)s::jsonb END
FROM (SELECT row_number() OVER () AS n, id, vault_id, night + interval '2 h 1 min' AS at
      FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') AS night, protected_items
      WHERE ctid IS NOT NULL) AS every WHERE n %% 89 <> 0
"""
_NIGHTS = """
INSERT INTO daily_reports (id, tenant, day, time_zone, revision, totals, head, items, nights, digest)
SELECT gen_random_uuid(), %(tenant)s, night::date, 'UTC', 1, '{"running": 0, "unknown": 0}',
       jsonb_build_object('date', night::date, 'weak', '{}'::jsonb, 'moved', '{"bytes": 1000000, "known": 1}'::jsonb),
       '[]',
       (SELECT jsonb_object_agg(id, CASE WHEN random() < 0.02 THEN 'f' ELSE 'd' END) FROM protected_items), 'd'
FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz - interval '2 days', interval '1 day') AS night
"""


_ESTATE = f"""
INSERT INTO estate_scopes (tenant, scope, read_at) VALUES (%(tenant)s, '/subscriptions/{SUBSCRIPTION}', %(now)s)
"""  # noqa: S608
_MACHINES = f"""
INSERT INTO estate_vms (tenant, vm_key, vm_id, location, items_known)
SELECT %(tenant)s,
       '/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm-' || n,
       '/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-' || n,
       'westus', true
FROM generate_series(1, %(items)s * 6 / 5) AS n
"""  # noqa: S608


def put_nights(connection: psycopg.Connection[Any], *, tenant: str, items: int, last: date) -> None:
    """Items, their backups of thirty nights, and the estate; the report of each but the last two nights."""
    end = datetime(last.year, last.month, last.day, tzinfo=UTC)
    values = {
        "tenant": tenant,
        "items": items,
        "vaults": VAULTS,
        "now": datetime.now(UTC),
        "definition": Jsonb(DEFINITION),
        "error": Jsonb(ERROR),
        "first": end - timedelta(days=NIGHTS - 1),
        "last": end,
    }
    for statement in (_VAULTS, _WATCHES, _POLICIES, _REVISIONS, _ITEMS, _JOBS, _NIGHTS, _ESTATE, _MACHINES):
        connection.execute(statement, values)  # type: ignore[arg-type, unused-ignore]
    connection.execute("UPDATE tenants SET created_at = created_at - interval '300 days'")
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM (ANALYZE)")


async def reporting_figures(made: Bench, *, items: int = 10_000, times: int = 5) -> list[Figure]:
    """The figures; the two that callers wait for have the bar of 2 s at ten thousand items."""
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE reporting")
    own = replace(made, database_url=with_database(made.database_url, "reporting"))
    migrate(own.database_url)
    last = datetime.now(UTC).date() - timedelta(days=1)
    async with own.api() as process:
        api = Api(process.url, own.token())
        await api.get("/v1/vaults")
        with psycopg.connect(own.database_url) as connection:
            (tenant,) = connection.execute("SELECT id FROM tenants").fetchone() or ("",)
            put_nights(connection, tenant=tenant, items=items, last=last)
        as_json = await _seconds(api, last, "application/json", times)
        page = await _seconds(api, last, "text/html", times)
        written = await _write(own.database_url)
        again = await _seconds(api, last, "application/json", times)
    bar = (BAR_SECONDS, False) if items >= 10_000 else None
    note = f"{items:,} items, {items * NIGHTS:,} backups"
    return [
        Figure("report_seconds", "daily report, JSON, made from rows", as_json, "s", bar, note),
        Figure("report_page_seconds", "  as a page with 30 nights", page, "s", bar),
        Figure("report_written_seconds", "  written by a worker, each", written, "s"),
        Figure("report_read_seconds", "  a written one, read", again, "s"),
    ]


async def _seconds(api: Api, on: date, accept: str, times: int) -> float:
    """The median of some requests, after one that does not count."""
    query = urlencode({"date": on.isoformat(), "time_zone": "UTC"})
    request = request_bytes("GET", f"/v1/reports/daily?{query}", {**api.headers, "Accept": accept})
    took, caller = [], await connect(api.url)
    for _ in range(times + 1):
        began = time.perf_counter()
        answer = await caller.send(request)
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.content[:500].decode()}")
    caller.close()
    return statistics.median(took[1:])


async def _write(url: str) -> float:
    """Seconds for each of the reports that a worker finds unwritten: those of the last two nights."""
    database = Database(url)
    loop = ReportLoop(database, time_zone="UTC", kept_days=400)
    try:
        began = time.perf_counter()
        await loop.run_once()
        await loop.run_once()
        took = time.perf_counter() - began
    finally:
        await database.aclose()
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM daily_reports WHERE items <> '[]'").fetchone()
    return took / max(1, row[0] if row is not None else 0)


def main() -> int:
    with bench() as made:
        figures = uvloop.run(reporting_figures(made, items=int(sys.argv[1]) if sys.argv[1:] else 10_000))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
