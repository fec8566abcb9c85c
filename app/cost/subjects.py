"""Which VMs an estimate is of, as our rows have them, and what their jobs measured. Set-based: 5,000 VMs at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, and_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.item_states import WITHOUT_POLICY, ItemState
from app.azure.values import PolicyDefinition, VmRef
from app.cost.estimates import Setting
from app.cost.rules import Place
from app.cost.sizes import NOTHING_KNOWN, SizeFacts
from app.estate.models import EstateVm
from app.jobs.kinds import JobKind
from app.jobs.models import Origin
from app.policies.models import Policy
from app.policies.records import definition_of
from app.protection.health.models import ItemHealth
from app.protection.models import ProtectedItem
from app.selectors.queries import conditions
from app.selectors.rules import Selector
from app.vaults.models import Vault
from app.vaults.rules import region_of

MOST_VMS = 5_000


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One protected item as our rows have it."""

    id: UUID
    vm: VmRef
    vm_key: str
    vault_id: UUID
    policy_id: UUID | None
    state: str
    location: str
    place: Place
    definition: PolicyDefinition | None
    is_enhanced: bool
    created_at: datetime
    is_adopted: bool
    """Found in Azure with backups: it was protected before `created_at`, and since when is not known."""
    size: SizeFacts

    @property
    def setting(self) -> Setting:
        return Setting(self.place, self.definition, self.is_enhanced)


# Seen before its first backup, it had none when it was found.
_IS_ADOPTED = and_(ProtectedItem.origin != Origin.HOLDFAST, ~ProtectedItem.seen_before_first_backup)
_COLUMNS = (
    ProtectedItem.id,
    ProtectedItem.vm_id,
    ProtectedItem.vm_key,
    ProtectedItem.vault_id,
    ProtectedItem.policy_id,
    ProtectedItem.state,
    ProtectedItem.enhanced,
    ProtectedItem.created_at,
    _IS_ADOPTED.label("is_adopted"),
    Vault.location,
    Vault.redundancy,
    Vault.cross_region_restore,
)


def _items(tenant: str, limit: int | None = MOST_VMS + 1) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .where(ProtectedItem.tenant == tenant)
        .order_by(ProtectedItem.id)
        .limit(limit)
    )


async def items_by_id(session: AsyncSession, tenant: str, ids: Collection[UUID]) -> list[ItemFacts]:
    return await _read(session, tenant, _items(tenant).where(ProtectedItem.id.in_(ids)))


async def items_by_vm(session: AsyncSession, tenant: str, keys: Collection[str]) -> list[ItemFacts]:
    return await _read(session, tenant, _items(tenant).where(ProtectedItem.vm_key.in_(keys)))


async def items_of_vault(session: AsyncSession, tenant: str, vault_id: UUID) -> list[ItemFacts]:
    """At most MOST_VMS + 1 of them."""
    return await _read(session, tenant, _items(tenant).where(ProtectedItem.vault_id == vault_id))


async def items_of_policy(session: AsyncSession, tenant: str, policy_id: UUID) -> list[ItemFacts]:
    """At most MOST_VMS + 1 of them."""
    return await _read(session, tenant, _items(tenant).where(ProtectedItem.policy_id == policy_id))


async def selected_items(
    session: AsyncSession, tenant: str, wanted: Selector, *, limit: int | None = MOST_VMS + 1
) -> list[ItemFacts]:
    """At most `limit` of them, oldest first. Deleted backup data is not meant by a selection."""
    return await _read(session, tenant, _items(tenant, limit).where(*_meant(tenant, wanted)))


async def selected_ids(session: AsyncSession, tenant: str, wanted: Selector, *, limit: int) -> Sequence[UUID]:
    """The same items, by id alone."""
    found = _items(tenant, limit).with_only_columns(ProtectedItem.id).where(*_meant(tenant, wanted))
    return (await session.scalars(found)).all()


async def of_unknown_tags(session: AsyncSession, tenant: str, wanted: Selector, *, limit: int) -> dict[UUID, str]:
    """Ids of VMs, by item: those that are as wanted but for their tags, which are not known."""
    if not wanted.tags:
        return {}
    columns = (ProtectedItem.id, ProtectedItem.vm_id)
    of_any_tags = _meant(tenant, replace(wanted, tags=None))
    found = _items(tenant, limit).with_only_columns(*columns).where(*of_any_tags, _tags_of(tenant).is_(None))
    return {row.id: row.vm_id for row in await session.execute(found)}


def _meant(tenant: str, wanted: Selector) -> Iterator[ColumnElement[bool]]:
    yield ProtectedItem.state != ItemState.SOFT_DELETED
    yield from conditions(wanted, key=ProtectedItem.vm_key, location=Vault.location, tags=_tags_of(tenant))


def _tags_of(tenant: str) -> ColumnElement[Any]:
    """As the estate shows the VM, else as it was last seen: its tags are asked for also when it is gone."""
    of_vm = (EstateVm.tenant == tenant, EstateVm.vm_key == ProtectedItem.vm_key)
    there = select(EstateVm.tags_folded).where(*of_vm).scalar_subquery()
    kept = select(ItemHealth.vm_tags).where(ItemHealth.protected_item_id == ProtectedItem.id).scalar_subquery()
    return func.coalesce(there, kept, type_=JSONB)


async def _read(session: AsyncSession, tenant: str, statement: Select[*tuple[Any, ...]]) -> list[ItemFacts]:
    rows = (await session.execute(statement)).all()
    definitions = await _definitions(session, {row.policy_id for row in rows if row.policy_id is not None})
    return await facts_of(session, tenant, rows, definitions)


async def facts_of(
    session: AsyncSession,
    tenant: str,
    rows: Sequence[Row[*tuple[Any, ...]]],
    definitions: Mapping[UUID, PolicyDefinition],
) -> list[ItemFacts]:
    """The items of rows that have the names of `_COLUMNS`, with what is known of their sizes."""
    sizes = await sizes_of(session, [row.id for row in rows], tenant)
    machines = await machines_of(session, tenant, [row.vm_key for row in rows])
    found = []
    for row in rows:
        size = sizes.get(row.id, NOTHING_KNOWN)
        if row.is_adopted:  # the first backup that we know is not its first one
            size = replace(size, first_backup=None)
        machine = machines.get(row.vm_key)
        found.append(_facts(row, definitions, replace(size, disks=machine.disks) if machine is not None else size))
    return found


def _facts(row: Row[*tuple[Any, ...]], definitions: Mapping[UUID, PolicyDefinition], size: SizeFacts) -> ItemFacts:
    definition = None if row.state in WITHOUT_POLICY else definitions.get(row.policy_id)
    enhanced = row.enhanced if row.enhanced is not None else definition is not None and definition.enhanced
    return ItemFacts(
        id=row.id,
        vm=names.read_vm_id(row.vm_id),
        vm_key=row.vm_key,
        vault_id=row.vault_id,
        policy_id=row.policy_id,
        state=row.state,
        location=region_of(row.location),
        place=Place(row.redundancy, row.cross_region_restore),
        definition=definition,
        is_enhanced=enhanced,
        created_at=row.created_at,
        is_adopted=row.is_adopted,
        size=size,
    )


async def _definitions(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, PolicyDefinition]:
    wanted = list(ids)
    if not wanted:
        return {}
    rows = await session.scalars(select(Policy).where(Policy.id.in_(wanted)))
    read = ((row.id, definition_of(row)) for row in rows)
    return {policy_id: definition for policy_id, definition in read if definition is not None}


# The oldest backup that ended well, and the mean of the newest after it: two short ranges of an index for each item,
# however many jobs it has. Azure says "11394 MB"; another form, or none yet, is a size that is not known.
_MOVED = (
    "CASE WHEN result->>'backup_size' ~ '^[0-9]{1,9} MB$' THEN split_part(result->>'backup_size', ' ', 1)::bigint END"
)
_ENDED_WELL = "kind = :backup AND state IN ('succeeded', 'succeeded_with_warnings')"
_SIZES = text(f"""
SELECT item.id, first.moved AS first, later.mean, later.number
FROM unnest(:ids) AS item (id)
CROSS JOIN LATERAL (
    SELECT jobs.id, {_MOVED} AS moved FROM jobs
    WHERE tenant = :tenant AND protected_item_id = item.id AND {_ENDED_WELL}
    ORDER BY jobs.id LIMIT 1
) AS first
CROSS JOIN LATERAL (
    SELECT avg(moved) AS mean, count(moved) AS number FROM (
        SELECT {_MOVED} AS moved FROM jobs
        WHERE tenant = :tenant AND protected_item_id = item.id AND {_ENDED_WELL} AND jobs.id > first.id
        ORDER BY jobs.id DESC LIMIT 14
    ) AS newest
) AS later
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("backup", JobKind.BACKUP.value))  # noqa: S608 - constants
_MB = 2**20


async def sizes_of(session: AsyncSession, ids: Sequence[UUID], tenant: str) -> dict[UUID, SizeFacts]:
    """What the backups of these items moved; an item without one that ended well is not in it."""
    if not ids:
        return {}
    rows = await session.execute(_SIZES, {"ids": list(ids), "tenant": tenant})
    return {
        row.id: SizeFacts(
            first_backup=row.first * _MB if row.first else None,
            later_backups=Decimal(row.mean) * _MB if row.mean is not None else None,
            later_count=row.number,
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Machine:
    """A VM as the estate shows it. `disks`: their bytes together; None = not of all is the size known."""

    location: str
    disks: int | None


async def machines_of(session: AsyncSession, tenant: str, keys: Collection[str]) -> dict[str, Machine]:
    """The VMs that the estate has seen, by folded ARM id (docs/estate.md)."""
    if not keys:
        return {}
    rows = await session.execute(
        select(EstateVm.vm_key, EstateVm.location, EstateVm.disks).where(
            EstateVm.tenant == tenant, EstateVm.vm_key.in_(keys)
        )
    )
    return {row.vm_key: Machine(region_of(row.location), _bytes_of(row.disks)) for row in rows}


def _bytes_of(disks: Sequence[Mapping[str, Any]]) -> int | None:
    sizes = [disk.get("size_gib") for disk in disks]
    known = [size for size in sizes if isinstance(size, int) and size > 0]
    return sum(known) * 2**30 if known and len(known) == len(sizes) else None


async def names_of_vaults(session: AsyncSession, tenant: str) -> dict[str, str]:
    """The names of the tenant's vaults, by id."""
    rows = await session.execute(select(Vault.id, Vault.name).where(Vault.tenant == tenant))
    return {str(row.id): row.name for row in rows}
