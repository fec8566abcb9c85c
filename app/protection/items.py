"""Reads protected items: rows for answers, and what a write must know of one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.azure import names
from app.azure.values import ItemRef, VaultRef, VmRef
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.letter_case import fold_case
from app.jobs.requests.enqueue import OnlyIf
from app.protection.errors import ItemNotFound
from app.protection.health.known import in_rpo_state, with_health
from app.protection.models import ProtectedItem
from app.vaults.models import Vault


async def get_item(session: AsyncSession, tenant: str, item_id: UUID) -> ProtectedItem:
    """Raises ItemNotFound, also for another tenant's item."""
    item = await session.scalar(
        select(ProtectedItem).where(ProtectedItem.id == item_id, ProtectedItem.tenant == tenant)
    )
    if item is None:
        raise no_such_item(item_id)
    return item


def no_such_item(item_id: UUID) -> ItemNotFound:
    return ItemNotFound(f"There is no protected item {item_id}.", remedy="Take the id from GET /v1/protected-items.")


@dataclass(frozen=True, slots=True)
class ItemInAzure:
    """What a write about an item needs: its state, and its names in Azure."""

    id: UUID
    tenant: str
    vault_id: UUID
    vault_location: str
    state: str
    ref: ItemRef
    crosses_regions: bool | None = None
    """Whether its vault restores in the paired region, by our row; None = not known."""
    versions: tuple[str, str] = field(default=("", ""), compare=False)
    """Of the two rows that this was read from, the item's and its vault's: another after any change (`xmin`)."""


# One statement for item and vault, built once, of table columns. Two objects loaded one after the other took 0.9 of the
# 3.2 ms of an accepted backup; columns named by the classes would still go through the ORM (0.1 ms).
_ITEM, _VAULT = cast("Table", ProtectedItem.__table__).c, cast("Table", Vault.__table__).c
_ITEM_VERSION: ColumnElement[str] = literal_column("protected_items.xmin::text", Text)
_VAULT_VERSION: ColumnElement[str] = literal_column("vaults.xmin::text", Text)
_IN_AZURE = select(
    _ITEM.id,
    _ITEM.tenant,
    _ITEM.vault_id,
    _ITEM.state,
    _ITEM.vm_id,
    _VAULT.location,
    _VAULT.subscription_id,
    _VAULT.resource_group,
    _VAULT.name,
    _VAULT.cross_region_restore,
    _ITEM_VERSION.label("item_version"),
    _VAULT_VERSION.label("vault_version"),
).where(_VAULT.id == _ITEM.vault_id, _ITEM.tenant == bindparam("tenant"))
_IN_AZURE_BY_ID = _IN_AZURE.where(_ITEM.id == bindparam("item_id"))
_IN_AZURE_BY_VM = _IN_AZURE.where(_ITEM.vm_key == bindparam("vm_key"))


async def get_item_in_azure(session: AsyncSession, tenant: str, item_id: UUID) -> ItemInAzure:
    """Raises ItemNotFound, also for another tenant's item."""
    row = (await session.execute(_IN_AZURE_BY_ID, {"tenant": tenant, "item_id": item_id})).first()
    if row is None:
        raise no_such_item(item_id)
    return _in_azure(row)


async def get_items_in_azure(session: AsyncSession, tenant: str, ids: Collection[UUID]) -> dict[UUID, ItemInAzure]:
    """Those of these items that the tenant has, by id."""
    rows = await session.execute(_IN_AZURE.where(_ITEM.id.in_(ids)), {"tenant": tenant})
    return {row.id: _in_azure(row) for row in rows}


async def get_item_of_vm(session: AsyncSession, tenant: str, vm: VmRef) -> ItemInAzure:
    """The same, found by its VM. Raises ItemNotFound."""
    row = (await session.execute(_IN_AZURE_BY_VM, {"tenant": tenant, "vm_key": names.vm_key(vm)})).first()
    if row is None:
        raise ItemNotFound(
            f"{vm.name} is not protected here.", pointer="#/vm_id", remedy="Protect it: POST /v1/protected-items."
        )
    return _in_azure(row)


def _in_azure(row: Row[*tuple[Any, ...]]) -> ItemInAzure:
    vault = VaultRef(row.subscription_id, row.resource_group, row.name)
    ref = ItemRef(vault, names.read_vm_id(row.vm_id))
    versions = row.item_version, row.vault_version
    return ItemInAzure(
        row.id, row.tenant, row.vault_id, row.location, row.state, ref, row.cross_region_restore, versions
    )


async def backed_up_vms(session: AsyncSession, tenant: str) -> set[str]:
    """The VMs of the tenant's items, as folded ARM ids (`names.vm_key`)."""
    return set(await session.scalars(select(ProtectedItem.vm_key).where(ProtectedItem.tenant == tenant)))


# --- the list --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items to list; None = any, and of several values any of them."""

    vm: VmRef | None = None
    name: str | None = None
    """The VM's name, in any letter case."""
    part: str | None = None
    """A part of the VM's name, in any letter case."""
    vault_id: Sequence[UUID] | None = None
    policy_id: Sequence[UUID] | None = None
    state: Sequence[str] | None = None
    health: Sequence[str] | None = None
    rpo: Sequence[str] | None = None
    vm_missing: bool | None = None
    no_recovery_point_since: datetime | None = None
    """Items whose newest point is older than this, and items without a point."""
    updated_since: datetime | None = None


async def list_items(
    session: AsyncSession,
    tenant: str,
    wanted: ItemFilter,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[ProtectedItem], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(ProtectedItem).where(ProtectedItem.tenant == tenant, *_conditions(wanted))
    keys = decode_cursor(cursor, "protected_items", 1)
    after = uuid_key(keys[0]) if keys is not None else None
    parts = _parts(wanted)
    if wanted.rpo is None:
        await counter.count(session, query)
    else:
        now: datetime = (await session.execute(select(NOW))).scalar_one()
        parts = [part for state in dict.fromkeys(wanted.rpo) for part in in_rpo_state(state, now)]
        for part in parts:
            await counter.count(session, with_health(query, tenant, None).where(part))
        query = with_health(query, tenant, after)
    if after is not None:
        query = query.where(ProtectedItem.id > after)
    page, last = cut((await session.scalars(_of_each(query, parts, limit + 1))).all(), limit)
    return page, encode_cursor("protected_items", str(last.id)) if last else None


def _several(wanted: ItemFilter) -> tuple[tuple[InstrumentedAttribute[Any], Sequence[Any] | None], ...]:
    return (
        (ProtectedItem.state, wanted.state),
        (ProtectedItem.health, wanted.health),
        (ProtectedItem.policy_id, wanted.policy_id),
        (ProtectedItem.vault_id, wanted.vault_id),
    )


def _parts(wanted: ItemFilter) -> list[ColumnElement[bool]]:
    """Of the first filter with several values, each by itself."""
    several = next(((column, values) for column, values in _several(wanted) if values and len(values) > 1), None)
    return [several[0] == one for one in dict.fromkeys(several[1])] if several is not None else []


def _of_each(query: Select[ProtectedItem], parts: Sequence[ColumnElement[bool]], limit: int) -> Select[ProtectedItem]:
    """The first entries. Of several states each is read through its index to the end of the page, as for jobs."""
    ordered = query.order_by(ProtectedItem.id).limit(limit)
    if not parts:
        return ordered
    each = union_all(*(select(ordered.where(part).subquery()) for part in parts))
    merged = aliased(ProtectedItem, each.subquery())
    return select(merged).order_by(merged.id).limit(limit)


def _conditions(wanted: ItemFilter) -> Iterator[ColumnElement[bool]]:
    for column, values in _several(wanted):
        if values is not None:
            yield column.in_(values) if len(values) > 1 else column == values[0]
    for one, value in (
        (ProtectedItem.vm_key, names.vm_key(wanted.vm) if wanted.vm is not None else None),
        (ProtectedItem.vm_name_key, fold_case(wanted.name) if wanted.name is not None else None),
    ):
        if value is not None:
            yield one == value
    if wanted.part is not None:
        yield ProtectedItem.vm_name_key.contains(fold_case(wanted.part), autoescape=True)
    if wanted.vm_missing is not None:
        yield ProtectedItem.vm_missing == (true() if wanted.vm_missing else false())
    if wanted.no_recovery_point_since is not None:
        newest = ProtectedItem.last_recovery_point_at
        yield or_(newest.is_(None), newest < wanted.no_recovery_point_since)
    if wanted.updated_since is not None:
        yield ProtectedItem.updated_at >= wanted.updated_since


# --- remembering -----------------------------------------------------------------------------------------------------
_UNCHANGED = exists().where(
    _ITEM.id == bindparam("read_item", type_=_ITEM.id.type),
    _VAULT.id == _ITEM.vault_id,
    bindparam("read_item_version", type_=Text) == _ITEM_VERSION,
    bindparam("read_vault_version", type_=Text) == _VAULT_VERSION,
)


def unchanged(item: ItemInAzure) -> OnlyIf:
    """That the item's row and its vault's are still those that were read."""
    item_version, vault_version = item.versions
    return OnlyIf(
        _UNCHANGED,
        {"read_item": item.id, "read_item_version": item_version, "read_vault_version": vault_version},
    )


LIMIT = 10_000
"""Items remembered at once: about 10 MB."""


class RememberedItems:
    """Items as this process read them last, by tenant and id.

    They may have changed since, so a job is recorded only while the item is `unchanged`. Reading the item was a
    statement of its own, and 14 % of an accepted backup.
    """

    def __init__(self) -> None:
        self._items: dict[tuple[str, UUID], ItemInAzure] = {}

    def find(self, tenant: str, item_id: UUID) -> ItemInAzure | None:
        return self._items.get((tenant, item_id))

    def forget(self) -> None:
        self._items.clear()

    def keep(self, item: ItemInAzure) -> ItemInAzure:
        if len(self._items) >= LIMIT:
            self._items.clear()
        self._items[item.tenant, item.id] = item
        return item


REMEMBERED = RememberedItems()
