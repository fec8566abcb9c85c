"""A table of jobs as it looks after months: bulk rows by SQL, for what can only be seen at that size.

Deterministic but for the time. Nine of ten jobs belong to one tenant, spread evenly over `days`; most are backups that
Azure's schedule started and that ended well. Every rare thing that a caller may ask for is in there somewhere.
"""

from typing import Any
from uuid import UUID

import psycopg

TENANT = "tenant-of-many"
SMALL_TENANT = "tenant-3"
VAULTS = 100
ITEMS = 5_000
VAULT_ID, ITEM_ID, POLICY_ID = UUID(int=7), UUID(int=1_000_007), UUID(int=2_000_007)
RARE_LABEL = ("team", "team-7")
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
VM_KEY = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg-demo/providers/microsoft.compute/virtualmachines/vm-"
RARE_REFERENCE = "CHG-70"

# The first 48 bits of a UUIDv7 are the milliseconds since 1970 (RFC 9562, section 5.7).
_ID = """(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
          || substr(md5(n::text), 4, 15))::uuid"""

_JOBS = f"""
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, origin, resource, resource_id, vault_id,
                  protected_item_id, reference, labels, ask, created_at, started_at, finished_at, updated_at, due_at,
                  azure_job_id, azure_status, activity_id, vm, vm_key, vm_name_key)
SELECT {_ID}, CASE WHEN n %% 10 = 9 THEN 'tenant-' || n %% 7 ELSE %(tenant)s END, 'caller', 'bulk',
       CASE WHEN n %% 100 = 3 THEN 'restore' WHEN n %% 1000 = 4 THEN 'protect' ELSE 'backup' END,
       CASE WHEN n %% 500 = 5 THEN 'failed' WHEN n %% 5000 = 6 THEN 'needs_attention' ELSE 'succeeded' END,
       CASE WHEN n %% 200 = 0 THEN 'holdfast' ELSE 'azure' END,
       '/v1/protected-items/x', md5('item' || n %% {ITEMS})::uuid,
       lpad(to_hex(n %% {VAULTS}), 32, '0')::uuid, lpad(to_hex(1000000 + n %% {ITEMS}), 32, '0')::uuid,
       CASE WHEN n %% 10 = 0 THEN 'CHG-' || n / 100 END,
       CASE WHEN n %% 20 = 0 THEN jsonb_build_object('team', 'team-' || n / 20 %% 30) ELSE '{{}}'::jsonb END,
       jsonb_build_object('item', jsonb_build_object('vm', md5(n::text), 'vault', md5('v' || n::text))),
       -- A few were taken in a day after they had run, or ran for long: their ids say nothing of when that was.
       at, at + CASE WHEN n %% 2000 = 12 THEN interval '-20 h' ELSE interval '2 s' END,
       at + CASE WHEN n %% 2000 = 12 THEN interval '-19 h' WHEN n %% 3000 = 13 THEN interval '30 h'
                 ELSE interval '1 min' END,
       -- A few moved long after they had ended: a person resolved them, or the rest of their result came late.
       CASE WHEN n %% 2500 = 11 THEN %(now)s ELSE least(at + interval '1 min', %(now)s) END, at,
       md5('azure' || n)::uuid::text, 'Completed', md5('attempt' || n)::uuid,
       -- One job in 50 is of a VM that Azure tells no subscription of.
       jsonb_build_object('subscription_id', CASE WHEN n %% 50 <> 8 THEN '{SUBSCRIPTION}' END,
                          'resource_group', 'rg-demo', 'name', 'vm-' || n %% {ITEMS}),
       CASE WHEN n %% 50 <> 8 THEN '{VM_KEY}' || n %% {ITEMS} END, 'vm-' || n %% {ITEMS}
FROM (SELECT n, %(now)s::timestamptz - (%(jobs)s - n) * (interval '1 day' * %(days)s / %(jobs)s) AS at
      FROM generate_series(1, %(jobs)s) AS n) AS numbered
"""  # noqa: S608 - constants of this module

_LABELS = """
INSERT INTO job_labels (tenant, name, value, job_id)
SELECT tenant, key, value, id FROM jobs, jsonb_each_text(labels) WHERE labels <> '{}'
"""

_VAULTS = f"""
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state)
SELECT lpad(to_hex(n), 32, '0')::uuid, '{TENANT}', 'subscription', 'group', 'vault-' || n, 'vault-' || n, 'westus',
       'ready'
FROM generate_series(1, {VAULTS}) AS n
"""  # noqa: S608
_POLICIES = f"""
INSERT INTO policies (id, tenant, vault_id, name, name_key, state)
SELECT lpad(to_hex(2000000 + n), 32, '0')::uuid, '{TENANT}', lpad(to_hex(n), 32, '0')::uuid, 'one', 'one', 'ready'
FROM generate_series(1, {VAULTS}) AS n
"""  # noqa: S608
_ITEMS = f"""
INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, created_at, updated_at, health,
                             vm_missing, last_recovery_point_at)
SELECT lpad(to_hex(1000000 + n), 32, '0')::uuid, '{TENANT}', lpad(to_hex(1 + n %% {VAULTS}), 32, '0')::uuid,
       lpad(to_hex(2000001 + n %% {VAULTS}), 32, '0')::uuid, '{VM_KEY}' || n, '{VM_KEY}' || n,
       CASE WHEN n %% 500 = 5 THEN 'error' ELSE 'protected' END, %(now)s::timestamptz - interval '90 days',
       %(now)s::timestamptz - interval '1 s' * n, CASE WHEN n %% 600 = 3 THEN 'ActionRequired' ELSE 'Passed' END,
       n %% 700 = 1, CASE WHEN n %% 400 <> 7 THEN
           %(now)s::timestamptz - CASE WHEN n %% 1000 = 9 THEN interval '300 days' ELSE interval '1 s' * n END END
FROM generate_series(1, %(items)s) AS n
"""  # noqa: S608


# Most are as they should be; some are missed, and of some the state is to be looked at again.
_HEALTH = """
INSERT INTO item_health (protected_item_id, tenant, state, due_at, late_at, grace_seconds, missed_since, look_at)
SELECT id, tenant, CASE WHEN n % 300 = 5 THEN 'missed' WHEN n % 300 = 7 THEN 'due' ELSE 'met' END,
       %(now)s::timestamptz + moved, %(now)s::timestamptz + moved + interval '12 h', 43200,
       CASE WHEN n % 300 = 5 THEN %(now)s::timestamptz + moved + interval '12 h' END,
       CASE WHEN n % 300 <> 5 THEN %(now)s::timestamptz + moved END
FROM (SELECT *, CASE WHEN n % 300 = 5 THEN interval '-20 h' WHEN n % 2000 = 9 THEN interval '-1 s'
                     ELSE interval '1 h' END AS moved
      FROM (SELECT id, tenant, row_number() OVER (ORDER BY id) AS n FROM protected_items) AS numbered) AS aged
""".replace(" % ", " %% ")


def put_many_jobs(connection: psycopg.Connection[Any], *, jobs: int, days: float, tenant: str = TENANT) -> None:
    """So many jobs that have ended, evenly over the last days, and statistics as autovacuum would have taken them.

    No trigger runs: an event of each row would take as long as the row.
    """
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(_JOBS, {"jobs": jobs, "days": days, "now": _now(connection), "tenant": tenant})
    connection.execute(_LABELS)
    _settle(connection, "jobs", "job_labels")


def put_many_items(connection: psycopg.Connection[Any], *, items: int) -> None:
    """So many protected items of TENANT in 100 vaults, each with one policy."""
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(_VAULTS)
    connection.execute(_POLICIES)
    connection.execute(_ITEMS, {"items": items, "now": _now(connection)})
    connection.execute(_HEALTH, {"now": _now(connection)})
    _settle(connection, "vaults", "policies", "protected_items", "item_health")


_RESTORES = """
INSERT INTO restores (id, tenant, job_id, protected_item_id, target)
SELECT id, tenant, id, protected_item_id, '{"mode": "disks"}' FROM jobs WHERE kind = 'restore'
"""


def put_their_restores(connection: psycopg.Connection[Any]) -> None:
    """Every third job becomes the job of a restore."""
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute("UPDATE jobs SET kind = 'restore', resource_id = id WHERE substr(id::text, 36) < '5'")
    connection.execute(_RESTORES)
    _settle(connection, "jobs", "restores")


def _now(connection: psycopg.Connection[Any]) -> Any:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    return row[0] if row is not None else None


def _settle(connection: psycopg.Connection[Any], *tables: str) -> None:
    connection.commit()
    connection.autocommit = True
    for table in tables:
        connection.execute(f"VACUUM (ANALYZE) {table}")
    connection.autocommit = False
