"""What a preview of a protection rule takes over 10,000 VMs, with ten other rules beside it, and its cost.

Half of the VMs are protected as the rule wants it, half are not, with disks of many sizes. What is timed is a request
over HTTP to a real API, to the end of its answer. `python -m tests.bench.ruling` prints it alone.
"""

import sys
import time
from dataclasses import replace
from typing import Any

import psycopg
import uvloop
from psycopg.types.json import Jsonb

from app.core.db.database import migrate
from tests.bench.caller import Connection, connect, request_bytes
from tests.bench.pricing import DEFINITION, SUBSCRIPTION
from tests.bench.report import Figure, show
from tests.bench.stack import Api, Bench, bench
from tests.database import with_database

BAR_SECONDS = 2.0
RIVALS, TIMES = 10, 5
VAULT, POLICY = "00000000-0000-0000-0000-0000000000a1", "00000000-0000-0000-0000-0000000000a2"
TARGET = {"location": "westus", "vault_id": VAULT, "policy_id": POLICY}
RULE: dict[str, Any] = {
    "name": "bench",
    "priority": 100,
    "selector": {"tags": {"env": ["prod"]}, "except": ["scratch-*"]},
    "targets": [TARGET],
}
_VAULT = f"""
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state, redundancy,
                    cross_region_restore)
VALUES ('{VAULT}', %(tenant)s, '{SUBSCRIPTION}', 'rg', 'vault', 'vault', 'westus', 'ready', 'geo', false)
"""  # noqa: S608 - constants of this module
_POLICY = f"""
INSERT INTO policies (id, tenant, vault_id, name, name_key, state, revision, definition)
VALUES ('{POLICY}', %(tenant)s, '{VAULT}', 'nightly', 'nightly', 'ready', 1, %(definition)s)
"""  # noqa: S608
_PLACE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-"
_VMS = f"""
INSERT INTO estate_vms (tenant, vm_key, vm_id, location, tags, tags_folded, disks, items_known)
SELECT %(tenant)s, lower('{_PLACE}' || n), '{_PLACE}' || n, 'westus', '{{"Env": "prod"}}', '{{"env": "prod"}}',
       jsonb_build_array(jsonb_build_object('name', 'os', 'size_gib', 30 + n %% 500, 'lun', NULL)), true
FROM generate_series(1, %(machines)s) AS n
"""  # noqa: S608
_SCOPE = f"""
INSERT INTO estate_scopes (tenant, scope, read_at) VALUES (%(tenant)s, '/subscriptions/{SUBSCRIPTION}', now())
"""  # noqa: S608
_MEMBERS = """
INSERT INTO protection_rule_members (rule_id, vm_key, tenant, vm_id, protected_item_id, hash, selected_hash, job_id)
SELECT %(rule)s, vm_key, tenant, vm_id, id, 'before', 'before', gen_random_uuid() FROM protected_items
"""
_ITEMS = f"""
INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, last_recovery_point_at)
SELECT gen_random_uuid(), %(tenant)s, '{VAULT}', '{POLICY}', '{_PLACE}' || n, lower('{_PLACE}' || n), 'protected', now()
FROM generate_series(1, %(machines)s, 2) AS n
"""  # noqa: S608


async def ruling_figures(made: Bench, *, machines: int = 10_000) -> list[Figure]:
    """The figures, and their bar: 2 s."""
    own = replace(made, database_url=with_database(made.database_url, "ruling"))
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE ruling")
    migrate(own.database_url)
    async with own.api() as process:
        api = Api(process.url, own.token())
        await api.get("/v1/jobs")  # the first request of a directory makes its tenant, in simulator mode
        _fill(own.database_url, machines)
        calling = await connect(api.url)
        for number in range(RIVALS):
            other = RULE | {
                "name": f"other {number}",
                "priority": number,
                "selector": {"names": [f"vm-*{number}{number}"]},
            }
            answer = await calling.send(request_bytes("POST", "/v1/protection-rules", api.headers, other))
            _check(answer.status == 201, answer)
        took = [await _took(calling, api, machines, "preview", RULE) for _ in range(TIMES)]
        made_rule = await calling.send(request_bytes("POST", "/v1/protection-rules", api.headers, RULE))
        with psycopg.connect(own.database_url) as connection:
            connection.execute(_MEMBERS, {"rule": made_rule.json()["id"]})
        kept = [await _took(calling, api, machines, f"{made_rule.json()['id']}/preview") for _ in range(TIMES)]
        calling.close()
    note = f"slowest of {TIMES}; {RIVALS} other rules, {machines // 2:,} VMs to protect, with their cost"
    return [
        Figure(
            "preview_rule_seconds",
            f"preview of a rule over {machines:,} VMs",
            max(took),
            "s",
            (BAR_SECONDS, False),
            note,
        ),
        Figure(
            "preview_kept_rule_seconds",
            f"  of a rule that is kept, with {machines // 2:,} members",
            max(kept),
            "s",
            (BAR_SECONDS, False),
        ),
    ]


def _fill(url: str, machines: int) -> None:
    with psycopg.connect(url) as connection:
        (tenant,) = connection.execute("SELECT id FROM tenants").fetchone() or ("",)
        values: dict[str, Any] = {"tenant": tenant, "machines": machines, "definition": Jsonb(DEFINITION)}
        for statement in (_VAULT, _POLICY, _VMS, _SCOPE, _ITEMS):
            connection.execute(statement, values)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


async def _took(calling: Connection, api: Api, machines: int, path: str, body: dict[str, Any] | None = None) -> float:
    """Seconds from the request to the end of its answer."""
    request = request_bytes("POST", f"/v1/protection-rules/{path}", api.headers, body or {})
    began = time.perf_counter()
    answer = await calling.send(request)
    took = time.perf_counter() - began
    _check(answer.status == 200, answer)
    found = answer.json()
    counts = {name: found["counts"][name] for name in ("protect", "unchanged", "skipped")}
    _check(counts == {"protect": machines // 2, "unchanged": machines - machines // 2, "skipped": 0}, answer)
    _check(found["cost"]["items_count"] == machines // 2, answer)
    return took


def _check(is_so: bool, answer: Any) -> None:  # noqa: FBT001 - one word says it
    if not is_so:
        raise RuntimeError(f"{answer.status} {answer.content[:500].decode()}")


def main() -> int:
    with bench() as made:
        figures = uvloop.run(ruling_figures(made, machines=int(sys.argv[1]) if sys.argv[1:] else 10_000))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
