"""Reads the estate for answers; none of it asks Azure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import RowMapping, Table, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, text_key, uuid_key
from app.estate import queries
from app.estate.models import EstateDrift, EstateReading, EstateScope
from app.estate.queries import Filters
from app.estate.reading import NAME
from app.estate.rules import EstateState, Scope, UnreachableCode, scopes_of
from app.identity.access.caller import Caller
from app.identity.access.grants import Grants
from app.jobs.work import LoopName

SCOPES = cast("Table", EstateScope.__table__)
SOONEST = timedelta(seconds=60)
"""Between the beginnings of two readings, however often one is wanted."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """A scope that is not known, or not whole."""

    scope: str
    code: UnreachableCode
    detail: str


@dataclass(frozen=True, slots=True)
class Known:
    """How far the rows may be trusted. `as_of`: the oldest reading of a scope; None = one was never read."""

    as_of: datetime | None
    unreachable: tuple[Unreached, ...] = field(default=())

    @property
    def troubled(self) -> tuple[str, ...]:
        """How the keys begin of VMs whose scope is not known, or not whole."""
        return tuple(f"{one.scope.rstrip('/').lower()}/" for one in self.unreachable)


async def knowledge(session: AsyncSession, tenant: str, grants: Grants, *, is_on: bool) -> Known:
    """`is_on`: whether this installation reads the estate."""
    rows = (await session.execute(select(SCOPES).where(SCOPES.c.tenant == tenant).order_by(SCOPES.c.scope))).all()
    known = {row.scope: row for row in rows}
    granted = [Scope(*_parts(row.scope)) for row in rows] if grants.hold_everything else scopes_of(grants, ())
    unreached = [
        Unreached(row.scope, UnreachableCode(row.code), row.detail or "")
        for row in rows
        if row.code is not None and row.scope in {one.id for one in granted}
    ]
    never = UnreachableCode.NOT_READ_YET if is_on else UnreachableCode.READING_OFF
    detail = "The first reading has not ended yet." if is_on else "This installation does not read the estate."
    if grants.hold_everything and not rows:
        unreached.append(Unreached("/", never, detail))
    unreached += [Unreached(one.id, never, detail) for one in granted if one.id not in known]
    times = [known[one.id].read_at if one.id in known else None for one in granted]
    read = [at for at in times if at is not None]
    return Known(min(read) if read and len(read) == len(times) else None, tuple(unreached))


def _parts(scope: str) -> tuple[str, str]:
    parts = scope.split("/")
    return parts[2], parts[4] if len(parts) > 4 else ""


async def list_machines(
    session: AsyncSession,
    tenant: str,
    grants: Grants,
    filters: Filters,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[RowMapping], str | None]:
    """By id: the page, and the cursor of the next one."""
    vms = queries.machines(tenant, grants)
    query = queries.filtered(vms, filters).order_by(vms.c.vm_key).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "estate_vms", 1)
    if keys is not None:
        query = query.where(vms.c.vm_key > text_key(keys[0]))
    page, last = cut((await session.execute(query)).mappings().all(), limit)
    return page, encode_cursor("estate_vms", last["vm_key"]) if last else None


async def count_by_group(
    session: AsyncSession, tenant: str, grants: Grants, group_by: str
) -> Mapping[str | None, Mapping[str, int]]:
    """{group: {state: machines}}, by the group's key; None = machines without the tag."""
    vms = queries.machines(tenant, grants)
    key = queries.group_key(vms, group_by).label("key")
    counted = select(key, vms.c.state, func.count().label("count")).group_by(key, vms.c.state)
    found: dict[str | None, dict[str, int]] = {}
    for row in (await session.execute(counted.order_by(key))).mappings():
        found.setdefault(row["key"], {})[row["state"]] = row["count"]
    return found


async def count_proofs(
    session: AsyncSession, tenant: str, grants: Grants, group_by: str
) -> Mapping[str | None, Mapping[str, int]]:
    """{group: {rules.Proof: machines}}, of those that have a protected item and are there."""
    vms = queries.machines(tenant, grants)
    key, proof = queries.group_key(vms, group_by).label("key"), queries.proof(vms).label("proof")
    there = (vms.c.protected_item_id.is_not(None), vms.c.state != EstateState.VM_MISSING)
    found: dict[str | None, dict[str, int]] = {}
    counted = select(key, proof, func.count().label("count")).where(*there).group_by(key, proof)
    for row in (await session.execute(counted)).mappings():
        found.setdefault(row["key"], {})[row["proof"]] = row["count"]
    return found


async def list_drift(
    session: AsyncSession,
    tenant: str,
    *,
    is_open: bool | None,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[Sequence[EstateDrift], str | None]:
    """Newest first."""
    query = select(EstateDrift).where(EstateDrift.tenant == tenant).order_by(EstateDrift.id.desc()).limit(limit + 1)
    if is_open is not None:
        resolved = EstateDrift.resolved_at
        query = query.where(resolved.is_(None) if is_open else resolved.is_not(None))
    await counter.count(session, query)
    keys = decode_cursor(cursor, "estate_drift", 1)
    if keys is not None:
        query = query.where(EstateDrift.id < uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("estate_drift", str(last.id)) if last else None


async def want_reading(session: AsyncSession, caller: Caller) -> datetime:
    """Have the estate read again, as soon as that may be: the time from which it is due."""
    due_at, began_at = EstateReading.due_at, EstateReading.began_at
    soon = func.greatest(began_at + SOONEST, NOW)
    await session.execute(pg_insert(EstateReading).values(name=NAME).on_conflict_do_nothing())
    due: datetime = (
        await session.execute(
            update(EstateReading)
            .where(EstateReading.name == NAME)
            .values(due_at=case((due_at > NOW, func.least(due_at, soon)), else_=soon))
            .returning(due_at)
        )
    ).scalar_one()
    await trail.record(session, caller, target="/v1/estate/refresh")
    wake(session, LoopName.ESTATE)
    return due
