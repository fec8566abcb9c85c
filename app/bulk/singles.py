"""The single request of each target: what it reads of our rows and of Azure, and the job that it makes.

The same functions as behind the routes of single requests, so a target is refused for what these are refused for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.grants import check_granted, check_item_granted
from app.azure.item_states import MAY_BE_BACKED_UP
from app.azure.names import read_vm_id
from app.azure.ports import Azure
from app.azure.values import AzureItem, VmRef
from app.backups.rules import check_order
from app.backups.service import request_backup
from app.bulk.orders import Wanted
from app.core.errors import ServiceError
from app.identity.access.caller import Caller
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked
from app.policies.service import get_ready_policy
from app.protection import change_dry_run, optional_reads, service
from app.protection.change_dry_run import RequestedChange
from app.protection.changes import ChangeKind
from app.protection.items import ItemInAzure, get_item_in_azure, get_items_in_azure, no_such_item
from app.protection.optional_reads import Overdue, VmSeen
from app.protection.rules import check_can_back_up


class Single(Protocol):
    """One target's request. Each step raises what the single request would be answered."""

    async def read(self, session: AsyncSession, caller: Caller) -> Any:
        """What must be known of our rows before Azure is asked."""
        ...

    async def look(self, azure: Azure, known: Any) -> Any:
        """What must be known of Azure. None where it does not answer now."""
        ...

    async def weigh(self, session: AsyncSession, caller: Caller, seen: Any = None) -> Sensitive | None:
        """Whether it may be requested, by our rows and what was seen; and what it would weaken. Nothing is written."""
        ...

    async def request(self, session: AsyncSession, asked: Asked, seen: Any, parent_id: UUID) -> Job:
        """Record its job."""
        ...


@dataclass(frozen=True, slots=True)
class Protecting:
    wanted: Wanted
    policy_id: UUID
    vm: VmRef

    async def read(self, session: AsyncSession, caller: Caller) -> Overdue | None:
        check_granted(caller.membership.grants, self.vm)
        return await service.overdue_item(session, caller.tenant, self.vm)

    async def look(self, azure: Azure, known: Overdue | None) -> VmSeen:
        return await optional_reads.see_vm(azure, self.vm, known)

    async def weigh(self, session: AsyncSession, caller: Caller, seen: VmSeen | None = None) -> None:
        there = seen or VmSeen(None, None)
        vault = await service.choose_vault(session, caller.tenant, self.wanted.vault_id, self.policy_id, there.vm)
        check_granted(caller.membership.grants, vault.ref)
        check_granted(caller.membership.grants, self.vm)
        await service.check_free(session, caller.tenant, self.vm, vault, there.protecting, there.gone)
        service.check_policy_of(await get_ready_policy(session, caller.tenant, self.policy_id), vault)

    async def request(self, session: AsyncSession, asked: Asked, seen: VmSeen, parent_id: UUID) -> Job:
        return await service.request_protection(
            session,
            asked,
            vm=self.vm,
            vault_id=self.wanted.vault_id,
            policy_id=self.policy_id,
            disks=self.wanted.disks,
            seen=seen,
            parent_id=parent_id,
        )


@dataclass(frozen=True, slots=True)
class Changing:
    wanted: RequestedChange
    item_id: UUID

    async def read(self, session: AsyncSession, caller: Caller) -> tuple[ItemInAzure, Collection[str]]:
        item = await get_item_in_azure(session, caller.tenant, self.item_id)
        check_item_granted(caller.membership.grants, item.ref)
        return item, caller.membership.approvals

    async def look(self, azure: Azure, known: tuple[ItemInAzure, Collection[str]]) -> AzureItem | None:
        item, approvals = known
        kind, disks = self.wanted.kind, self.wanted.disks
        return await optional_reads.see_before_change(lambda: azure, item, kind, disks, approvals)

    async def weigh(self, session: AsyncSession, caller: Caller, seen: AzureItem | None = None) -> Sensitive:
        found = await change_dry_run.weigh(session, caller, self.item_id, self.wanted, seen)
        return found.weighed.sensitive()

    async def request(self, session: AsyncSession, asked: Asked, seen: AzureItem | None, parent_id: UUID) -> Job:
        return await change_dry_run.request_change(session, asked, self.item_id, self.wanted, seen, parent_id=parent_id)


@dataclass(frozen=True, slots=True)
class BackingUp:
    retain_until: datetime
    now: datetime
    item_id: UUID

    async def read(self, session: AsyncSession, caller: Caller) -> ItemInAzure:
        item = await get_item_in_azure(session, caller.tenant, self.item_id)
        check_item_granted(caller.membership.grants, item.ref)
        return item

    async def look(self, azure: Azure, known: ItemInAzure) -> str | None:
        if known.state in MAY_BE_BACKED_UP:
            return None
        return await optional_reads.state_now(azure.protected_items, known)

    async def weigh(self, session: AsyncSession, caller: Caller, seen: str | None = None) -> None:
        item = await self.read(session, caller)
        check_can_back_up(seen or item.state)
        check_order(item.ref, self.retain_until, self.now)

    async def request(self, session: AsyncSession, asked: Asked, seen: str | None, parent_id: UUID) -> Job:
        return await request_backup(
            session, asked, self.item_id, self.retain_until, self.now, seen, parent_id=parent_id
        )


def single_of(wanted: Wanted, vm_id: str, item_id: UUID | None, now: datetime) -> Single:
    """The request of one target. ValueError: the order is not one that was accepted."""
    if wanted.action is JobKind.PROTECT and wanted.policy_id is not None:
        return Protecting(wanted, wanted.policy_id, read_vm_id(vm_id))
    if item_id is None:
        raise ValueError(f"{vm_id} has no item")
    if wanted.action is JobKind.BACKUP and wanted.retain_until is not None:
        return BackingUp(wanted.retain_until, now, item_id)
    return Changing(RequestedChange(_change(wanted.action), wanted.policy_id, wanted.disks), item_id)


def _change(action: JobKind) -> ChangeKind:
    match action:
        case JobKind.CHANGE_POLICY | JobKind.PAUSE | JobKind.SUSPEND | JobKind.RESUME:
            return action
        case _:
            raise ValueError(f"{action} is no change of an item")


# --- many at once ----------------------------------------------------------------------------------------------------
Weighed = Sensitive | ServiceError | None
"""What a target's request would weaken, or what it would be refused for."""


async def weigh_all(
    session: AsyncSession, caller: Caller, wanted: Wanted, targets: Sequence[tuple[str, UUID | None]], now: datetime
) -> list[Weighed]:
    """As `Single.weigh` of each (vm_id, item_id), by our rows; in sets: a thousand cost as many statements as one."""
    if wanted.action is JobKind.PROTECT and wanted.policy_id is not None:
        vms = [read_vm_id(vm_id) for vm_id, _ in targets]
        vault_id, policy_id = wanted.vault_id, wanted.policy_id
        return list(await service.refusals(session, caller, vms, vault_id=vault_id, policy_id=policy_id))
    ids = [item_id for _, item_id in targets if item_id is not None]
    if wanted.action is JobKind.BACKUP and wanted.retain_until is not None:
        items = await get_items_in_azure(session, caller.tenant, ids)
        return [_no_backup(caller, items.get(one), one, wanted.retain_until, now) for one in ids]
    change = RequestedChange(_change(wanted.action), wanted.policy_id, wanted.disks)
    found = await change_dry_run.weigh_all(session, caller, ids, change)
    return [one if isinstance(one, ServiceError) else one.sensitive() for one in found]


def _no_backup(
    caller: Caller, item: ItemInAzure | None, item_id: UUID, retain_until: datetime, now: datetime
) -> ServiceError | None:
    if item is None:
        return no_such_item(item_id)
    try:
        check_item_granted(caller.membership.grants, item.ref)
        check_can_back_up(item.state)
        check_order(item.ref, retain_until, now)
    except ServiceError as no:
        return no
    return None
