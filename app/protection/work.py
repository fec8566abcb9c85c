"""The worker's part of protecting a VM and of changing an item.

Every PUT is an upsert: on a VM that is protected already it would silently change its policy. So the item is read
first: see `Protect.prepare` and `changes.judge`. After a lost answer the activity id is looked up in the list of jobs,
then the item is read: each of these writes changes both.
"""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import AzureConflict, AzureError, AzureNotFound, AzureRejected
from app.azure.item_states import ItemState
from app.azure.ports import Azure, ProtectedItems, VirtualMachines
from app.azure.values import AzureItem, AzureJob, ItemRef, Operation, PolicyRef, ProtectOrder, VaultRef, VmRef
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    JobError,
    Look,
    NotCarriedOutError,
    RefusedError,
    Resource,
    Ticket,
    Work,
)
from app.protection import errors, records, rules, service
from app.protection.changes import Change, ChangeKind, judge, not_as_asked, not_protected_as_asked
from app.protection.errors import DiskNotThere
from app.protection.policy_fit import PolicySaid, facts_of

DENIED_ON_IMMUTABLE = "UserErrorOperationDeniedOnImmutableItem"
REGISTERED_ELSEWHERE = "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault"


class ItemFacts(TypedDict):
    protected_item: AzureItem


class ProtectResult(TypedDict):
    resources: list[Resource]
    facts: ItemFacts


class ChangeFacts(TypedDict):
    protected_item: AzureItem | None
    """None = Azure does not have it any more."""
    vm_missing: bool | None
    """None = Azure could not be asked."""


class ChangeItemResult(TypedDict):
    resources: list[Resource]
    purge_at: str | None
    """When Azure deletes the soft-deleted data."""
    facts: ChangeFacts


async def find_item(items: ProtectedItems, item: ItemRef) -> AzureItem | None:
    try:
        return await items.get(item)
    except AzureNotFound:
        return None


async def check_disks(virtual_machines: VirtualMachines, order: ProtectOrder) -> None:
    """Whether the VM has the disks that the order names: it may have been accepted while Azure was away.

    A VM that Azure does not show us is left to Azure. Raises RefusedError.
    """
    if order.disks is None or not order.disks.luns:
        return
    try:
        rules.check_luns(await virtual_machines.get(order.item.vm), order.disks)
    except AzureRejected:
        return
    except DiskNotThere as no:
        error = JobError(code="disk_not_there", title=no.title, detail=no.detail, remedy=no.remedy)
        raise RefusedError(error) from None


class Protect(Work[ProtectOrder, ProtectResult]):
    kind = JobKind.PROTECT

    def __init__(self, items: ProtectedItems, virtual_machines: VirtualMachines) -> None:
        self._items = items
        self._virtual_machines = virtual_machines

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> ProtectOrder | AlreadyDone:
        """An item that is there is ours only if an earlier attempt of this very job is on record and it is as asked."""
        order = service.ORDER.validate_python(ticket.ask)
        there = await find_item(self._items, order.item)
        if there is None:
            await self._check_not_elsewhere(order)
            await check_disks(self._virtual_machines, order)
            return order
        if attempts and _is_as_asked(there, order):
            return AlreadyDone("the VM is protected, by an earlier attempt of this job")
        raise RefusedError(
            JobError(
                code="vm_already_protected",
                title="The virtual machine is protected already",
                detail=f"{order.item.vm.name} is in {order.item.vault.name} already"
                + (", soft-deleted." if there.soft_deleted else f", with the policy {there.policy_name or 'none'}."),
                remedy="Record it with POST /v1/vaults/{id}/refresh; then "
                + ("undelete it." if there.soft_deleted else "change it as you need."),
            )
        )

    async def _check_not_elsewhere(self, order: ProtectOrder) -> None:
        if order.location is None:
            return
        try:
            vault = await self._items.find_vault_of(order.item.vm, order.location)
        except AzureRejected:
            return  # Not readable (for example, a permission is missing): if it matters, Azure refuses the PUT.
        if vault is not None and not names.same_id(vault.id, order.item.vault.id):
            raise RefusedError(
                JobError(
                    code="vm_protected_elsewhere",
                    title="Another vault protects the virtual machine",
                    detail=f"{order.item.vm.name} is protected in {vault.id}.",
                    remedy="Adopt that vault, or delete the backup data of the VM there; soft-deleted data counts too.",
                    azure_code=REGISTERED_ELSEWHERE,
                )
            )

    async def send(self, _ticket: Ticket, prepared: ProtectOrder, *, request_id: UUID, deadline: float) -> Operation:
        try:
            return await self._items.protect(prepared, request_id=request_id, deadline=deadline)
        except AzureConflict as conflict:
            if conflict.code != REGISTERED_ELSEWHERE or prepared.location is None:
                raise
            vault: VaultRef | None = None
            with contextlib.suppress(AzureError):
                vault = await self._items.find_vault_of(prepared.item.vm, prepared.location)
            where = f" It is protected in {vault.id}." if vault is not None else ""
            raise AzureConflict(conflict.status, conflict.code, conflict.message + where) from None

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord], look: Look) -> Finding:
        """By activity id first, because the PUT starts a job.

        If that job is not listed, the item itself shows the outcome.
        """
        order = service.ORDER.validate_python(ticket.ask)
        finding = await look.find(order.item.vault, attempts)
        if not isinstance(finding, Absent):
            return finding
        there = await find_item(self._items, order.item)
        return Found(None) if there is not None and _is_as_asked(there, order) else Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> ProtectResult:
        order = service.ORDER.validate_python(ticket.ask)
        item = await find_item(self._items, order.item)
        vm, policy = order.item.vm, order.policy.name
        if item is None:
            said = f"asked to protect {vm.name} with the policy {policy}; Azure does not protect it in this vault."
            raise NotCarriedOutError(said, None)
        result: ProtectResult = {
            "resources": [{"kind": "protected_item", "id": vm.id}],
            "facts": {"protected_item": item},
        }
        if said := not_protected_as_asked(order, item):
            raise NotCarriedOutError(said, result)
        return result

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: ProtectResult | None) -> None:
        if result is None:
            if state in {State.FAILED, State.CANCELLED}:
                await records.forget_item(
                    session, ticket.named_resource_id, state=ItemState.PROTECTING, job_id=ticket.id
                )
            return
        await records.record_item(session, ticket.named_resource_id, result["facts"]["protected_item"])


def _is_as_asked(there: AzureItem, order: ProtectOrder) -> bool:
    return not not_protected_as_asked(order, there)


class ChangeItem(Work[ProtectOrder | ItemRef, ChangeItemResult]):
    """change_policy (disks too), pause, suspend, resume, unprotect, undelete: one write each to an item that is there.

    The kinds differ in what `changes.judge` says and in which write of the port carries it out.
    """

    def __init__(self, kind: ChangeKind, azure: Azure) -> None:
        self.kind = kind
        self._items = azure.protected_items
        self._policies = azure.policies
        self._virtual_machines = azure.virtual_machines

    async def prepare(
        self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]
    ) -> ProtectOrder | ItemRef | AlreadyDone:
        """The item is as requested; it does not matter whether an attempt of ours or another tool made it so."""
        change = _change_of(ticket)
        verdict = judge(self.kind, change, await find_item(self._items, change.item))
        if change.disks is not None and isinstance(verdict, ProtectOrder):
            await check_disks(self._virtual_machines, verdict)
        return verdict

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """What the change was weighed on (`policy_fit.py`), as Azure has it now."""
        change = _change_of(ticket)
        item = await self._items.get(change.item)
        has = await self._said(change.item.vault, item.policy_name)
        named = change.policy.name if change.policy is not None else None
        return facts_of(item, has, await self._said(change.item.vault, named))

    async def _said(self, vault: VaultRef, name: str | None) -> PolicySaid | None:
        if name is None:
            return None
        try:
            policy = await self._policies.get(PolicyRef(vault, name))
        except AzureNotFound:
            return None
        return PolicySaid(name, policy.definition, policy.raw)

    async def send(
        self, _ticket: Ticket, prepared: ProtectOrder | ItemRef, *, request_id: UUID, deadline: float
    ) -> Operation:
        if isinstance(prepared, ProtectOrder):
            return await self._items.protect(prepared, request_id=request_id, deadline=deadline)
        if self.kind == JobKind.PAUSE:
            return await self._items.stop(prepared, request_id=request_id, deadline=deadline)
        if self.kind == JobKind.SUSPEND:
            return await self._suspend(prepared, request_id=request_id, deadline=deadline)
        if self.kind == JobKind.UNDELETE:
            return await self._items.undelete(prepared, request_id=request_id, deadline=deadline)
        try:
            return await self._items.delete(prepared, request_id=request_id, deadline=deadline)
        except AzureNotFound:
            return Operation(status_url=None)  # Deleted by others between the read and the DELETE: as requested.

    async def _suspend(self, item: ItemRef, *, request_id: UUID, deadline: float) -> Operation:
        try:
            return await self._items.suspend(item, request_id=request_id, deadline=deadline)
        except AzureRejected as refused:
            if refused.code != DENIED_ON_IMMUTABLE:
                raise
            raise RefusedError(errors.immutability_needed(item.vault.name, refused)) from refused

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord], look: Look) -> Finding:
        """By activity id first, then by the item.

        If Azure refuses the read, the result is Absent; the next `prepare` gives the reason.
        """
        change = _change_of(ticket)
        finding = await look.find(change.item.vault, attempts)
        if not isinstance(finding, Absent):
            return finding
        try:
            verdict = judge(self.kind, change, await find_item(self._items, change.item))
        except RefusedError:
            return Absent()
        return Found(None) if isinstance(verdict, AlreadyDone) else Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> ChangeItemResult:
        change = _change_of(ticket)
        item = await find_item(self._items, change.item)
        purge_at = rules.purge_time(item, None) if item is not None else None
        result: ChangeItemResult = {
            "resources": [{"kind": "protected_item", "id": change.item.vm.id}] if item is not None else [],
            "purge_at": purge_at.isoformat() if purge_at is not None else None,
            "facts": {
                "protected_item": item,
                "vm_missing": await self._is_missing(change.item.vm),
            },
        }
        if said := not_as_asked(self.kind, change, item):
            raise NotCarriedOutError(said, result)
        return result

    async def _is_missing(self, vm: VmRef) -> bool | None:
        """Whether the VM was deleted; its item and points stay. None = Azure could not be asked."""
        try:
            await self._virtual_machines.get(vm)
        except AzureNotFound:
            return True
        except AzureError:
            return None
        return False

    async def finish(
        self, session: AsyncSession, ticket: Ticket, _state: State, result: ChangeItemResult | None
    ) -> None:
        if result is None:
            return
        facts = result["facts"]
        item = facts["protected_item"]
        if item is None:
            await records.forget_item(session, ticket.named_resource_id, job_id=ticket.id)
            return
        await records.record_item(session, ticket.named_resource_id, item, vm_missing=facts["vm_missing"])


def _change_of(ticket: Ticket) -> Change:
    return service.CHANGE.validate_python(ticket.ask)
