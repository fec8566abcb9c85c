"""Asking for protection and reading protected items."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import AzureNotFound
from app.azure.ports import VirtualMachines
from app.azure.reading import if_reachable
from app.azure.values import AzureVm, DiskSelection, ItemRef, PolicyRef, ProtectOrder, VaultRef, VmRef
from app.core.errors import Unavailable
from app.core.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.jobs import store
from app.jobs.models import Job
from app.jobs.store import Asked, NewJob
from app.policies.models import Policy
from app.policies.service import get_ready_policy
from app.protection import rules
from app.protection.errors import (
    ItemNotFound,
    PolicyOfAnotherVault,
    VaultNotDecided,
    VmAlreadyProtected,
    VmNotFound,
)  # fmt: skip
from app.protection.models import ProtectedItem
from app.vaults.models import Vault
from app.vaults.service import get_ready_vault, ready_vaults_in

ORDER = TypeAdapter(ProtectOrder)


async def find_vm(virtual_machines: VirtualMachines, vm: VmRef) -> AzureVm | None:
    """The VM as Azure has it; None when Azure is away. Raises VmNotFound."""
    try:
        return await if_reachable(virtual_machines.get(vm))
    except AzureNotFound as missing:
        raise VmNotFound(
            f"Azure has no virtual machine {vm.name} in {vm.resource_group}.",
            pointer="#/vm_id", azure_code=missing.code, remedy="Check the id's subscription, resource group and name.",
        ) from None  # fmt: skip


async def choose_vault(session: AsyncSession, tenant: str, vault_id: UUID | None, vm: AzureVm | None) -> Vault:
    """The vault named, else the one vault of the VM's region. Raises VaultNotDecided, RegionMismatch, Unavailable."""
    if vault_id is not None:
        vault = await get_ready_vault(session, tenant, vault_id)
        if vm is not None:
            rules.check_region(vm, vault.location, vault.name)
        return vault
    if vm is None:
        raise Unavailable(
            "The VM's region is not known now: Azure cannot be reached.", pointer="#/vault_id", retry_after=5,
            remedy="Name the vault_id, or send the request again after Retry-After.",
        )  # fmt: skip
    candidates = await ready_vaults_in(session, tenant, vm.location.replace(" ", "").lower())
    if len(candidates) != 1:
        raise VaultNotDecided(
            f"{vm.location} has {len(candidates)} vaults, so vault_id must say which.",
            pointer="#/vault_id", remedy="Name one of the candidates, or create a vault in that region.",
            candidates=[{"id": str(vault.id), "name": vault.name} for vault in candidates],
        )  # fmt: skip
    return candidates[0]


async def request_protection(
    session: AsyncSession,
    asked: Asked,
    *,
    vault: Vault,
    vm: VmRef,
    policy_id: UUID,
    disks: DiskSelection | None,
) -> Job:
    """Record the item as `protecting` and the job that protects it.

    Raises VmAlreadyProtected and what policies raise.
    """
    policy = await get_ready_policy(session, vault.tenant, policy_id)
    _check_policy_of(policy, vault)
    item_id = uuids.uuid7()
    order = ProtectOrder(ItemRef(vault.ref, vm), PolicyRef(vault.ref, policy.name), disks)
    job, is_new = await store.enqueue(
        session,
        NewJob(
            kind="protect", asked=asked, ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/protected-items/{item_id}", resource_id=item_id, vault_id=vault.id,
            protected_item_id=item_id,
        ),
    )  # fmt: skip
    if is_new:
        session.add(
            ProtectedItem(
                id=item_id, tenant=vault.tenant, vault_id=vault.id, policy_id=policy.id, vm_id=vm.id,
                vm_key=names.vm_key(vm), state="protecting",
                included_luns=list(disks.luns) if disks and disks.include else None,
                excluded_luns=list(disks.luns) if disks and not disks.include else None,
            )
        )  # fmt: skip
        try:
            await session.flush()
        except IntegrityError:
            raise VmAlreadyProtected(
                f"{vm.name} is protected already, or being protected.", pointer="#/vm_id",
                remedy="Find it with GET /v1/protected-items?vm_id=...",
            ) from None  # fmt: skip
    return job


def _check_policy_of(policy: Policy, vault: Vault) -> None:
    if policy.vault_id != vault.id:
        raise PolicyOfAnotherVault(
            f"The policy {policy.name} does not belong to the vault {vault.name}.", pointer="#/policy_id",
            remedy=f"Use a policy of GET /v1/vaults/{vault.id}/policies.",
        )  # fmt: skip


# --- reading ---------------------------------------------------------------------------------------------------------
async def get_item(session: AsyncSession, tenant: str, item_id: UUID) -> ProtectedItem:
    """Raises ItemNotFound, also for another tenant's item."""
    item = await session.scalar(
        select(ProtectedItem).where(ProtectedItem.id == item_id, ProtectedItem.tenant == tenant)
    )
    if item is None:
        raise _no_such_item(item_id)
    return item


def _no_such_item(item_id: UUID) -> ItemNotFound:
    return ItemNotFound(f"There is no protected item {item_id}.", remedy="Take the id from GET /v1/protected-items.")


@dataclass(frozen=True, slots=True)
class ItemInAzure:
    """What a write about an item must know of it: where it stands, and how Azure knows it."""

    id: UUID
    tenant: str
    vault_id: UUID
    vault_location: str
    state: str
    ref: ItemRef
    crosses_regions: bool | None = None
    """Whether its vault restores in the paired region, by our row; None = not known."""


# Item and vault in one statement that is built once, and columns instead of objects: 0.9 ms less for each accepted
# backup than two objects loaded one after the other, a third of the whole request.
_IN_AZURE = select(
    ProtectedItem.id, ProtectedItem.tenant, ProtectedItem.vault_id, ProtectedItem.state, ProtectedItem.vm_id,
    Vault.location, Vault.subscription_id, Vault.resource_group, Vault.name, Vault.cross_region_restore,
).join(Vault, Vault.id == ProtectedItem.vault_id).where(ProtectedItem.tenant == bindparam("tenant"))  # fmt: skip
_IN_AZURE_BY_ID = _IN_AZURE.where(ProtectedItem.id == bindparam("item_id"))
_IN_AZURE_BY_VM = _IN_AZURE.where(ProtectedItem.vm_key == bindparam("vm_key"))


async def get_item_in_azure(session: AsyncSession, tenant: str, item_id: UUID) -> ItemInAzure:
    """Raises ItemNotFound, also for another tenant's item."""
    row = (await session.execute(_IN_AZURE_BY_ID, {"tenant": tenant, "item_id": item_id})).first()
    if row is None:
        raise _no_such_item(item_id)
    return _in_azure(row)


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
    ref = ItemRef(vault, names.parse_vm_id(row.vm_id))
    return ItemInAzure(row.id, row.tenant, row.vault_id, row.location, row.state, ref, row.cross_region_restore)


async def list_items(
    session: AsyncSession,
    tenant: str,
    *,
    vm: VmRef | None,
    vault_id: UUID | None,
    policy_id: UUID | None,
    state: str | None,
    limit: int,
    cursor: str | None,
) -> tuple[list[ProtectedItem], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(ProtectedItem).where(ProtectedItem.tenant == tenant).order_by(ProtectedItem.id).limit(limit + 1)
    for column, value in (
        (ProtectedItem.vm_key, names.vm_key(vm) if vm else None),
        (ProtectedItem.vault_id, vault_id),
        (ProtectedItem.policy_id, policy_id),
        (ProtectedItem.state, state),
    ):
        if value is not None:
            query = query.where(column == value)
    keys = decode_cursor(cursor, "protected_items", 1)
    if keys is not None:
        query = query.where(ProtectedItem.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("protected_items", str(last.id)) if last else None
