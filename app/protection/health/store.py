"""Assesses items whose facts have changed, or whose time has come, and writes what follows.

Which items those are is found by comparing what was seen with what is there, not by a time: anything may change an
item, a policy or a rule, and however late this looks, nothing is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, load_only

from app.azure.values import PolicyDefinition
from app.core.db.database import NOW
from app.jobs.models import VaultWatch
from app.policies.models import Policy, PolicyRevision
from app.policies.records import DEFINITION
from app.protection.health import on_record
from app.protection.health.assessment import Assessment, Before, Event, Facts, HealthEventKind, assess
from app.protection.health.consistency import expected_kind
from app.protection.health.expected_runs import is_countable
from app.protection.health.known import is_running_at, known_until, state_in_sql
from app.protection.health.models import Expectation, HealthEvent, ItemHealth
from app.protection.health.rpo import Owed, RpoRule
from app.protection.models import ProtectedItem

BATCH = 500
HEALTH = cast("Table", ItemHealth.__table__)
_OF_ITEM, _OF_TENANT = aliased(Expectation, name="of_item"), aliased(Expectation, name="of_tenant")

_READ = ("id", "tenant", "vm_id", "vm_key", "state", "updated_at", "policy_id", "last_recovery_point_at", "as_of")
_FACTS: Select[Any] = (
    select(ProtectedItem, ItemHealth, Policy.revision, PolicyRevision.created_at.label("revision_at"))
    .add_columns(VaultWatch.complete_since, VaultWatch.seen_until, VaultWatch.items_owed_at, _OF_ITEM, _OF_TENANT)
    .add_columns(_OF_ITEM.updated_at.label("rule_at"), _OF_TENANT.updated_at.label("tenant_rule_at"))
    .add_columns(is_running_at(NOW).label("is_running"))
    .options(load_only(*(getattr(ProtectedItem, name) for name in _READ)))
    .select_from(ItemHealth)
    .join(ProtectedItem, ProtectedItem.id == ItemHealth.protected_item_id)
    .outerjoin(Policy, Policy.id == ProtectedItem.policy_id)
    .outerjoin(PolicyRevision, (PolicyRevision.policy_id == Policy.id) & (PolicyRevision.number == Policy.revision))
    .outerjoin(VaultWatch, VaultWatch.vault_id == ProtectedItem.vault_id)
    .outerjoin(_OF_ITEM, _OF_ITEM.protected_item_id == ProtectedItem.id)
    .outerjoin(_OF_TENANT, (_OF_TENANT.tenant == ProtectedItem.tenant) & _OF_TENANT.protected_item_id.is_(None))
)
_CHANGED = or_(
    ItemHealth.seen_item_at.is_distinct_from(ProtectedItem.updated_at),
    ItemHealth.seen_policy_id.is_distinct_from(ProtectedItem.policy_id),
    ItemHealth.seen_revision.is_distinct_from(Policy.revision),
    ItemHealth.seen_rule_at.is_distinct_from(_OF_ITEM.updated_at),
    ItemHealth.seen_tenant_rule_at.is_distinct_from(_OF_TENANT.updated_at),
    ItemHealth.seen_os.is_distinct_from(ItemHealth.os),
    # While a miss waits for a look at Azure, nothing is written: thousands of items may wait for one vault, for days.
    and_(ItemHealth.look_at <= NOW, state_in_sql(NOW) != ItemHealth.state),
)


# One statement for a whole batch.
_ROWS_OF_JSON = TypeAdapter(list[dict[str, Any]])
_FOUND = (
    "seen_item_at",
    "seen_policy_id",
    "seen_revision",
    "seen_rule_at",
    "seen_tenant_rule_at",
    "seen_os",
    "expects_backups",
    "holds_since",
    "state",
    "look_at",
    "source",
    "objective_seconds",
    "grace_seconds",
    "due_at",
    "late_at",
    "last_point_at",
    "missed_since",
    "expected_kind",
)
_NEW = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(*(column(name, HEALTH.c[name].type) for name in ("protected_item_id", *_FOUND)), name="found")
    .render_derived(with_types=True)
)
_WRITE = (
    update(HEALTH)
    .where(HEALTH.c.protected_item_id == _NEW.c.protected_item_id)
    .values({name: _NEW.c[name] for name in _FOUND})
)


async def adopt_items(session: AsyncSession, *, limit: int = 10 * BATCH) -> int:
    """Give items without one their row. Returns how many."""
    missing = (
        _ROWS.outerjoin(ItemHealth, ItemHealth.protected_item_id == ProtectedItem.id)
        .where(ItemHealth.protected_item_id.is_(None))
        .limit(limit)
    )
    return len((await session.execute(_made(missing).returning(HEALTH.c.protected_item_id))).all())


_ROWS = select(ProtectedItem.id, ProtectedItem.tenant, NOW)


def _made(rows: Select[Any]) -> Insert:
    columns = ["protected_item_id", "tenant", "look_at"]
    return pg_insert(HEALTH).from_select(columns, rows, include_defaults=False).on_conflict_do_nothing()


async def assess_due(session: AsyncSession, *, limit: int = BATCH) -> int:
    """Assess items that changed or are due; of another worker's, others. Returns how many."""
    due = _FACTS.where(_CHANGED).limit(limit).with_for_update(of=ItemHealth, skip_locked=True)
    return await _assess(session, due)


async def assess_items(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Assess these items now: a caller has just changed what is expected of them."""
    await session.execute(_made(_ROWS.where(ProtectedItem.id.in_(ids))))
    await _assess(session, _FACTS.where(ItemHealth.protected_item_id.in_(ids)).with_for_update(of=ItemHealth))


async def _assess(session: AsyncSession, query: Select[Any]) -> int:
    rows = (await session.execute(query)).all()
    if not rows:
        return 0
    now: datetime = (await session.execute(select(NOW))).scalar_one()
    definitions = await _definitions(session, {row.ProtectedItem.policy_id for row in rows})
    looked = [
        (row, assess(_facts(row, definitions.get(row.ProtectedItem.policy_id)), _before(row.ItemHealth), now))
        for row in rows
    ]
    unseen = await _unseen(session, looked)
    changes, events = [], list[dict[str, Any]]()
    for row, found in looked:
        item = row.ProtectedItem
        changes.append(_columns(row, found))
        events += [_event(item, event) for event in (*unseen.get(item.id, ()), *found.events)]
    await session.execute(_WRITE, {"rows": _ROWS_OF_JSON.dump_python(changes, mode="json")})
    if events:
        await session.execute(pg_insert(HealthEvent).values(events).on_conflict_do_nothing())
    return len(rows)


async def _definitions(session: AsyncSession, ids: Collection[UUID | None]) -> dict[UUID | None, PolicyDefinition]:
    """Each policy's definition once: thousands of items share one."""
    wanted = [id_ for id_ in ids if id_ is not None]
    rows = await session.execute(
        select(Policy.id, Policy.definition).where(Policy.id.in_(wanted), Policy.definition.is_not(None))
    )
    read = ((row.id, _definition(row.definition)) for row in rows)
    return {id_: definition for id_, definition in read if definition is not None and is_countable(definition)}


def _definition(stored: Any) -> PolicyDefinition | None:
    """None where another version of Holdfast wrote it: one policy that is not understood stops no other."""
    try:
        return DEFINITION.validate_python(stored)
    except ValidationError:
        return None


def _facts(row: Row[Any], definition: PolicyDefinition | None) -> Facts:
    item = row.ProtectedItem
    return Facts(
        state=item.state,
        updated_at=item.updated_at,
        policy_id=item.policy_id,
        revision=row.revision,
        revision_at=row.revision_at,
        definition=definition,
        last_point=item.last_recovery_point_at,
        rule=rule_of(row.of_item, row.of_tenant),
        known_until=known_until(item.as_of, row.seen_until, row.items_owed_at),
        is_running=row.is_running,
        jobs_known_since=row.complete_since,
        jobs_known_until=row.seen_until,
    )


def rule_of(item: Expectation | None, tenant: Expectation | None) -> RpoRule | None:
    """The item's own rule, and where it says nothing the tenant's."""
    rules = [rule for rule in (item, tenant) if rule is not None]
    objective = next((rule for rule in rules if rule.objective_seconds is not None), None)
    grace = next((rule.grace_seconds for rule in rules if rule.grace_seconds is not None), None)
    if objective is None and grace is None:
        return None
    since = objective.objective_since if objective is not None else rules[0].updated_at
    return RpoRule(_span(objective.objective_seconds if objective is not None else None), _span(grace), since)


def _span(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds is not None else None


def _seconds(span: timedelta | None) -> int | None:
    return int(span.total_seconds()) if span is not None else None


def owed_of(health: ItemHealth) -> Owed:
    source: Any = health.source
    return Owed(health.due_at, _span(health.grace_seconds), _span(health.objective_seconds), source)


def _before(health: ItemHealth) -> Before | None:
    """None for an item that is looked at for the first time."""
    if health.seen_item_at is None:
        return None
    return Before(
        health.expects_backups,
        health.seen_policy_id,
        health.seen_revision,
        health.holds_since,
        owed_of(health),
        health.missed_since,
    )


def _columns(row: Row[Any], found: Assessment) -> dict[str, Any]:
    item, health = row.ProtectedItem, row.ItemHealth
    return {
        "protected_item_id": item.id,
        "seen_item_at": item.updated_at,
        "seen_policy_id": item.policy_id,
        "seen_revision": row.revision,
        "seen_rule_at": row.rule_at,
        "seen_tenant_rule_at": row.tenant_rule_at,
        "seen_os": health.os,
        "expects_backups": found.expects_backups,
        "holds_since": found.holds_since,
        "state": found.state,
        "look_at": found.look_at,
        "source": found.owed.source,
        "objective_seconds": _seconds(found.owed.objective),
        "grace_seconds": _seconds(found.owed.grace),
        "due_at": found.owed.due_at,
        "late_at": found.owed.late_at,
        "last_point_at": item.last_recovery_point_at,
        "missed_since": found.missed_since,
        "expected_kind": _expected(health, row.of_item, row.of_tenant),
    }


def _expected(health: ItemHealth, item: Expectation | None, tenant: Expectation | None) -> str | None:
    rules = [rule for rule in (item, tenant) if rule is not None]
    asked: Any = next((rule.consistency for rule in rules if rule.consistency is not None), None)
    scripts = next((rule.linux_scripts_expected for rule in rules if rule.linux_scripts_expected is not None), False)
    os: Any = health.os
    return expected_kind(os, asked=asked, linux_scripts=scripts)


async def _unseen(
    session: AsyncSession, looked: Sequence[tuple[Row[Any], Assessment]]
) -> Mapping[UUID, Sequence[Event]]:
    """What happened to these items while no worker looked, unless a backup of that time is on record.

    An item shows its newest point only, which hides older ones.
    """
    asked = [
        (row, found, on_record.Run(item.tenant, item.vm_key, run.due_at, run.late_at))
        for row, found in looked
        if (run := found.unseen) is not None and run.due_at is not None and run.late_at is not None
        for item in (row.ProtectedItem,)
    ]
    covered = await on_record.covered(session, [run for _, _, run in asked])
    return {
        row.ProtectedItem.id: found.unseen_events(
            row.ItemHealth.last_point_at, row.ProtectedItem.last_recovery_point_at
        )
        for number, (row, found, _) in enumerate(asked)
        if number not in covered
    }


def _event(item: ProtectedItem, event: Event) -> dict[str, Any]:
    return {
        "tenant": item.tenant,
        "protected_item_id": item.id,
        "vm_id": item.vm_id,
        "kind": event.kind,
        "at": event.at,
        "due_at": event.of.due_at,
        "grace_seconds": _seconds(event.of.grace) or 0,
        "objective_seconds": _seconds(event.of.objective),
        "source": event.of.source,
        "point_at": event.point_at,
        "recorded_at": NOW,
    }


async def withdraw(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """These items (conditions on `protected_items`) are deleted in this transaction: no point ends their misses now."""
    health, item = ItemHealth, ProtectedItem
    ended: dict[str, Any] = {
        "tenant": health.tenant,
        "protected_item_id": item.id,
        "vm_id": item.vm_id,
        "kind": literal(HealthEventKind.WITHDRAWN.value, Text),
        "at": NOW,
        "due_at": health.due_at,
        "grace_seconds": health.grace_seconds,
        "objective_seconds": health.objective_seconds,
        "source": health.source,
        "point_at": health.last_point_at,
        "recorded_at": NOW,
    }
    missed = select(*ended.values()).join(item, item.id == health.protected_item_id)
    missed = missed.where(health.missed_since.is_not(None), *which)
    added = pg_insert(HealthEvent).from_select(list(ended), missed, include_defaults=False)
    await session.execute(added.on_conflict_do_nothing())


async def seconds_until_look(session: AsyncSession) -> float | None:
    """Until the state of the next item changes by time alone; None = of none does."""
    first = select(func.extract("epoch", func.min(ItemHealth.look_at) - NOW)).where(ItemHealth.look_at > NOW)
    seconds = await session.scalar(first)
    return max(0.0, float(seconds)) if seconds is not None else None


# --- what was read of an item elsewhere ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PointSeen:
    """The newest point of an item, as Azure showed it."""

    item_id: UUID
    time: datetime
    kind: str | None
    os: str | None


async def remember_points(session: AsyncSession, seen: Sequence[PointSeen]) -> None:
    """Keep of which kind the newest point is; of one that is older than the one known, nothing."""
    for one in seen:
        is_newer = or_(ItemHealth.point_kind_of.is_(None), ItemHealth.point_kind_of < one.time)
        values: dict[str, Any] = {"point_kind": one.kind, "point_kind_of": one.time}
        await session.execute(
            update(ItemHealth).where(ItemHealth.protected_item_id == one.item_id, is_newer).values(values)
        )
        if one.os is not None:
            await _keep_os(session, ItemHealth.protected_item_id == one.item_id, one.os)


async def remember_os(session: AsyncSession, tenant: str, os_by_vm_key: Mapping[str, str]) -> None:
    """Keep the OS of VMs that were read: `linux` or `windows` by `names.vm_key`. Items without a row get theirs."""
    for os in ("linux", "windows"):
        keys = [key for key, value in os_by_vm_key.items() if value == os]
        if keys:
            theirs = (ProtectedItem.tenant == tenant, ProtectedItem.vm_key == any_(literal(keys, ARRAY(Text))))
            await session.execute(_made(_ROWS.where(*theirs)))
            of_them = select(ProtectedItem.id).where(*theirs)
            await _keep_os(session, ItemHealth.protected_item_id.in_(of_them), os)


async def _keep_os(session: AsyncSession, which: Any, os: str) -> None:
    """Another OS is a fact that changes what is expected: the item is looked at again."""
    await session.execute(update(ItemHealth).where(which, ItemHealth.os.is_distinct_from(os)).values(os=os))
