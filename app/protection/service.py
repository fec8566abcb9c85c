"""Requests protection."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Text, any_, func, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.grants import check_granted
from app.azure.item_states import ItemState
from app.azure.values import AzureVm, DiskSelection, ItemRef, PolicyRef, ProtectOrder, VaultRef, VmRef
from app.core.db.database import NOW
from app.core.errors import ServiceError
from app.core.letter_case import fold_case
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaUsedUp
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.requests.quotas import hold_quota
from app.policies.models import Policy
from app.policies.service import get_policy, get_ready_policy
from app.protection import rules
from app.protection.changes import Change
from app.protection.errors import PolicyOfAnotherVault, VmAlreadyProtected, VmProtectedElsewhere
from app.protection.health.store import remember_os
from app.protection.models import ProtectedItem
from app.protection.optional_reads import Overdue, VmSeen
from app.protection.records import forget_item
from app.vaults.models import Vault
from app.vaults.service import get_ready_vault

ORDER: TypeAdapter[ProtectOrder] = TypeAdapter(ProtectOrder)
CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
"""The form of an order and of a change in `jobs.ask`."""
PROTECTED_ITEMS = "protected_items"


async def choose_vault(
    session: AsyncSession, tenant: str, vault_id: UUID | None, policy_id: UUID, vm: AzureVm | None
) -> Vault:
    """The named vault, or else the vault of the named policy.

    Raises VaultNotReady, RegionMismatch, and not-found problems.

    If the VM's region cannot be read now, the worker and Azure compare it.
    """
    pointer = "#/vault_id" if vault_id is not None else "#/policy_id"
    if vault_id is None:
        vault_id = (await get_policy(session, tenant, policy_id)).vault_id
    vault = await get_ready_vault(session, tenant, vault_id)
    if vm is not None:
        rules.check_region(vm, vault.location, vault.name, pointer)
    return vault


async def request_protection(
    session: AsyncSession,
    asked: Asked,
    *,
    vm: VmRef,
    vault_id: UUID | None,
    policy_id: UUID,
    disks: DiskSelection | None,
    seen: VmSeen,
    parent_id: UUID | None = None,
) -> Job:
    """Record the job that protects a VM, which is free by our rows and by what was `seen`.

    Raises NotGranted, DiskNotThere, and what `choose_vault`, `check_free` and policies raise.
    """
    caller = asked.caller
    vault = await choose_vault(session, caller.tenant, vault_id, policy_id, seen.vm)
    check_granted(caller.membership.grants, vault.ref, "#/vault_id" if vault_id else "#/policy_id")
    rules.check_luns(seen.vm, disks)
    await check_free(session, caller.tenant, vm, vault, seen.protecting, seen.gone)
    job = await _record(session, asked, vault, vm, policy_id, disks, parent_id)
    if seen.vm is not None and seen.vm.os is not None:
        await remember_os(session, caller.tenant, {names.vm_key(vm): seen.vm.os})
    return job


async def refusals(
    session: AsyncSession, caller: Caller, vms: Sequence[VmRef], *, vault_id: UUID | None, policy_id: UUID
) -> list[ServiceError | None]:
    """What a request to protect each of these VMs would be refused for, by our rows. In sets; nothing is written."""
    try:
        vault = await choose_vault(session, caller.tenant, vault_id, policy_id, None)
        check_granted(caller.membership.grants, vault.ref)
        check_policy_of(await get_ready_policy(session, caller.tenant, policy_id), vault)
    except ServiceError as no:
        return [no] * len(vms)
    keys = [names.vm_key(vm) for vm in vms]
    mine = (ProtectedItem.tenant == caller.tenant, ProtectedItem.vm_key == any_(literal(keys, ARRAY(Text))))
    rows = await session.execute(select(ProtectedItem.vm_key, ProtectedItem.id, ProtectedItem.state).where(*mine))
    known = {key: (item_id, state) for key, item_id, state in rows}
    return [_refusal(caller, vm, known.get(key)) for key, vm in zip(keys, vms, strict=True)]


def _refusal(caller: Caller, vm: VmRef, known: tuple[UUID, str] | None) -> ServiceError | None:
    try:
        check_granted(caller.membership.grants, vm)
    except ServiceError as no:
        return no
    if known is None:
        return None
    item_id, state = known
    return _protected_already(vm, item=f"/v1/protected-items/{item_id}", state=state)


async def _record(
    session: AsyncSession,
    asked: Asked,
    vault: Vault,
    vm: VmRef,
    policy_id: UUID,
    disks: DiskSelection | None,
    parent_id: UUID | None,
) -> Job:
    """The item as `protecting`, and its job. Raises VmAlreadyProtected, QuotaUsedUp and what policies raise."""
    policy = await get_ready_policy(session, vault.tenant, policy_id)
    check_policy_of(policy, vault)
    item_id = uuids.uuid7()
    order = ProtectOrder(ItemRef(vault.ref, vm), PolicyRef(vault.ref, policy.name), disks, vault.location)
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.PROTECT,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/protected-items/{item_id}",
            resource_id=item_id,
            vault_id=vault.id,
            protected_item_id=item_id,
            vm=vm,
            series=series_of(item_id),
            parent_id=parent_id,
        ),
    )
    if is_new:
        session.add(_new_item(item_id, vault, policy.id, vm, disks))
        try:
            await session.flush()
        except IntegrityError:
            raise _protected_already(vm) from None
        await _check_quota(session, asked.caller)
    return job


async def _check_quota(session: AsyncSession, caller: Caller) -> None:
    """Whether the item just recorded is within the tenant's quota. Raises QuotaUsedUp.

    Soft-deleted items count until Azure purges them: their data is still kept.
    """
    limit = await hold_quota(session, caller, PROTECTED_ITEMS)
    if limit is None:
        return
    used = await items_kept(session, caller.tenant) - 1
    if used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} protected items and may have {limit}.",
            quota=PROTECTED_ITEMS,
            limit=limit,
            used=used,
            remedy="Delete the backup data of one, or ask for a higher quota.",
        )


async def items_kept(session: AsyncSession, tenant: str) -> int:
    """How many items count towards the tenant's quota."""
    is_kept = or_(ProtectedItem.purge_at.is_(None), ProtectedItem.purge_at > NOW)
    count = select(func.count()).where(ProtectedItem.tenant == tenant, is_kept)
    return int(await session.scalar(count) or 0)


def _new_item(item_id: UUID, vault: Vault, policy_id: UUID, vm: VmRef, disks: DiskSelection | None) -> ProtectedItem:
    return ProtectedItem(
        id=item_id,
        tenant=vault.tenant,
        vault_id=vault.id,
        policy_id=policy_id,
        vm_id=vm.id,
        vm_key=names.vm_key(vm),
        state=ItemState.PROTECTING,
        **rules.disk_columns(disks),
    )


def _protected_already(vm: VmRef, state: str | None = None, **facts: Any) -> VmAlreadyProtected:
    said, remedy = rules.already_there(state)
    shown = facts | ({"state": state} if state else {})
    return VmAlreadyProtected(f"{vm.name} {said}.", pointer="#/vm_id", remedy=remedy, **shown)


def series_of(item_id: UUID) -> str:
    """Configuration writes to one item run one at a time, in the order asked; backups and restores are not in it."""
    return f"item:{item_id}"


def check_policy_of(policy: Policy, vault: Vault, pointer: str = "#/policy_id") -> None:
    if policy.vault_id != vault.id:
        raise PolicyOfAnotherVault(
            f"The policy {policy.name} does not belong to the vault {vault.name}.",
            pointer=pointer,
            remedy=f"Use a policy of GET /v1/vaults/{vault.id}/policies.",
        )


async def overdue_item(session: AsyncSession, tenant: str, vm: VmRef) -> Overdue | None:
    row = (
        await session.execute(
            select(ProtectedItem.id, ProtectedItem.vm_id, Vault)
            .join(Vault, Vault.id == ProtectedItem.vault_id)
            .where(
                ProtectedItem.vm_key == names.vm_key(vm), ProtectedItem.tenant == tenant, ProtectedItem.purge_at <= NOW
            )
        )
    ).first()
    return Overdue(row.id, ItemRef(row.Vault.ref, names.read_vm_id(row.vm_id))) if row is not None else None


async def check_free(
    session: AsyncSession, tenant: str, vm: VmRef, vault: Vault, protecting: VaultRef | None, gone: UUID | None
) -> None:
    """Raises VmAlreadyProtected for an item of ours, VmProtectedElsewhere for one that only Azure knows.

    `gone`: a row that is out of date: Azure answered that the item does not exist, and the vault was not refreshed
    since.
    """
    known = await session.scalar(
        select(ProtectedItem).where(ProtectedItem.vm_key == names.vm_key(vm), ProtectedItem.tenant == tenant)
    )
    if known is not None and known.id == gone:
        await forget_item(session, known.id, state=ItemState.SOFT_DELETED)
        known = None
    if known is not None:
        raise _protected_already(vm, item=f"/v1/protected-items/{known.id}", state=known.state)
    if protecting is None:
        return
    ours = await session.scalar(
        select(Vault.id).where(Vault.arm_key == fold_case(protecting.id), Vault.tenant == tenant)
    )
    remedy = (
        f"Take it in: POST /v1/vaults/{ours}/refresh."
        if ours
        else "Adopt that vault (POST /v1/vaults with adopt), or delete the VM's backup data there."
    )
    where = {"arm_id": protecting.id, "id": str(ours) if ours else None}
    if ours == vault.id:
        detail = f"{vm.name} is protected in {vault.name} already, by a request from outside Holdfast."
        raise VmAlreadyProtected(detail, pointer="#/vm_id", remedy=remedy, vault=where)
    raise VmProtectedElsewhere(
        f"Azure protects {vm.name} in the vault {protecting.name} of {protecting.resource_group}.",
        pointer="#/vm_id",
        remedy=remedy,
        vault=where,
    )
