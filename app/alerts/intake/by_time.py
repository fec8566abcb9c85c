"""What time alone brings: a vault that was not read, a quota nearly used, weaker points, proofs that are too old.

Each look finds everything that is wrong now; what is open and not found any more is well again. Nothing asks Azure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.event_rules import finding
from app.alerts.findings import Finding
from app.alerts.intake import proof_lapses
from app.alerts.intake.board import Told
from app.alerts.intake.records import take_in
from app.alerts.kinds import AlertKind
from app.alerts.models import Alert, AlertMember
from app.alerts.rules import DEFAULTS
from app.core.db.database import NOW
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED
from app.jobs.models import Origin

WEAK_POINTS = 3
"""How many points one after another are of a weaker kind before it is an alert."""
NEAR = 0.8
"""The share of a quota that is near to it."""
QUIET = timedelta(days=7)
"""So long after its last failure a job's alert is over, though no later job of its kind ended well."""
KEPT_DAYS, MAILS_KEPT_DAYS = 400, 30
PRUNED_AT_ONCE = 1000

# Jobs and settings are read by different requests, which need different rights: each may be refused alone.
_SILENT = text("""
SELECT * FROM (
    SELECT watch.tenant, watch.vault_id, watch.name, vault.location,
        coalesce(watch.seen_until, vault.created_at) AS at, coalesce(vault.as_of, vault.created_at) AS settings_at,
        clock_timestamp() - greatest(make_interval(secs => coalesce(rule.grace_seconds, :grace)), :least) AS long_ago
    FROM vault_watches AS watch JOIN vaults AS vault ON vault.id = watch.vault_id
    LEFT JOIN alert_rules AS rule ON rule.tenant = watch.tenant AND rule.kind = 'azure_silent'
    WHERE vault.state = 'ready'
) AS heard WHERE least(at, settings_at) < long_ago
""")
_COUNT_WEAK = text("""
INSERT INTO alert_weaknesses (protected_item_id, tenant, points, newest_at)
SELECT protected_item_id, tenant, 1, point_kind_of FROM item_health
WHERE expects_backups AND point_kind_of IS NOT NULL
    AND array_position(ARRAY['crash', 'file_system', 'application'], point_kind)
    < array_position(ARRAY['crash', 'file_system', 'application'], expected_kind)
ON CONFLICT (protected_item_id) DO UPDATE SET points = alert_weaknesses.points + 1, newest_at = excluded.newest_at
WHERE alert_weaknesses.newest_at < excluded.newest_at
""")
_FORGET_WEAK = text("""
DELETE FROM alert_weaknesses AS weak WHERE NOT EXISTS (
    SELECT FROM item_health AS health WHERE health.protected_item_id = weak.protected_item_id AND health.expects_backups
    AND array_position(ARRAY['crash', 'file_system', 'application'], health.point_kind)
    < array_position(ARRAY['crash', 'file_system', 'application'], health.expected_kind))
""")
_WEAK = text("""
SELECT weak.tenant, item.id, item.vm_id, item.vault_id, vault.location, weak.points, weak.newest_at AS at,
    health.expected_kind, health.point_kind
FROM alert_weaknesses AS weak JOIN protected_items AS item ON item.id = weak.protected_item_id
JOIN item_health AS health ON health.protected_item_id = item.id JOIN vaults AS vault ON vault.id = item.vault_id
WHERE weak.points >= :points
""")
_USED = text("""
WITH today AS (SELECT date_trunc('day', clock_timestamp(), 'UTC') AS began),
limits AS (
    SELECT tenants.id AS tenant, quota.key AS quota, quota.value::bigint AS most
    FROM tenants, jsonb_each_text(tenants.quotas) AS quota WHERE quota.value ~ '^[0-9]{1,9}$'
), used AS (
    SELECT tenant, 'concurrent_restores' AS quota, NULL::uuid AS item, count(*) AS n FROM jobs
    WHERE state = ANY(:open) AND kind = ANY(:restores) AND origin = :ours GROUP BY tenant
    UNION ALL
    SELECT tenant, 'protected_items', NULL, count(*) FROM protected_items
    WHERE tenant IN (SELECT tenant FROM limits WHERE quota = 'protected_items')
    AND (purge_at IS NULL OR purge_at > clock_timestamp()) GROUP BY tenant
    UNION ALL
    SELECT tenant, 'backups_per_vm_and_day', protected_item_id, count(*) FROM jobs, today
    WHERE kind = :backup AND origin = :ours AND created_at >= today.began AND protected_item_id IS NOT NULL
    AND tenant IN (SELECT tenant FROM limits WHERE quota = 'backups_per_vm_and_day')
    GROUP BY tenant, protected_item_id
)
SELECT used.tenant, used.quota, used.item, used.n, limits.most FROM used JOIN limits USING (tenant, quota)
WHERE limits.most > 0 AND used.n >= ceil(limits.most * :near)
""")
_QUIET = text("""
SELECT tenant, key, kind FROM alerts
WHERE kind = 'job_failed' AND resolved_at IS NULL AND NOT is_storm AND seen_at < clock_timestamp() - :quiet
    AND key NOT LIKE '%/undecided'
UNION ALL
SELECT member.tenant, member.key, member.kind FROM alert_members AS member JOIN alerts ON alerts.id = member.alert_id
WHERE member.kind = 'job_failed' AND alerts.seen_at < clock_timestamp() - :quiet
""")
_PRUNE = (
    text("""
    DELETE FROM alerts WHERE id IN (SELECT id FROM alerts
    WHERE resolved_at < clock_timestamp() - make_interval(days => :days) LIMIT :most)
    """),
    text("""
    DELETE FROM alert_mails WHERE id IN (SELECT id FROM alert_mails
    WHERE ended_at < clock_timestamp() - make_interval(days => :days) LIMIT :most)
    """),
    text("""
    DELETE FROM alert_silences WHERE id IN (SELECT id FROM alert_silences
    WHERE until_at < clock_timestamp() - make_interval(days => :days) LIMIT :most)
    """),
)
_FORGET_TENANTS = (
    *(
        text(f"DELETE FROM {table} WHERE tenant NOT IN (SELECT id FROM tenants)")  # noqa: S608 - three constants
        for table in ("alert_rules", "alert_silences", "alert_weaknesses")
    ),
    text("DELETE FROM alert_mails WHERE state = 'pending' AND tenant NOT IN (SELECT id FROM tenants)"),
    text("DELETE FROM alerts WHERE resolved_at IS NULL AND tenant NOT IN (SELECT id FROM tenants)"),
)
"""What waits, or is set, in the name of a tenant that was deleted. What has ended is deleted by its age."""


async def look(session: AsyncSession, *, least_silence: timedelta) -> None:
    """Open what is wrong now by time, heal what is not so any more, and delete what is old."""
    now: datetime = (await session.scalars(select(NOW))).one()
    await _reconcile(session, AlertKind.AZURE_SILENT, await _silent(session, now, least_silence), now, has_lasted=True)
    await _reconcile(session, AlertKind.QUOTA_NEAR, await _used(session, now), now)
    await session.execute(_COUNT_WEAK)
    await session.execute(_FORGET_WEAK)
    await _reconcile(session, AlertKind.CONSISTENCY_LOST, await _weak(session, now), now)
    lapsed = await proof_lapses.lapses(session, now)
    await _reconcile(session, AlertKind.RESTORE_TEST_FAILED, lapsed, now, patterns=proof_lapses.KEYS)
    await _forget_quiet(session, now)
    for statement in _FORGET_TENANTS:
        await session.execute(statement)
    for statement, days in zip(_PRUNE, (KEPT_DAYS, MAILS_KEPT_DAYS, KEPT_DAYS), strict=True):
        await session.execute(statement, {"days": days, "most": PRUNED_AT_ONCE})


async def _silent(session: AsyncSession, now: datetime, least: timedelta) -> list[tuple[str, Told]]:
    grace = DEFAULTS[AlertKind.AZURE_SILENT].grace_seconds
    rows = (await session.execute(_SILENT, {"grace": grace, "least": least})).mappings()
    return [
        (row["tenant"], _told(row, _silence(row) if row["at"] < row["long_ago"] else _blindness(row), now))
        for row in rows
    ]


def _silence(row: RowMapping) -> Finding:
    since = row["at"].isoformat(timespec="seconds")
    return finding(
        AlertKind.AZURE_SILENT,
        str(row["vault_id"]),
        f"/v1/vaults/{row['vault_id']}",
        row["at"],
        title=f"Nothing was heard from Azure about the vault {row['name']} since {since}",
        remedy="Look whether Azure is reachable and Holdfast's identity may still read the vault: GET "
        f"/v1/permissions/check?operation=refresh_vault&vault_id={row['vault_id']}. Until then what happens in it is "
        "not known: no miss is found.",
        details={"last_heard_at": since},
        cause="silent",
        place=str(row["vault_id"]),
    )


def _blindness(row: RowMapping) -> Finding:
    since = row["settings_at"].isoformat(timespec="seconds")
    return finding(
        AlertKind.AZURE_SILENT,
        f"{row['vault_id']}/settings",
        f"/v1/vaults/{row['vault_id']}",
        row["settings_at"],
        title=f"The settings of the vault {row['name']} could not be read since {since}",
        remedy="Look whether Holdfast's identity may still read the vault itself: GET "
        f"/v1/permissions/check?operation=refresh_vault&vault_id={row['vault_id']}. Until then it is not seen "
        "when soft delete, immutability or the Resource Guard are weakened.",
        details={"last_read_at": since},
        cause="settings",
        place=str(row["vault_id"]),
    )


async def _weak(session: AsyncSession, now: datetime) -> list[tuple[str, Told]]:
    rows = (await session.execute(_WEAK, {"points": WEAK_POINTS})).mappings()
    return [(row["tenant"], _told(row, _weakness(row), now)) for row in rows]


def _weakness(row: RowMapping) -> Finding:
    name = row["vm_id"].rpartition("/")[2]
    return finding(
        AlertKind.CONSISTENCY_LOST,
        str(row["id"]),
        f"/v1/protected-items/{row['id']}",
        row["at"],
        vm_id=row["vm_id"],
        title=f"The newest {row['points']} recovery points of {name} are {row['point_kind']}-consistent, not "
        f"{row['expected_kind']}-consistent",
        remedy="Look at the VM's backup agent, VSS writers or scripts (docs/consistency.md). The points can be "
        "restored; what ran in the VM may need a repair.",
        details={"expected": row["expected_kind"], "last": row["point_kind"], "points": row["points"]},
        cause="weaker",
        place=str(row["vault_id"]),
    )


async def _used(session: AsyncSession, now: datetime) -> list[tuple[str, Told]]:
    values = {
        "open": sorted(NOT_ENDED),
        "restores": [JobKind.RESTORE.value, JobKind.MOUNT_FILES.value],
        "backup": JobKind.BACKUP.value,
        "ours": Origin.HOLDFAST.value,
        "near": NEAR,
    }
    rows = (await session.execute(_USED, values)).mappings()
    return [(row["tenant"], _told(row, _use(row, now), now)) for row in rows]


def _use(row: RowMapping, now: datetime) -> Finding:
    of_item = f"/v1/protected-items/{row['item']}" if row["item"] is not None else "/v1/me"
    return finding(
        AlertKind.QUOTA_NEAR,
        f"{row['quota']}:{row['item'] or ''}",
        of_item,
        now,
        title=f"{row['n']} of {row['most']} are used of the quota {row['quota']}",
        remedy="At the limit requests are refused with 429. Ask for a higher quota, or for less.",
        details={"quota": row["quota"], "limit": row["most"], "used": row["n"]},
    )


def _told(row: RowMapping, found: Finding, now: datetime) -> Told:
    return Told(found, now, vault_id=row.get("vault_id"), place=row.get("location") or "")


async def _reconcile(
    session: AsyncSession,
    kind: AlertKind,
    wrong: Sequence[tuple[str, Told]],
    now: datetime,
    *,
    has_lasted: bool = False,
    patterns: Sequence[str] = ("%",),
) -> None:
    """What is wrong opens, or is open already; what is open and not wrong heals.

    `has_lasted`: as in `take_in`. `patterns`: of the keys that this look decides.
    """
    alerts = Alert.kind == kind, or_(*(Alert.key.like(one) for one in patterns))
    members = AlertMember.kind == kind, or_(*(AlertMember.key.like(one) for one in patterns))
    keys = union_all(
        select(Alert.tenant, Alert.key).where(*alerts, Alert.resolved_at.is_(None), ~Alert.is_storm),
        select(AlertMember.tenant, AlertMember.key).where(*members),
    )
    opened = {(row.tenant, row.key) for row in await session.execute(keys)}
    still = {(tenant, told.finding.key) for tenant, told in wrong}
    found: dict[str, list[Told]] = {}
    for tenant, key in sorted(opened - still):
        found.setdefault(tenant, []).append(Told(finding(kind, key, "", now, opens=False), now))
    for tenant, told in wrong:
        if kind is not AlertKind.QUOTA_NEAR or (tenant, told.finding.key) not in opened:
            found.setdefault(tenant, []).append(told)
    if found:
        await take_in(session, found, has_lasted=has_lasted)


async def _forget_quiet(session: AsyncSession, now: datetime) -> None:
    found: dict[str, list[Told]] = {}
    for row in await session.execute(_QUIET, {"quiet": QUIET}):
        over = finding(AlertKind.JOB_FAILED, row.key, "", now, opens=False)
        found.setdefault(row.tenant, []).append(Told(over, now))
    if found:
        await take_in(session, found)
