"""What an estimate takes: one VM, and 5,000 VMs of 20 vaults with their measured sizes, in one request; charge-back.

Nightly backups of two weeks are in the table, so that sizes are read and not assumed. What is timed is a request over
HTTP to a real API. `python -m tests.bench.pricing` prints it alone.
"""

import statistics
import sys
import time
from dataclasses import replace
from typing import Any

import psycopg
import uvloop
from psycopg.types.json import Jsonb

from app.core.db.database import migrate
from tests.bench.caller import Connection, connect, request_bytes
from tests.bench.report import Figure, show
from tests.bench.stack import Api, Bench, bench
from tests.database import with_database

ONE_BAR_MS, MANY_BAR_SECONDS, CHARGED_BAR_SECONDS = 50.0, 3.0, 3.0
VAULTS, NIGHTS = 20, 14
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
DEFINITION = {
    "time_zone": "UTC",
    "schedule": {"at": "02:00:00"},
    "retention": {
        "daily": {"count": 30},
        "weekly": {"count": 12, "days": ["sunday"]},
        "monthly": {"count": 60, "weeks": ["first"], "days": ["sunday"], "dates": []},
        "yearly": None,
    },
    "instant_restore_days": 2,
    "enhanced": False,
}
_VAULTS = f"""
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state, redundancy,
                    cross_region_restore)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(tenant)s, '{SUBSCRIPTION}', 'rg', 'vault-' || n, 'vault-' || n, 'westus',
       'ready', 'geo', false
FROM generate_series(1, {VAULTS}) AS n
"""  # noqa: S608 - constants of this module
_POLICIES = f"""
INSERT INTO policies (id, tenant, vault_id, name, name_key, state, revision, definition)
SELECT lpad(to_hex(2000000 + n), 32, '0')::uuid, %(tenant)s, lpad(to_hex(n), 32, '0')::uuid, 'nightly', 'nightly',
       'ready', 1, %(definition)s FROM generate_series(1, {VAULTS}) AS n
"""  # noqa: S608
_ITEMS = f"""
INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, created_at)
SELECT lpad(to_hex(1000000 + n), 32, '0')::uuid, %(tenant)s, lpad(to_hex(1 + n %% {VAULTS}), 32, '0')::uuid,
       lpad(to_hex(2000001 + n %% {VAULTS}), 32, '0')::uuid,
       '/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-' || n,
       '/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm-' || n,
       'protected', now() - interval '300 days' - n * interval '1 hour'
FROM generate_series(1, %(items)s) AS n
"""  # noqa: S608
_JOBS = f"""
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, origin, vault_id, protected_item_id, ask, result)
SELECT (lpad(to_hex(night * 1000000 + row_number() OVER ()), 12, '0') || '7' || substr(md5(id::text || night), 1, 3)
        || '8' || substr(md5(id::text || night), 4, 15))::uuid,
       %(tenant)s, 'azure', 'azure', 'backup', 'succeeded', 'azure', vault_id, id, '{{}}',
       jsonb_build_object('backup_size', CASE WHEN night = 1 THEN '40000 MB' ELSE '700 MB' END)
FROM protected_items, generate_series(1, {NIGHTS}) AS night
"""  # noqa: S608


async def pricing_figures(made: Bench, *, items: int = 5_000, times: int = 40) -> list[Figure]:
    """The figures, and their bars: 50 ms for one VM, 3 s for 5,000, and for their charge-back."""
    own = replace(made, database_url=with_database(made.database_url, "pricing"))
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE pricing")
    migrate(own.database_url)
    async with own.api() as process:
        api = Api(process.url, own.token())
        await api.get("/v1/jobs")  # the first request of a directory makes its tenant, in simulator mode
        item = fill_items(own.database_url, items)
        calling = await connect(api.url)
        one = [await _took(calling, api, {"protected_item_ids": [item]}, 1) for _ in range(times)][2:]
        many = [await _took(calling, api, {"selector": {}}, items) for _ in range(3)]
        charged = [await _charged(calling, api, items) for _ in range(3)]
        calling.close()
    p50, p95 = statistics.median(one), sorted(one)[int(len(one) * 0.95)]
    bar = (MANY_BAR_SECONDS, False)
    return [
        Figure("estimate_one_ms", "an estimate of one VM", p50, "ms", (ONE_BAR_MS, False), f"p95 {p95:.1f} ms"),
        Figure("estimate_many_seconds", f"  of {items:,} VMs at once", max(many) / 1000, "s", bar, "slowest of 3"),
        Figure(
            "charge_back_seconds",
            f"charge-back of {items:,} items",
            max(charged) / 1000,
            "s",
            (CHARGED_BAR_SECONDS, False),
            "slowest of 3",
        ),
    ]


def fill_items(url: str, items: int) -> str:
    """Vaults, policies, items and their nightly backups: the id of one of the items."""
    with psycopg.connect(url) as connection:
        (tenant,) = connection.execute("SELECT id FROM tenants").fetchone() or ("",)
        values: dict[str, Any] = {"tenant": tenant, "items": items, "definition": Jsonb(DEFINITION)}
        for statement in (_VAULTS, _POLICIES, _ITEMS, _JOBS):
            connection.execute(statement, values)
        (item,) = connection.execute("SELECT id FROM protected_items LIMIT 1").fetchone() or ("",)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return str(item)


async def _took(calling: Connection, api: Api, which: dict[str, Any], items: int) -> float:
    """Milliseconds from the request to the end of its answer."""
    body = {**which, "cross_region_restore": True}
    request = request_bytes("POST", "/v1/cost/estimate", api.headers, body)
    began = time.perf_counter()
    answer = await calling.send(request)
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200 or answer.json()["items_count"] != items:
        raise RuntimeError(f"{answer.status} {answer.content[:500].decode()}")
    return took


async def _charged(calling: Connection, api: Api, items: int) -> float:
    """Milliseconds of a charge-back by vault."""
    began = time.perf_counter()
    answer = await calling.send(request_bytes("GET", "/v1/cost?group_by=vault", api.headers))
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200 or answer.json()["total"]["items_count"] != items:
        raise RuntimeError(f"{answer.status} {answer.content[:500].decode()}")
    return took


def main() -> int:
    with bench() as made:
        figures = uvloop.run(pricing_figures(made, items=int(sys.argv[1]) if sys.argv[1:] else 5_000))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
