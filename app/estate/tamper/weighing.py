"""Weighs the open drifts: one row for each vault and kind, however many items they concern."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import structlog
import uuid_utils.compat as uuids
from sqlalchemy import Row, Table, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.item_states import ItemState
from app.azure.values import PolicyDefinition
from app.core.db.database import NOW
from app.estate.drift_rules import BACKED_UP, DriftKind
from app.estate.models import EstateDrift, EstateFacts, EstateWeakening
from app.estate.tamper.radius import Concerned, Fate, WeakeningKind, kind_of, weighed
from app.jobs.models import Origin
from app.policies.changes import keeps_less
from app.policies.models import Policy
from app.policies.records import DEFINITION
from app.protection.models import ProtectedItem
from app.vaults.models import Vault

log = structlog.get_logger()

DRIFTS, FACTS = cast("Table", EstateDrift.__table__), cast("Table", EstateFacts.__table__)
WEAKENINGS = cast("Table", EstateWeakening.__table__)
SHOWN_SUBJECTS = 100
Record = Row[*tuple[Any, ...]]
Definitions = Mapping[str, PolicyDefinition | None]
"""By policy id, as Azure has them now."""


async def weigh(session: AsyncSession, tenant: str, vault_id: UUID | None) -> None:
    """Bring the rows of the tenant's vault (None = of all) in line with the drifts that are open.

    Call it under the lock of `drift_records.compare`.
    """
    of_vault = [] if vault_id is None else [DRIFTS.c.subject["vault_id"].astext == str(vault_id)]
    drifts = (
        await session.execute(
            select(DRIFTS, FACTS.c.facts)
            .outerjoin(FACTS, (FACTS.c.tenant == DRIFTS.c.tenant) & (FACTS.c.subject_key == DRIFTS.c.subject_key))
            .where(DRIFTS.c.tenant == tenant, DRIFTS.c.resolved_at.is_(None), *of_vault)
            .order_by(DRIFTS.c.id)
        )
    ).all()
    of_row = [] if vault_id is None else [WEAKENINGS.c.vault_id == vault_id]
    rows = await session.execute(
        select(
            WEAKENINGS.c.id, WEAKENINGS.c.vault_id, WEAKENINGS.c.kind, WEAKENINGS.c.signature, WEAKENINGS.c.change
        ).where(WEAKENINGS.c.tenant == tenant, WEAKENINGS.c.resolved_at.is_(None), *of_row)
    )
    known = {(str(row.vault_id), row.kind): row for row in rows}
    if not drifts and not known:
        return
    vault_ids = {str(drift.subject["vault_id"]) for drift in drifts}
    policies = await _policies(session, tenant, vault_ids)
    groups: dict[tuple[str, str], list[Record]] = {}
    for drift in drifts:
        if drift.kind != DriftKind.POLICY_SWAPPED or _is_weaker(drift, policies):
            groups.setdefault((str(drift.subject["vault_id"]), kind_of(drift.kind, drift.after)), []).append(drift)
    names = await _names(session, vault_ids)
    for key, members in groups.items():
        row, signature = known.pop(key, None), _signature(members, policies)
        if row is None or row.signature != signature:
            items = await _concerned(session, UUID(key[0]), WeakeningKind(key[1]), members, policies)
            change = {"drifts": len(members)} | news("" if row is None else row.signature, signature)
            await _write(session, tenant, key, names.get(key[0], ""), signature, members, items, change)
    if known:
        ids = [row.id for row in known.values()]
        await session.execute(update(WEAKENINGS).where(WEAKENINGS.c.id.in_(ids)).values(resolved_at=NOW))


def _is_weaker(drift: Record, policies: Definitions) -> bool:
    """Whether the other policy keeps less. One that Holdfast cannot express is not known to."""
    had, has = _definition((drift.facts or {}).get("definition")), policies.get(_policy_after(drift))
    return had is not None and has is not None and keeps_less(had, has)


def _signature(drifts: Sequence[Record], policies: Definitions) -> str:
    """A word for each drift: which it is, a colon, and what it led to."""
    of = ((one, f"{one.after} {policies.get(_policy_after(one))}") for one in drifts)
    return " ".join(sorted(f"{_short(str(one.id))}:{_short(after)}" for one, after in of))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def news(before: str, now: str) -> dict[str, Any]:
    """{added, is_worse} by two signatures: drifts that were not weighed before, and whether anything is new.

    New is also what a drift led to since. Fewer drifts are nothing new.
    """
    words = set(before.split())
    known, new = {word.partition(":")[0] for word in words}, [word for word in now.split() if word not in words]
    added = sum(word.partition(":")[0] not in known for word in new)
    return {"added": added, "is_worse": bool(new)}


def _policy_after(drift: Record) -> str:
    """The id of the policy that it leads to; empty: none."""
    is_policy = drift.subject["kind"] == "policy"
    return str(drift.subject["id"] if is_policy else (drift.after or {}).get("policy_id") or "")


async def _policies(session: AsyncSession, tenant: str, vault_ids: Iterable[str]) -> Definitions:
    of = [UUID(one) for one in vault_ids]
    theirs = select(Policy.id, Policy.definition).where(Policy.tenant == tenant, Policy.vault_id.in_(of))
    return {str(row.id): _definition(row.definition) for row in await session.execute(theirs)}


def _definition(stored: Mapping[str, Any] | None) -> PolicyDefinition | None:
    return DEFINITION.validate_python(stored) if stored else None


async def _names(session: AsyncSession, vault_ids: Iterable[str]) -> dict[str, str]:
    rows = await session.execute(select(Vault.id, Vault.name).where(Vault.id.in_([UUID(one) for one in vault_ids])))
    return {str(row.id): row.name for row in rows}


# --- the items that it concerns --------------------------------------------------------------------------------------
async def _concerned(
    session: AsyncSession, vault_id: UUID, kind: WeakeningKind, drifts: Sequence[Record], policies: Definitions
) -> list[Concerned]:
    rows = (await session.scalars(select(ProtectedItem).where(ProtectedItem.vault_id == vault_id))).all()
    of_vm = {row.vm_id: row for row in rows}
    found: dict[str, Concerned] = {}
    for drift in drifts:
        if drift.subject["kind"] == "protected_item":
            found[drift.subject["vm_id"]] = _of_item(drift, of_vm, policies)
        elif drift.subject["kind"] == "policy":
            had, has = _definition(drift.before["definition"]), _definition(drift.after["definition"])
            for row in rows:
                if str(row.policy_id) == drift.subject["id"] and row.state in BACKED_UP:
                    found.setdefault(row.vm_id, _of_row(row, had, Fate.BY_POLICY, has))
        else:
            fate = Fate.GONE if kind is WeakeningKind.DATA_DELETED else Fate.KEPT
            for row in rows:
                found.setdefault(row.vm_id, _of_row(row, policies.get(str(row.policy_id)), fate))
    return list(found.values())


def _of_row(
    row: ProtectedItem, before: PolicyDefinition | None, fate: Fate, after: PolicyDefinition | None = None
) -> Concerned:
    since, adopted = row.created_at.date(), row.origin == Origin.AZURE
    return Concerned(row.vm_id, since, row.last_recovery_point_at, before, fate, after, row.purge_at, adopted)


def _of_item(drift: Record, rows: Mapping[str, ProtectedItem], policies: Definitions) -> Concerned:
    """From its facts: the row itself goes with the data."""
    facts, row, after = drift.facts or {}, rows.get(drift.subject["vm_id"]), drift.after
    state = (after or {}).get("state")
    fate, has = Fate.KEPT, None
    if drift.kind == DriftKind.POLICY_SWAPPED:
        fate, has = Fate.BY_POLICY, policies.get(_policy_after(drift))
    elif after is None:
        fate = Fate.GONE
    elif state == ItemState.SOFT_DELETED:
        fate = Fate.HELD
    elif state == ItemState.SUSPENDED:
        fate = Fate.EXPIRING
    newest = facts.get("newest")
    return Concerned(
        drift.subject["vm_id"],
        date.fromisoformat(facts["since"]) if facts.get("since") else drift.seen_at.astimezone(UTC).date(),
        datetime.fromisoformat(newest) if newest else None,
        _definition(facts.get("definition")),
        fate,
        has,
        row.purge_at if row is not None else None,
        bool(facts.get("is_adopted", True)),
    )


async def _write(
    session: AsyncSession,
    tenant: str,
    key: tuple[str, str],
    vault: str,
    signature: str,
    drifts: Sequence[Record],
    items: Sequence[Concerned],
    change: Mapping[str, Any],
) -> None:
    now: datetime = (await session.scalars(select(NOW))).one()
    first = drifts[0]
    shown = [{name: one.subject[name] for name in ("kind", "id", "name", "vm_id")} for one in drifts[:SHOWN_SUBJECTS]]
    values = {
        "vault": vault,
        "signature": signature,
        "subjects": shown,
        "change": {"before": first.before, "after": first.after, "drift": first.kind, **change},
        "radius": weighed(items, now),
        "weighed_at": now,
    }
    made = {"id": uuids.uuid7(), "tenant": tenant, "vault_id": UUID(key[0]), "kind": key[1], "seen_at": first.seen_at}
    insert = pg_insert(WEAKENINGS).values(made | values)
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["tenant", "vault_id", "kind"],
            index_where=WEAKENINGS.c.resolved_at.is_(None),
            set_=values,
        )
    )
    log.warning("estate.weakened", kind=key[1], vault_id=key[0], drifts=len(drifts))
