"""Reads what the loop must know of our rows, and writes what it read of Azure."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ARRAY, Table, Text, any_, delete, literal, select, text, union, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import CollectionAggregate

from app.core.db.database import NOW
from app.estate.models import EstateDrift, EstateFacts, EstateScope, EstateVm, EstateWeakening
from app.estate.rules import UnreachableCode
from app.estate.views import View
from app.identity.access.grants import Grants
from app.identity.access.models import Tenant
from app.protection.health.store import remember_os
from app.protection.health.vm_tags import remember_tags
from app.protection.models import ProtectedItem
from app.vaults.models import Vault

VMS, SCOPES = cast("Table", EstateVm.__table__), cast("Table", EstateScope.__table__)
ITEMS = cast("Table", ProtectedItem.__table__)
CHUNK = 1000
"""Machines in one statement."""
KEPT_WHEN_OVER = timedelta(days=400)
"""As long as the alerts of them."""
SETTLED = timedelta(hours=1)
"""A younger item may not have reached Resource Graph."""
KEPT = timedelta(days=30)
"""How long a subscription that Azure does not list any more is remembered for a tenant that is granted everything."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is there of one tenant before a reading."""

    grants: Grants
    vms: Mapping[str, str]
    """ARM id by key, those unseen longest first: of rows, and of items whose machine is believed to be there."""
    managed: frozenset[str]
    """Keys of protected machines, but for the newest items."""
    checked: Mapping[str, datetime]
    """By scope: when Azure itself said that it is empty."""
    subscriptions: frozenset[str] = frozenset()
    """Of which something was read within `KEPT`."""


async def known_of_all(session: AsyncSession) -> dict[str, Known]:
    """By tenant. One that is granted nothing, and has no rows, is left out."""
    found: dict[str, Known] = {}
    for tenant, grants in (await session.execute(select(Tenant.id, Tenant.grants).order_by(Tenant.id))).all():
        known = await _known_of(session, tenant, Grants.read(grants))
        if known.grants.of or known.vms or known.checked:
            found[tenant] = known
    return found


async def _known_of(session: AsyncSession, tenant: str, grants: Grants) -> Known:
    of_rows = select(VMS.c.vm_key, VMS.c.vm_id).where(VMS.c.tenant == tenant)
    of_items = select(ITEMS.c.vm_key, ITEMS.c.vm_id).where(ITEMS.c.tenant == tenant, ITEMS.c.vm_missing.is_(False))
    both = union(of_rows, of_items).subquery()
    rows = await session.execute(
        select(both.c.vm_key, both.c.vm_id, (VMS.c.as_of > NOW - KEPT).label("is_young"))
        .outerjoin(VMS, (VMS.c.tenant == tenant) & (VMS.c.vm_key == both.c.vm_key))
        .order_by(VMS.c.as_of.nulls_first(), both.c.vm_key)
    )
    vms, subscriptions = dict[str, str](), set[str]()
    for row in rows:
        vms[row.vm_key] = row.vm_id
        if row.is_young:
            subscriptions.add(row.vm_key.split("/")[2])
    old = select(ITEMS.c.vm_key).where(ITEMS.c.tenant == tenant, ITEMS.c.created_at < NOW - SETTLED)
    managed = frozenset(await session.scalars(old))
    scopes = (await session.execute(select(SCOPES, NOW.label("now")).where(SCOPES.c.tenant == tenant))).all()
    subscriptions |= {row.scope.split("/")[2] for row in scopes if row.read_at and row.now - row.read_at < KEPT}
    checked = {row.scope: row.checked_at for row in scopes if row.checked_at is not None}
    return Known(grants, vms, managed, checked, frozenset(subscriptions))


async def forget_old(session: AsyncSession) -> None:
    """Rows of tenants that are no more, what was over long ago, and weakenings of vaults that we do not have."""
    for table in (EstateVm, EstateScope, EstateFacts, EstateDrift, EstateWeakening):
        await session.execute(delete(table).where(table.tenant.not_in(select(Tenant.id))))
    for table in (EstateDrift, EstateWeakening):
        await session.execute(delete(table).where(table.resolved_at < NOW - KEPT_WHEN_OVER))
    lost = (EstateWeakening.resolved_at.is_(None), EstateWeakening.vault_id.not_in(select(Vault.id)))
    await session.execute(update(EstateWeakening).where(*lost).values(resolved_at=NOW))


def vanished(known: Known, view: View) -> list[str]:
    """ARM ids of the machines that are in our rows, and in a scope that was read, and were not shown."""
    shown = {row["vm_key"] for row in view.rows}
    return [
        vm_id
        for key, vm_id in known.vms.items()
        if key not in shown and view.shows_all_of(key.split("/")[2], key.split("/")[4])
    ]


async def write(
    session: AsyncSession, tenant: str, known: Known, view: View, gone: Collection[str], began: datetime
) -> None:
    """Replace the tenant's rows by what was read. `gone`: keys of machines that Azure itself does not have."""
    uncovered = [key for key in known.vms if view.outcome_of(key) is None]
    if drop := [*uncovered, *(key for key in known.vms if key in gone)]:
        await session.execute(delete(VMS).where(VMS.c.tenant == tenant, VMS.c.vm_key == one_of(drop)))
    await _upsert(session, tenant, view, began)
    await _mark_unseen(session, tenant, view, began)
    if gone:
        await session.execute(
            update(ITEMS)
            .where(ITEMS.c.tenant == tenant, ITEMS.c.vm_key == one_of(gone), ITEMS.c.vm_missing.is_(False))
            .values(vm_missing=True, updated_at=NOW)
        )
    await _write_scopes(session, tenant, view, began)


def one_of(keys: Collection[str]) -> CollectionAggregate[bool]:
    """As one parameter: a statement takes 65,535 at most."""
    return any_(literal(list(keys), ARRAY(Text)))


_UPSERT = """
INSERT INTO estate_vms (tenant, vm_key, vm_id, location, os, size, disks, tags, tags_folded, item_vault_id,
    item_vault_key, item_state, items_known, is_current, as_of)
SELECT :tenant, seen.vm_key, seen.vm_id, seen.location, seen.os, seen.size, seen.disks, seen.tags, seen.tags_folded,
    seen.item_vault_id, seen.item_vault_key, seen.item_state, seen.items_known, true, :began
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS seen (vm_key text, vm_id text, location text, os text, size text,
    disks jsonb, tags jsonb, tags_folded jsonb, item_vault_id text, item_vault_key text, item_state text,
    items_known boolean)
ON CONFLICT (tenant, vm_key) DO UPDATE SET vm_id = excluded.vm_id, location = excluded.location, os = excluded.os,
    size = excluded.size, disks = excluded.disks, tags = excluded.tags, tags_folded = excluded.tags_folded,
    is_current = true, as_of = excluded.as_of{items}
"""
_WITH_ITEMS = """, item_vault_id = excluded.item_vault_id, item_vault_key = excluded.item_vault_key,
    item_state = excluded.item_state, items_known = excluded.items_known"""


async def _upsert(session: AsyncSession, tenant: str, view: View, began: datetime) -> None:
    statement = text(_UPSERT.format(items="" if view.items_kept else _WITH_ITEMS))
    for start in range(0, len(view.rows), CHUNK):
        rows = as_json(view.rows[start : start + CHUNK])
        await session.execute(statement, {"tenant": tenant, "rows": rows, "began": began})
        seen = view.rows[start : start + CHUNK]
        await remember_os(session, tenant, {row["vm_key"]: row["os"] for row in seen if row["os"] is not None})
        await remember_tags(session, tenant, {row["vm_key"]: row["tags_folded"] for row in seen})


async def _mark_unseen(session: AsyncSession, tenant: str, view: View, began: datetime) -> None:
    """What was not shown where all was read; and what may not be read any more."""
    keys = await session.scalars(
        select(VMS.c.vm_key).where(VMS.c.tenant == tenant, VMS.c.is_current, VMS.c.as_of < began)
    )
    lost = [key for key in keys if _is_lost(key, view)]
    if lost:
        await session.execute(
            update(VMS).where(VMS.c.tenant == tenant, VMS.c.vm_key == one_of(lost)).values(is_current=False)
        )


def _is_lost(key: str, view: View) -> bool:
    outcome = view.outcome_of(key)
    if outcome is None:
        return False
    return outcome.vms_read or (outcome.trouble is not None and outcome.trouble.code is UnreachableCode.DENIED)


async def _write_scopes(session: AsyncSession, tenant: str, view: View, began: datetime) -> None:
    ids = [scope.id for scope in view.outcomes]
    await session.execute(delete(SCOPES).where(SCOPES.c.tenant == tenant, SCOPES.c.scope.not_in(ids)))
    for scope, outcome in view.outcomes.items():
        trouble = outcome.trouble
        values: dict[str, Any] = {
            "code": trouble.code if trouble else None,
            "detail": trouble.detail if trouble else None,
        }
        if outcome.vms_read and outcome.items_read:
            values["read_at"] = began
        if outcome.is_empty:
            values["checked_at"] = began
        await session.execute(
            pg_insert(SCOPES)
            .values(tenant=tenant, scope=scope.id, **values)
            .on_conflict_do_update(index_elements=["tenant", "scope"], set_=values)
        )


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps([dict(row) for row in rows], separators=(",", ":"))
