"""Applies what jobs changed to our rows of the items: reads one list of the vault's items after jobs ended.

A job that Azure's schedule or another tool started, or one of ours that failed, may have changed an item: its health,
its state, its policy; a VM may have been protected, or its data deleted. That the list must be read is written with the
job's end, so it survives a crash; it is done when a list whose reading began later has been applied.

A list that lacks an item or a policy proves nothing yet (absence.py). A sweep also reads the vault's policies if an
item follows an unknown policy, or a policy was changed outside Holdfast. These requests come before the details of
ended jobs, and count against the requests that the sweep may use; what cannot be read now is read by a later sweep.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound, proves_absence
from app.azure.lists import Listed
from app.azure.ports import Policies, ProtectedItems, Vaults
from app.azure.values import AzureItem, AzurePolicy, AzureVault, ItemRef, PolicyRef, VaultRef, VmRef
from app.core.db.database import Database
from app.jobs.models import VaultWatch
from app.jobs.sweep.absence import prove
from app.jobs.sweep.results import DetailBudget, ListedItems
from app.jobs.sweep.untracked import name_items
from app.jobs.sweep.watch import Watch
from app.jobs.work import ItemIds

log = structlog.get_logger()


# --- what is owed ----------------------------------------------------------------------------------------------------
async def _pay(session: AsyncSession, watch: Watch, lists: Mapping[str, datetime | None]) -> None:
    """These lists, by column, have been applied: what they were owed for before they began is settled."""
    paid = {
        name: case((getattr(VaultWatch, name) >= read_at, getattr(VaultWatch, name)), else_=None)
        for name, read_at in lists.items()
        if read_at is not None
    }
    if not paid:
        return
    await session.execute(
        update(VaultWatch).where(VaultWatch.vault_id == watch.vault_id, VaultWatch.fence == watch.fence).values(paid)
    )


# --- how it reaches the rows of folders to the right of jobs --------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Doubts:
    """What a list of items leaves open."""

    missing: Sequence[VmRef] = ()
    """We have rows of them, and the list does not show them."""
    unknown_policy: bool = False
    """An item follows a policy that we have no row of."""


@dataclass(frozen=True, slots=True)
class InventorySeen:
    """What a sweep read of a vault. `read_at`: when the list of items began, by the database's clock."""

    items: Listed[AzureItem]
    read_at: datetime
    gone: AbstractSet[VmRef] = frozenset()
    """Azure answered 404 for each."""
    policies: Listed[AzurePolicy] | None = None
    policies_read_at: datetime | None = None
    policies_gone: AbstractSet[str] = frozenset()
    """Names, of each of which Azure said that it has no such policy."""


class TakesIn(Protocol):
    """Writes a vault's items and policies to their rows.

    Set in wiring, because these features are to the right of `jobs`.
    """

    async def doubts(self, session: AsyncSession, vault_id: UUID, items: Listed[AzureItem]) -> Doubts: ...

    async def missing_policies(
        self, session: AsyncSession, vault_id: UUID, policies: Listed[AzurePolicy]
    ) -> Sequence[str]:
        """Names of those that we have rows of, and the list does not show."""
        ...

    async def take_vault(
        self, session: AsyncSession, tenant: str, vault_id: UUID, vault: AzureVault | None, read_at: datetime
    ) -> None:
        """`vault` None = Azure has no such vault."""
        ...

    async def take_in(self, session: AsyncSession, tenant: str, vault_id: UUID, seen: InventorySeen) -> bool:
        """Whether all of it could be applied: False = a write of ours was in progress; a later list is needed."""
        ...


MISSING_AT_ONCE = 8
"""Maximum number of missing items asked for in one sweep, and of missing policies."""


def _within(spare: DetailBudget) -> Callable[[int], bool]:
    return lambda asked: asked < MISSING_AT_ONCE and spare.take()


@dataclass(frozen=True, slots=True)
class _Owed:
    items_owed_at: datetime
    policies_owed_at: datetime | None


class ItemUpdates:
    def __init__(
        self,
        database: Database,
        items: ProtectedItems,
        policies: Policies,
        rows: TakesIn,
        item_ids: ItemIds,
        vaults: Vaults | None = None,
    ) -> None:
        """`vaults` None: their settings are not read."""
        self._database = database
        self._vaults = vaults
        self._items = items
        self._policies = policies
        self._rows = rows
        self._item_ids = item_ids

    async def look_at_vault(self, watch: Watch) -> None:
        """Read the settings of the vault itself: no job shows that they were changed.

        One GET; another for a vault of before 2022, which does not show this (docs/azure.md, Soft delete: which way).
        """
        if not watch.tenant or self._vaults is None:
            return
        read_at = watch.moment()
        vault: AzureVault | None = None
        try:
            vault = await self._vaults.get(watch.vault)
            if vault.soft_delete_state is None:
                soft_delete = await self._vaults.get_soft_delete(watch.vault)
                vault = replace(vault, soft_delete_state=soft_delete.state, soft_delete_days=soft_delete.days)
        except AzureError as error:
            log.info("sweep.vault_not_read", error=str(error))
            if vault is None and not (isinstance(error, AzureNotFound) and proves_absence(error)):
                return
        async with self._database.begin() as session:
            await self._rows.take_vault(session, watch.tenant, watch.vault_id, vault, read_at)

    async def apply(self, watch: Watch, spare: DetailBudget) -> bool:
        """Whether nothing is owed any more. Where the items cannot be listed now, a later sweep pays.

        At most one list of items a sweep: what another part of it has read already is taken.
        """
        owed = await self._owed(watch)
        if owed is None or not watch.tenant:
            return True
        if spare.listed is None:
            if not spare.borrow():
                return False
            read_at = watch.moment()
            try:
                spare.listed = ListedItems(await self._items.list(watch.vault), read_at)
            except AzureError as error:
                log.info("sweep.items_not_read", error=str(error))
                return False
        seen = InventorySeen(spare.listed.items, spare.listed.read_at)
        async with self._database.begin() as session:
            doubts = await self._rows.doubts(session, watch.vault_id, seen.items)
        wants_policies = doubts.unknown_policy or owed.policies_owed_at is not None
        seen, is_whole = await self._with_missing(watch.vault, seen, doubts.missing, spare)
        has_policies = True
        if wants_policies:
            seen, has_policies = await self._with_policies(watch, seen, spare)
        return await self._take_in(watch, seen, is_whole=is_whole and has_policies, has_policies=has_policies)

    async def _owed(self, watch: Watch) -> _Owed | None:
        async with self._database.begin() as session:
            row = (
                await session.execute(
                    select(VaultWatch.items_owed_at, VaultWatch.policies_owed_at).where(
                        VaultWatch.vault_id == watch.vault_id, VaultWatch.items_owed_at.is_not(None)
                    )
                )
            ).first()
        return _Owed(row.items_owed_at, row.policies_owed_at) if row is not None else None

    async def _with_missing(
        self, vault: VaultRef, seen: InventorySeen, missing: Sequence[VmRef], spare: DetailBudget
    ) -> tuple[InventorySeen, bool]:
        """Adds Azure's answers about the items that the list lacks; also returns whether all were answered."""
        proof = await prove(missing, lambda vm: self._items.get(ItemRef(vault, vm)), _within(spare))
        shown = replace(seen.items, entries=(*seen.items, *proof.there))
        return replace(seen, items=shown, gone=proof.gone), not proof.untold

    async def _with_policies(
        self, watch: Watch, seen: InventorySeen, spare: DetailBudget
    ) -> tuple[InventorySeen, bool]:
        """With the policies; whether Azure said something of all of them."""
        if not spare.borrow():
            return seen, False
        read_at = watch.moment()
        try:
            policies = await self._policies.list(watch.vault)
        except AzureError as error:
            log.info("apply.policies_missing", error=str(error))
            return seen, False
        async with self._database.begin() as session:
            missing = await self._rows.missing_policies(session, watch.vault_id, policies)
        proof = await prove(missing, lambda name: self._policies.get(PolicyRef(watch.vault, name)), _within(spare))
        shown = replace(policies, entries=(*policies, *proof.there))
        seen = replace(seen, policies=shown, policies_read_at=read_at, policies_gone=proof.gone)
        return seen, not proof.untold

    async def _take_in(self, watch: Watch, seen: InventorySeen, *, is_whole: bool, has_policies: bool) -> bool:
        """In one transaction with the mark that the list is needed: after a crash before the commit it is still set."""
        async with self._database.begin() as session:
            is_whole = await self._rows.take_in(session, watch.tenant, watch.vault_id, seen) and is_whole
            await name_items(session, watch.vault_id, self._item_ids)
            paid = {
                "policies_owed_at": seen.policies_read_at if has_policies else None,
                "items_owed_at": seen.read_at if is_whole else None,
            }
            await _pay(session, watch, paid)
            left = await session.scalar(select(VaultWatch.items_owed_at).where(VaultWatch.vault_id == watch.vault_id))
        return left is None
