"""Writes Azure's protected items to our rows: one after a job of ours, or the whole list of a vault."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Table, TableValuedAlias, bindparam, column, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure import names
from app.azure.item_states import MAY_BE_BACKED_UP, ItemState
from app.azure.lists import Listed
from app.azure.values import AzureItem, VmRef
from app.core.db.database import NOW, TZ
from app.core.letter_case import fold_case
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import MAY_BE_IN_AZURE, TERMINAL
from app.jobs.models import Job, Origin
from app.policies.models import Policy
from app.protection import rules
from app.protection.health.store import withdraw
from app.protection.models import ProtectedItem
from app.protection.rules import ItemChanged
from app.vaults.models import Vault

ITEMS = cast("Table", ProtectedItem.__table__)

ROWS = TypeAdapter(list[dict[str, Any]])


async def record_item(
    session: AsyncSession, item_id: UUID, azure: AzureItem, *, vm_missing: bool | None = None
) -> None:
    """Write one item as Azure has it now. `vm_missing` None = the VM was not looked for."""
    row = (
        (
            await session.execute(
                select(ProtectedItem.vault_id, ProtectedItem.deleted_at, ProtectedItem.purge_at, Vault.soft_delete_days)
                .join(Vault, Vault.id == ProtectedItem.vault_id)
                .where(ProtectedItem.id == item_id)
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        return
    policies = await _policy_ids(session, row["vault_id"], azure.policy_name) if azure.policy_name else {}
    columns = rules.columns_of(azure, policies, row["soft_delete_days"])
    columns |= rules.kept_purge(dict(row), columns)
    if vm_missing is not None:
        columns["vm_missing"] = vm_missing
    await session.execute(
        update(ProtectedItem).where(ProtectedItem.id == item_id).values(columns | {"as_of": NOW, "updated_at": NOW})
    )


async def _policy_ids(session: AsyncSession, vault_id: UUID, name: str | None = None) -> dict[str, UUID]:
    """The vault's policies by name in lower case: all, or the one so named."""
    query = select(Policy.name_key, Policy.id).where(Policy.vault_id == vault_id)
    if name is not None:
        query = query.where(Policy.name_key == fold_case(name))
    return {row.name_key: row.id for row in await session.execute(query)}


async def forget_item(
    session: AsyncSession, item_id: UUID, *, state: str | None = None, job_id: UUID | None = None
) -> None:
    """Delete the item's row, so that the VM can be protected again; its jobs stay. Only in `state`."""
    only = [ITEMS.c.state == state] if state is not None else []
    await _delete(session, ITEMS.c.id == item_id, *only, job_id=job_id)


async def _delete(session: AsyncSession, *which: ColumnElement[bool], job_id: UUID | None = None) -> None:
    await withdraw(session, *which)
    await trail.delete_on_record(
        session,
        ITEMS,
        *which,
        action="forget_item",
        path="/v1/protected-items/",
        job_id=job_id,
        says=("vm_id", "vault_id", "state"),
    )


async def missing_items(session: AsyncSession, vault_id: UUID, items: Listed[AzureItem]) -> list[VmRef]:
    """VMs of the items that we have and the list does not show: none, where an entry could not be read."""
    if items.unreadable:
        return []
    shown = {names.vm_key(item.vm) for item in items}
    rows = await session.execute(
        select(ITEMS.c.vm_key, ITEMS.c.vm_id).where(ITEMS.c.vault_id == vault_id, ITEMS.c.state != ItemState.PROTECTING)
    )
    return [names.read_vm_id(row.vm_id) for row in rows if row.vm_key not in shown]


async def ids_by_vm(session: AsyncSession, vault_id: UUID) -> dict[str, UUID]:
    """The items of a vault, by the ARM id of their VM."""
    rows = await session.execute(select(ITEMS.c.vm_id, ITEMS.c.id).where(ITEMS.c.vault_id == vault_id))
    return {row.vm_id: row.id for row in rows}


async def forget_items_of(session: AsyncSession, vault_id: UUID) -> None:
    """The vault is deleted, so the rows of its items are deleted; jobs keep their history."""
    await _delete(session, ITEMS.c.vault_id == vault_id)


@dataclass(frozen=True, slots=True)
class ItemsTakenIn:
    """What `take_in_items` found and did. VMs by ARM id."""

    added: tuple[str, ...]
    changed: tuple[ItemChanged, ...]
    gone: tuple[str, ...]
    unchanged: int
    elsewhere: tuple[str, ...]
    """Azure has it in this vault, but it is recorded under another tenant, or is being protected elsewhere: not
    changed."""
    held_back: bool = False
    """Data was deleted here since the list was read: what it shows and we have no row of may be just that."""


async def take_in_items(
    session: AsyncSession,
    *,
    tenant: str,
    vault_id: UUID,
    items: Sequence[AzureItem],
    existing_vms: AbstractSet[str] | None = None,
    read_at: datetime | None = None,
    proven_gone: AbstractSet[str] | None = None,
) -> ItemsTakenIn:
    """Update our rows of one vault from Azure's list, with a few statements.

    - `items`: the **complete** list of `ProtectedItems.list(vault)`, soft-deleted ones among them. Rows of missing
      items are deleted only as `proven_gone` says.
    - The vault's row and its policies must be recorded before: policies are matched by name, in any letter case.
    - `existing_vms`: `names.vm_key` of every VM that exists in the subscriptions concerned; sets or clears
      `vm_missing`. None = not looked for, so it stays as it is.
    - `read_at`: when reading the list began; the rows' `as_of` says it. Rows that a job of ours has written since are
      newer than the list and are not changed. An item with a configuration write under way is left to that write's own
      job.
    - A VM whose row names another vault of the same tenant has moved, because Azure registers a VM with one vault at
      most. Its old row is deleted, and a new one is inserted.
    - `proven_gone`: only rows with these keys may be deleted, for each of which Azure answered 404. And an item that is
      stopped or deleted here does not count as moved, because a vault keeps the data of a VM that was moved to another
      vault. None = the caller guarantees that the list is complete.
    """
    known = await _rows_of(session, vault_id)
    busy = await _being_written(session, vault_id)
    is_newer = [key for key, row in known.items() if read_at and row["as_of"] and row["as_of"] > read_at]
    at_work = [key for key, row in known.items() if row["state"] == ItemState.PROTECTING or f"item:{row['id']}" in busy]
    found = rules.diff_items(
        known,
        items,
        await _policy_ids(session, vault_id),
        soft_delete_days=await session.scalar(select(Vault.soft_delete_days).where(Vault.id == vault_id)),
        existing_vms=existing_vms,
        left_alone=frozenset(is_newer) | frozenset(at_work),
    )
    # The rows were read first: whose row a deletion has taken by then, that deletion's job has ended by now.
    held_back = bool(found.added) and read_at is not None and await _deleted_since(session, vault_id, read_at)
    to_add = () if held_back else found.added
    at = literal(read_at, TZ) if read_at is not None else NOW
    added = await _add(session, tenant, vault_id, to_add, at, only_active=proven_gone is not None)
    not_newer = _written_before(read_at)
    await _change(session, known, found, not_newer, at)
    gone = [(id_, vm_id) for id_, vm_id in found.gone if _may_go(vm_id, proven_gone)]
    if gone:
        await _delete(session, ITEMS.c.id.in_([id_ for id_, _ in gone]), *not_newer)
    return ItemsTakenIn(
        added=tuple(row["vm_id"] for row in to_add if row["vm_key"] in added),
        changed=found.changed,
        gone=tuple(vm_id for _, vm_id in gone),
        unchanged=len(found.unchanged),
        elsewhere=tuple(row["vm_id"] for row in to_add if row["vm_key"] not in added),
        held_back=held_back,
    )


def _may_go(vm_id: str, proven_gone: AbstractSet[str] | None) -> bool:
    return proven_gone is None or names.vm_key(names.read_vm_id(vm_id)) in proven_gone


def _written_before(read_at: datetime | None) -> list[ColumnElement[bool]]:
    """Looked at once more by the statement that writes: a job may have written the row since it was read here."""
    return [or_(ITEMS.c.as_of.is_(None), ITEMS.c.as_of <= read_at)] if read_at is not None else []


async def _deleted_since(session: AsyncSession, vault_id: UUID, read_at: datetime) -> bool:
    """Whether a job of ours has deleted the item's data since.

    By our database's clock, like `read_at`, because `finished_at` is Azure's time.
    """
    is_over = (Job.state.in_(TERMINAL), Job.updated_at > read_at)
    ended = select(Job.id).where(Job.vault_id == vault_id, Job.kind == JobKind.UNPROTECT, *is_over)
    return await session.scalar(ended.limit(1)) is not None


async def _rows_of(session: AsyncSession, vault_id: UUID) -> dict[str, dict[str, Any]]:
    columns = [ITEMS.c[name] for name in ("id", "vm_id", "vm_key", "as_of", *rules.AZURE_COLUMNS)]
    rows = await session.execute(select(*columns).where(ITEMS.c.vault_id == vault_id))
    return {row["vm_key"]: dict(row) for row in rows.mappings()}


async def _being_written(session: AsyncSession, vault_id: UUID) -> set[str]:
    """The series of this vault's items that have a write under way."""
    rows = await session.scalars(
        select(Job.series).where(Job.vault_id == vault_id, Job.state.in_(MAY_BE_IN_AZURE), Job.series.is_not(None))
    )
    return {series for series in rows if series is not None}


async def _add(
    session: AsyncSession,
    tenant: str,
    vault_id: UUID,
    rows: Sequence[rules.Columns],
    at: ColumnElement[Any],
    *,
    only_active: bool,
) -> set[str]:
    """Insert the new items, which were read `at`; returns their vm_keys.

    One statement, after one that deletes the rows of VMs that have moved.

    `only_active`: an item that is stopped or deleted here, and has a row in another vault, has not moved.
    """
    if not rows:
        return set()
    moving = [row["vm_key"] for row in rows if not only_active or row["state"] in MAY_BE_BACKED_UP]
    await _delete(
        session,
        ITEMS.c.vm_key.in_(moving),
        ITEMS.c.tenant == tenant,
        ITEMS.c.vault_id != vault_id,
        ITEMS.c.state != ItemState.PROTECTING,
    )
    own = {"tenant": tenant, "vault_id": vault_id, "origin": Origin.AZURE}
    full = [dict.fromkeys(rules.AZURE_COLUMNS) | dict(row) | own | {"id": uuids.uuid7()} for row in rows]
    names_of = ("id", "tenant", "vault_id", "vm_id", "vm_key", "origin", *rules.AZURE_COLUMNS)
    seen = _as_rows(names_of)
    added = await session.execute(
        pg_insert(ITEMS)
        .from_select([*names_of, "as_of"], select(*seen.c, at), include_defaults=False)
        .on_conflict_do_nothing(index_elements=["vm_key"])
        .returning(ITEMS.c.vm_key),
        {"rows": ROWS.dump_python(full, mode="json")},
    )
    return set(added.scalars())


async def _change(
    session: AsyncSession,
    known: dict[str, dict[str, Any]],
    found: rules.ItemsDiff,
    still: Sequence[ColumnElement[bool]],
    at: ColumnElement[Any],
) -> None:
    """For unchanged items only the time of the reading is written; changed ones are updated, with one statement.

    Each row only if `still`.
    """
    if found.unchanged:
        seen_again = update(ITEMS).where(ITEMS.c.id.in_(found.unchanged), *still).values(as_of=at)
        await session.execute(seen_again)
    if found.changed:
        rows = {row["id"]: row for row in known.values()}
        full = [rows[item.id] | {name: new for name, (_, new) in item.fields.items()} for item in found.changed]
        seen = _as_rows(("id", *rules.AZURE_COLUMNS))
        await session.execute(
            update(ITEMS)
            .where(ITEMS.c.id == seen.c.id, *still)
            .values({name: seen.c[name] for name in rules.AZURE_COLUMNS} | {"as_of": at, "updated_at": NOW}),
            {"rows": ROWS.dump_python(full, mode="json")},
        )


def _as_rows(columns: Sequence[str]) -> TableValuedAlias:
    """The JSON array `:rows` as a table with these columns of ours."""
    typed = (column(name, ITEMS.c[name].type) for name in columns)
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*typed, name="seen")
    return rows.render_derived(with_types=True)
