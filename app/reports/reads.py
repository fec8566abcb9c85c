"""Reads what a report is made of: a handful of statements, however many items there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.facts.sizes import bytes_of
from app.azure.item_states import ItemState
from app.azure.names import read_vm_id
from app.azure.values import PolicyDefinition, VaultRef, WeeklySchedule
from app.core.http.pages import first_id_of
from app.estate import service as estate
from app.estate.rules import coverage_percent
from app.evidence.proofs import is_proven
from app.identity.access.grants import Grants
from app.identity.access.models import Tenant
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL
from app.policies.records import DEFINITION
from app.protection.health.consistency import judge
from app.protection.health.point_kinds import SAME_POINT
from app.reports.day.calendar_day import WINDOW, Day
from app.reports.day.contents import stamp
from app.reports.day.facts import Facts, ItemFacts, PolicyFacts, VaultFacts, Was
from app.reports.day.histories import timed
from app.reports.day.outcomes import POLICY_CHANGES, Backup, ItemChange
from app.reports.day.plans import Revision
from app.reports.day.stored import ConsistencyJson, CoverageJson, VmJson

_ENDED_WELL: Final = sorted(state.value for state in WELL)
_CHANGES: Final = sorted(kind.value for kind in (*POLICY_CHANGES, JobKind.UNDELETE))
_RESTORES: Final = [JobKind.RESTORE.value, JobKind.MOUNT_FILES.value]

_VAULT_ROWS = text("""
SELECT vaults.id, vaults.name, vaults.subscription_id, vaults.resource_group, vaults.soft_delete_state,
       vaults.immutability, vault_watches.seen_until, vault_watches.complete_since
FROM vaults LEFT JOIN vault_watches ON vault_watches.vault_id = vaults.id
WHERE vaults.tenant = :tenant
""")
_REVISION_ROWS = text("""
SELECT policies.id, policies.vault_id, policies.name, revisions.created_at, revisions.definition
FROM policies JOIN policy_revisions AS revisions ON revisions.policy_id = policies.id
WHERE policies.tenant = :tenant ORDER BY policies.id, revisions.number
""")
_ITEM_ROWS = text("""
SELECT items.id, items.vm_id, items.vm_key, items.vault_id, items.policy_id, items.state, items.created_at,
       items.last_recovery_point_at, items.last_proven_at, items.refuted_at,
       oldest.started_at AS oldest_at, health.expected_kind,
       CASE WHEN health.point_kind_of >= items.last_recovery_point_at - CAST(:same_point AS interval)
            THEN health.point_kind END AS last_kind,
       coalesce(own_rule.grace_seconds, rule.grace_seconds) AS grace_seconds
FROM protected_items AS items
LEFT JOIN item_health AS health ON health.protected_item_id = items.id
LEFT JOIN expectations AS own_rule ON own_rule.protected_item_id = items.id
LEFT JOIN expectations AS rule ON rule.tenant = items.tenant AND rule.protected_item_id IS NULL
LEFT JOIN unnest(CAST(:policies AS uuid[]), CAST(:kept_since AS timestamptz[]), CAST(:first_ids AS uuid[]))
    AS kept (policy_id, since, first_id) ON kept.policy_id = items.policy_id
LEFT JOIN LATERAL (
    -- The first of those that came to be known first: one list of Azure is not in the order of time, and holds 42 of an
    -- item at most (7 days, every 4 hours).
    SELECT min(first.started_at) AS started_at FROM (
    SELECT jobs.started_at FROM jobs
    WHERE jobs.tenant = items.tenant AND jobs.protected_item_id = items.id AND jobs.id >= kept.first_id
      AND jobs.kind = 'backup' AND jobs.origin = 'azure' AND jobs.state = ANY(:well) AND jobs.started_at >= kept.since
    ORDER BY jobs.id LIMIT 50) AS first
) AS oldest ON true
WHERE items.tenant = :tenant AND items.created_at < :ends ORDER BY items.id
""")
_BACKUP_ROWS = text("""
SELECT id, protected_item_id, vm_key, coalesce(started_at, created_at) AS at, state, error, warnings -> 0 AS warning,
       result ->> 'backup_size' AS size, transferred_bytes
FROM (
    SELECT * FROM jobs WHERE tenant = :tenant AND started_at >= :begins AND started_at < :ends
    UNION ALL
    SELECT * FROM jobs WHERE tenant = :tenant AND started_at IS NULL AND created_at >= :begins AND created_at < :ends
      AND id >= :first_id
) AS backups
WHERE kind = 'backup'
""")
_CHANGE_ROWS = text("""
SELECT protected_item_id, kind, finished_at, ask ->> 'from_policy' AS from_policy FROM jobs
WHERE tenant = :tenant AND finished_at >= :since AND kind = ANY(:kinds) AND state = ANY(:well)
  AND protected_item_id IS NOT NULL
ORDER BY finished_at
""")
_RESTORED_ROWS = text("""
SELECT DISTINCT protected_item_id, vm_key FROM jobs
WHERE tenant = :tenant AND kind = ANY(:kinds) AND state = ANY(:well)
""")


_HISTORY_ROWS = text("""
WITH since AS (
    SELECT * FROM item_history WHERE tenant = :tenant AND at >= :begins
), before AS (
    SELECT DISTINCT ON (protected_item_id) * FROM item_history
    WHERE tenant = :tenant AND at < :begins ORDER BY protected_item_id, at DESC, id DESC
)
SELECT * FROM before WHERE state IS NOT NULL UNION ALL SELECT * FROM since ORDER BY protected_item_id, at, id
""")


async def read_facts(session: AsyncSession, tenant: str, day: Day, now: datetime) -> Facts:
    """All of the tenant that the report of this day needs. `now`: the moment it is made."""
    # First: each statement sees what is committed by then, and the jobs must not be older than what is said of them.
    vaults = await _vaults(session, tenant)
    policies = await _policies(session, tenant)
    rows = await _item_rows(session, tenant, policies.values(), day, now)
    changes = await _changes(session, tenant, day)
    restores = {"tenant": tenant, "kinds": _RESTORES, "well": _ENDED_WELL}
    restored = {key for row in await session.execute(_RESTORED_ROWS, restores) for key in row}
    history = await _history(session, tenant, day)
    items = [
        ItemFacts(
            id=str(row.id),
            vm=_vm_json(row.vm_id),
            vault_id=str(row.vault_id),
            policy_id=str(row.policy_id) if row.policy_id is not None else None,
            state=row.state,
            since=row.created_at,
            newest_point_at=row.last_recovery_point_at,
            oldest_point_at=row.oldest_at,
            consistency=_consistency(row.expected_kind, row.last_kind),
            grace=timedelta(seconds=row.grace_seconds) if row.grace_seconds is not None else None,
            is_restored=row.id in restored or row.vm_key in restored,
            is_proven=is_proven(row.last_proven_at, row.refuted_at, now),
            changes=changes.get(row.id, ()),
            history=_timed(history.pop(row.id, ()), changes.get(row.id, ())),
        )
        for row in rows
    ]
    gone = _gone_items(history, changes, day)
    items = sorted([*items, *gone.values()], key=lambda item: item.id)
    by_vm = {key: item.id for key, item in gone.items()} | {row.vm_key: str(row.id) for row in rows}
    backups = await _backups(session, tenant, day, by_vm, {item.id for item in items})
    return Facts(items, vaults, policies, backups, await _coverage(session, tenant))


async def _history(session: AsyncSession, tenant: str, day: Day) -> dict[Any, list[Any]]:
    """By item, oldest first: what it was 24 hours before the day, and everything since."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in await session.execute(_HISTORY_ROWS, {"tenant": tenant, "begins": day.begins - WINDOW}):
        found[row.protected_item_id].append(row)
    return found


def _timed(rows: Sequence[Any], changes: Sequence[ItemChange]) -> list[Was]:
    seen = [Was(row.at, row.state, str(row.policy_id) if row.policy_id is not None else None) for row in rows]
    return timed(seen, changes)


def _gone_items(
    history: Mapping[Any, Sequence[Any]], changes: Mapping[Any, Sequence[ItemChange]], day: Day
) -> dict[str, ItemFacts]:
    """Items that were there on the day and have no row any more, by the key of their VM. `history`: of all without."""
    found = {}
    for key, rows in history.items():
        last, was = rows[-1], next((row for row in reversed(rows) if row.state is not None), None)
        if last.state is not None or last.at < day.begins or last.protected_since >= day.ends:
            continue
        found[last.vm_key] = ItemFacts(
            id=str(key),
            vm=_vm_json(last.vm_id),
            vault_id=str(last.vault_id),
            policy_id=str(was.policy_id) if was is not None and was.policy_id is not None else None,
            state=was.state if was is not None else ItemState.SOFT_DELETED,
            since=last.protected_since,
            changes=changes.get(key, ()),
            history=_timed(rows, changes.get(key, ())),
        )
    return found


async def _coverage(session: AsyncSession, tenant: str) -> CoverageJson | None:
    """The estate as it was read last; None where it, or a part of it, never was."""
    grants = Grants.read(await session.scalar(select(Tenant.grants).where(Tenant.id == tenant)) or [])
    known = await estate.knowledge(session, tenant, grants, is_on=True)
    if known.as_of is None:
        return None
    groups = await estate.count_by_group(session, tenant, grants, "subscription")
    by_state = Counter[str]()
    for counted in groups.values():
        by_state.update(counted)
    return {
        "total": by_state.total(),
        "by_state": dict(sorted(by_state.items())),
        "coverage_percent": coverage_percent(by_state),
        "as_of": stamp(known.as_of),
    }


async def _vaults(session: AsyncSession, tenant: str) -> dict[str, VaultFacts]:
    return {
        str(row.id): VaultFacts(
            str(row.id),
            row.name,
            VaultRef(row.subscription_id, row.resource_group, row.name).id,
            row.seen_until,
            row.soft_delete_state,
            row.immutability,
            row.complete_since,
        )
        for row in await session.execute(_VAULT_ROWS, {"tenant": tenant})
    }


async def _policies(session: AsyncSession, tenant: str) -> dict[str, PolicyFacts]:
    found: dict[str, PolicyFacts] = {}
    revisions: defaultdict[str, list[Revision]] = defaultdict(list)
    for row in await session.execute(_REVISION_ROWS, {"tenant": tenant}):
        key = str(row.id)
        definition = DEFINITION.validate_python(row.definition) if row.definition is not None else None
        revisions[key].append(Revision(row.created_at, definition))
        found[key] = PolicyFacts(key, str(row.vault_id), row.name, revisions[key])
    return found


async def _item_rows(
    session: AsyncSession, tenant: str, policies: Iterable[PolicyFacts], day: Day, now: datetime
) -> Sequence[Any]:
    kept = {policy.id: since for policy in policies if (since := _kept_since(policy, now)) is not None}
    values = {
        "tenant": tenant,
        "ends": day.ends,
        "policies": list(kept),
        "kept_since": list(kept.values()),
        "first_ids": [first_id_of(since) for since in kept.values()],
        "well": _ENDED_WELL,
        "same_point": SAME_POINT,
    }
    return (await session.execute(_ITEM_ROWS, values)).all()


def _kept_since(policy: PolicyFacts, now: datetime) -> datetime | None:
    """Since when the policy keeps the point of every run, not only of chosen days. None = that is not known."""
    definition = policy.revisions[-1].definition
    return now - timedelta(days=days) if definition is not None and (days := _days_of_all(definition)) else None


def _days_of_all(definition: PolicyDefinition) -> int:
    retention = definition.retention
    if retention.daily is not None:
        return min(retention.daily.count, 36_500)
    is_weekly = isinstance(definition.schedule, WeeklySchedule) and retention.weekly is not None
    return min(7 * retention.weekly.count, 36_500) if is_weekly and retention.weekly is not None else 0


async def _backups(
    session: AsyncSession, tenant: str, day: Day, by_vm: Mapping[str, str], known: AbstractSet[str]
) -> dict[str, list[Backup]]:
    """By item; of a job that names no item here, by its VM."""
    values = {
        "tenant": tenant,
        "begins": day.begins,
        "ends": day.ends + WINDOW,
        "first_id": first_id_of(day.begins),
    }
    found: defaultdict[str, list[Backup]] = defaultdict(list)
    for row in await session.execute(_BACKUP_ROWS, values):
        item = str(row.protected_item_id)
        key = item if item in known else by_vm.get(row.vm_key or "")
        if key is not None:
            moved = bytes_of(row.size) if row.size is not None else row.transferred_bytes
            found[key].append(Backup(str(row.id), row.at, row.state, row.error, row.warning, moved))
    return found


async def _changes(session: AsyncSession, tenant: str, day: Day) -> dict[Any, list[ItemChange]]:
    values = {"tenant": tenant, "since": day.begins - WINDOW, "kinds": _CHANGES, "well": _ENDED_WELL}
    found: defaultdict[Any, list[ItemChange]] = defaultdict(list)
    for row in await session.execute(_CHANGE_ROWS, values):
        found[row.protected_item_id].append(ItemChange(row.finished_at, row.kind, row.from_policy))
    return found


def _consistency(expected: Any, last: Any) -> ConsistencyJson:
    """Of the newest point, as far as it was read."""
    found = judge(expected, last)
    return {"expected": found.expected, "last": found.last, "met": found.met}


def _vm_json(vm_id: str) -> VmJson:
    vm = read_vm_id(vm_id)
    return {"id": vm_id, "name": vm.name, "resource_group": vm.resource_group, "subscription_id": vm.subscription_id}
