"""The composition root: builds the Azure port from settings, and maps each kind of job to its work."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, get_args
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.gate import Gate
from app.azure.lists import Listed
from app.azure.ports import Azure
from app.azure.values import AzureItem, AzurePolicy
from app.backups.work import Backup
from app.core.clock import SystemClock
from app.core.db.database import Database
from app.core.settings import Settings
from app.cost.effects import CostEffects
from app.cost.prices.lists import PriceLists
from app.cost.prices.retail import RetailPrices
from app.jobs.sweep.apply_items import ItemUpdates
from app.jobs.work import JobKind, Work
from app.policies.records import drop_policies, missing_policies, record_azure_policies, take_in_policies
from app.policies.work import DeletePolicy, PutPolicy
from app.protection.changes import ChangeKind
from app.protection.observed import ObservedItems
from app.protection.records import forget_items_of, ids_by_vm, missing_items, take_in_items
from app.protection.work import ChangeItem, Protect
from app.restores.mount_work import SETTLE_SECONDS, MountFiles, UnmountFiles
from app.restores.work import Restoring
from app.vaults.delete_work import DeleteVault
from app.vaults.records import Children, Findings, ItemsSeen, Missing, PoliciesSeen
from app.vaults.work import AdoptVault, CreateVault, RefreshVault, UpdateVault


class LateAzure:
    """The port, built on first use and in a thread: importing the SDK costs about a second and 40 MB.

    The API is ready without it; `warm()` builds it while no caller waits.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._azure: Any = None
        self._lock = asyncio.Lock()

    async def get(self) -> Azure:
        if self._azure is None:
            async with self._lock:
                if self._azure is None:
                    self._azure = await asyncio.to_thread(self._build)
        azure: Azure = self._azure
        return azure

    async def warm(self) -> None:
        await self.get()

    async def aclose(self) -> None:
        if self._azure is not None:
            await self._azure.aclose()


def late_azure(settings: Settings, gate: Gate, *, http: httpx.AsyncClient | None = None) -> LateAzure:
    """The port to the Azure, or the simulator, that ARM_URL names; over these connections, or over its own."""

    def build() -> Any:
        from app.azure.sdk.client import build_azure  # noqa: PLC0415 - late on purpose, see LateAzure

        return build_azure(settings.arm_url, simulator=settings.simulator, http=http, gate=gate)

    return LateAzure(build)


async def _take_policies(session: AsyncSession, tenant: str, vault_id: UUID, seen: PoliciesSeen) -> Findings:
    taken = await take_in_policies(
        session, tenant=tenant, vault_id=vault_id, policies=seen.policies, read_at=seen.read_at, proven_gone=seen.gone
    )
    return Findings(len(seen.policies), taken.added, taken.changed, taken.gone, sorted(seen.unproven))


async def _take_items(session: AsyncSession, tenant: str, vault_id: UUID, seen: ItemsSeen) -> Findings:
    taken = await take_in_items(
        session,
        tenant=tenant,
        vault_id=vault_id,
        items=seen.items,
        existing_vms=seen.existing_vms,
        read_at=seen.read_at,
        proven_gone=frozenset(names.vm_key(vm) for vm in seen.gone),
    )
    changed = [item.vm_id for item in taken.changed]
    return Findings(len(seen.items), taken.added, changed, taken.gone, sorted(vm.id for vm in seen.unproven))


def children_of(database: Database) -> Children:
    """Policies and items of a vault, which are written with it although their folders are to its right."""

    async def missing(vault_id: UUID, items: Listed[AzureItem], policies: Listed[AzurePolicy]) -> Missing:
        async with database.begin() as session:
            return Missing(
                await missing_items(session, vault_id, items), await missing_policies(session, vault_id, policies)
            )

    return Children(missing, _take_policies, _take_items, drop_policies, forget_items_of)


ITEM_IDS = ids_by_vm
"""How jobs, and the API of vaults, find the items of a vault."""


def item_updates_of(database: Database, azure: Azure) -> ItemUpdates:
    """How a sweep applies what it reads of a vault's items and policies to their rows."""
    return ItemUpdates(database, azure.protected_items, azure.policies, ObservedItems(), ITEM_IDS)


def price_lists_of(settings: Settings, http: httpx.AsyncClient | None = None) -> PriceLists:
    """Azure's price list, or the simulator's samples; over these connections, or over its own."""
    return PriceLists(RetailPrices(settings.prices_origin, http), SystemClock().now)


def cost_effects_of(lists: PriceLists) -> CostEffects:
    """What the dry runs of vaults, policies and items show of their cost, whose folder is to their right."""
    return CostEffects(lists, SystemClock())


CHANGES_OF_ITEMS: tuple[ChangeKind, ...] = get_args(ChangeKind)


def works_of(azure: Azure, database: Database) -> Mapping[str, Work[Any, Any]]:
    """What the loops do for each kind of job."""
    children = children_of(database)
    works: tuple[Work[Any, Any], ...] = (
        CreateVault(azure.vaults, azure.policies, record_azure_policies),
        AdoptVault(azure, children),
        RefreshVault(azure, children),
        UpdateVault(azure.vaults, azure.protected_items),
        DeleteVault(azure.vaults, azure.protected_items, children),
        PutPolicy(azure.policies),
        DeletePolicy(azure.policies),
        Protect(azure.protected_items, azure.virtual_machines),
        *(ChangeItem(kind, azure) for kind in CHANGES_OF_ITEMS),
        Backup(azure.backups, azure.protected_items),
        Restoring(azure),
        MountFiles(azure),
        UnmountFiles(azure),
    )
    return {work.kind: work for work in works}


def settle_seconds(settings: Settings) -> Mapping[str, float]:
    """SETTLE by kind: the age of an attempt from which its absence is believed.

    Kinds that are PUTs are not in it: they read the object itself, and can be repeated.
    """
    restore = settings.settle_restore_seconds
    return {
        JobKind.RESTORE: restore,
        JobKind.BACKUP: settings.settle_backup_seconds,
        JobKind.MOUNT_FILES: min(SETTLE_SECONDS, restore),
    }
