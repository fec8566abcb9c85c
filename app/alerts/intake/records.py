"""Reads and writes alerts for the loop: the board of a tenant, and what its findings changed.

All in the transaction that moves the loop's cursor: a worker that dies has taken in nothing, and the next one takes in
the same. One loop at a time writes them, because it holds the row of the events' cursor; callers only acknowledge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.intake.board import AGAIN, STORM_WINDOW, Board, OpenAlert, Told, storm_key_of, thing_of
from app.alerts.intake.telling import tell_resolved
from app.alerts.kinds import AlertKind
from app.alerts.models import Alert, AlertMember, path_of
from app.alerts.rule_rows import rules_of
from app.alerts.rules import Effective, effective
from app.core.db.database import NOW
from app.events.quiet_changes import tell_change

ALERTS, MEMBERS = cast("Table", Alert.__table__), cast("Table", AlertMember.__table__)


async def take_in(session: AsyncSession, found: Mapping[str, Sequence[Told]], *, has_lasted: bool = False) -> None:
    """Write what follows from these findings, by tenant and in their order.

    `has_lasted`: their grace is over already: they were found by it.
    """
    rules = await rules_of(session, list(found))
    for tenant in sorted(found):
        ruled = {kind: effective(kind, rules.get((tenant, kind))) for kind in AlertKind}
        told = [_graded(one, ruled) for one in found[tenant]]
        board = Board(await _load(session, tenant, told), uuids.uuid7)
        for one in told:
            board.take(one)
        await _save(session, tenant, board, {} if has_lasted else ruled)


def _graded(one: Told, ruled: Mapping[AlertKind, Effective]) -> Told:
    return replace(one, severity=ruled[one.finding.kind].severity_of(one.finding.severity))


async def _load(session: AsyncSession, tenant: str, told: Sequence[Told]) -> list[OpenAlert]:
    """The alerts that these findings may concern, and which of their things are in storms."""
    things = sorted({(one.finding.kind.value, thing_of(one.finding.key)) for one in told})
    storms = sorted({(one.finding.kind.value, key) for one in told if one.finding.opens and (key := storm_key_of(one))})
    since = min(one.seen_at for one in told) - STORM_WINDOW
    mine = (ALERTS.c.tenant == tenant, ALERTS.c.resolved_at.is_(None))
    members = await session.execute(
        select(MEMBERS.c.alert_id, MEMBERS.c.key).where(
            MEMBERS.c.tenant == tenant, tuple_(MEMBERS.c.kind, MEMBERS.c.thing).in_(things)
        )
    )
    loaded: dict[UUID, set[str]] = {}
    for row in members:
        loaded.setdefault(row.alert_id, set()).add(row.key)
    rows: dict[UUID, Any] = {}
    wanted: list[ColumnElement[bool]] = [
        tuple_(ALERTS.c.kind, ALERTS.c.thing).in_(things),
        ALERTS.c.id.in_(list(loaded)),
    ]
    if storms:
        is_near = or_(ALERTS.c.is_storm, ALERTS.c.seen_at >= since)
        wanted.append(tuple_(ALERTS.c.kind, ALERTS.c.storm_key).in_(storms) & is_near)
    for condition in wanted:  # one at a time, each by an index of its own
        found = await session.execute(select(ALERTS).where(*mine, condition).with_for_update())
        rows |= {row.id: row for row in found}
    sizes = await _sizes(session, [row.id for row in rows.values() if row.is_storm])
    return [_opened(row, loaded.get(row.id, set()), sizes.get(row.id, 0)) for row in rows.values()]


async def _sizes(session: AsyncSession, storms: Sequence[UUID]) -> Mapping[UUID, int]:
    if not storms:
        return {}
    counted = select(MEMBERS.c.alert_id, func.count().label("n")).where(MEMBERS.c.alert_id.in_(storms))
    return {row.alert_id: row.n for row in await session.execute(counted.group_by(MEMBERS.c.alert_id))}


_KEPT = (
    "id",
    "kind",
    "key",
    "storm_key",
    "is_storm",
    "severity",
    "subject",
    "vm_id",
    "vault_id",
    "labels",
    "title",
    "remedy",
    "details",
    "count",
    "first_at",
    "last_at",
    "seen_at",
    "events",
    "state",
    "is_worse",
    "due_at",
)


def _opened(row: Any, members: set[str], size: int) -> OpenAlert:
    kept: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    return OpenAlert(
        **kept,
        is_opened=row.opened_at is not None,
        told_at=row.told_at,
        told_size=row.told_size,
        is_new=False,
        is_changed=False,
        members=members,
        others=size - len(members),
    )


async def _save(session: AsyncSession, tenant: str, board: Board, ruled: Mapping[AlertKind, Effective]) -> None:
    now: datetime = (await session.scalars(select(NOW))).one()
    changed = [one for one in board.alerts if one.is_changed]
    ended = [one for one in changed if one.is_resolved]
    unseen = [one.id for one in ended if not one.is_opened]
    gone = set(unseen)
    # What ended first: a new alert may have the key of one that has just ended.
    if old := [one.id for one in ended if not one.is_new and not one.is_opened]:
        await session.execute(delete(ALERTS).where(ALERTS.c.id.in_(old)))
    kept = [one for one in changed if one.id not in gone]
    for one in kept:
        if one.is_worse and one.told_at is not None and one.due_at is not None and one.due_at <= one.told_at:
            one.due_at = max(now, one.told_at + AGAIN)
    await _update(
        session,
        [
            _values(one) | {"b_id": one.id, "resolved_at": now if one.is_resolved else None}
            for one in sorted(kept, key=lambda one: not one.is_resolved)
            if not one.is_new
        ],
    )
    graces = {kind: rule.grace for kind, rule in ruled.items()}
    new = [
        _values(one)
        | {"id": one.id, "tenant": tenant, "thing": thing_of(one.key), "updated_at": now}
        | {"due_at": now + graces.get(AlertKind(one.kind), timedelta())}
        for one in kept
        if one.is_new
    ]
    if new:
        await session.execute(insert(ALERTS), new)
    for one in kept:
        if one.is_opened and not one.is_new:
            tell_change(session, tenant, path_of(one.id))
    await tell_resolved(session, tenant, [one.id for one in kept if one.is_resolved and not one.is_new])
    await _save_members(session, tenant, [one for one in changed if one.is_storm and one.id not in gone])


def _values(one: OpenAlert) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _KEPT if name != "id"} | {"folded_into": one.folded_into}


async def _update(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    names = [name for name in rows[0] if name != "b_id"]
    changes = {name: bindparam(f"b_{name}", type_=ALERTS.c[name].type) for name in names}
    statement = update(ALERTS).where(ALERTS.c.id == bindparam("b_id")).values({**changes, "updated_at": NOW})
    values = [{f"b_{name}": row[name] for name in names} | {"b_id": row["b_id"]} for row in rows]
    await session.execute(statement, values)


async def _save_members(session: AsyncSession, tenant: str, storms: Iterable[OpenAlert]) -> None:
    joined: list[dict[str, Any]] = []
    for storm in storms:
        if storm.left:
            await session.execute(
                delete(MEMBERS).where(MEMBERS.c.alert_id == storm.id, MEMBERS.c.key.in_(sorted(storm.left)))
            )
        joined += [
            {"alert_id": storm.id, "key": key, "tenant": tenant, "kind": storm.kind, "thing": thing_of(key)}
            for key in sorted(storm.joined)
        ]
    if joined:
        await session.execute(pg_insert(MEMBERS).on_conflict_do_nothing(), joined)
