"""The worker's part of deleting a vault: Azure deletes only an empty one, and its operations with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound, AzureUnknown
from app.azure.ports import ProtectedItems, Vaults
from app.azure.values import AzureJob, Operation, VaultRef
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    Look,
    NotCarriedOutError,
    RefusedError,
    Ticket,
    Work,
)
from app.vaults import errors, records, rules, sensitive_changes, service
from app.vaults.records import Children
from app.vaults.results import DeleteResult
from app.vaults.work import whole_vault


class DeleteVault(Work[VaultRef, DeleteResult]):
    kind = JobKind.DELETE_VAULT
    removes_its_operation = True

    def __init__(self, vaults: Vaults, items: ProtectedItems, children: Children) -> None:
        self._vaults = vaults
        self._items = items
        self._children = children

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> VaultRef | AlreadyDone:
        ref = service.REF.validate_python(ticket.ask)
        try:
            await self._vaults.get(ref)
            items = await self._items.list(ref)
        except AzureNotFound:
            return AlreadyDone("Azure has no such vault (any more)")
        if items or items.unreadable:
            raise RefusedError(errors.not_empty(items, unreadable=len(items.unreadable)))
        return ref

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        vault = await whole_vault(self._vaults, service.REF.validate_python(ticket.ask))
        return sensitive_changes.facts_of(rules.settings_of(vault))

    async def send(self, _ticket: Ticket, prepared: VaultRef, *, request_id: UUID, deadline: float) -> Operation:
        try:
            return await self._vaults.delete(prepared, request_id=request_id, deadline=deadline)
        except AzureNotFound:
            return Operation(None)

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        try:
            there = await self._vaults.get(service.REF.validate_python(ticket.ask))
        except AzureNotFound:
            return Found(None)
        if there.provisioning_state.lower() == "deleting":
            raise AzureUnknown("Azure is deleting the vault.")
        return Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> DeleteResult:
        ref = service.REF.validate_python(ticket.ask)
        try:
            there = await self._vaults.get(ref)
        except AzureNotFound:
            return {"deleted": ref.id}
        said = f"asked to delete the vault {ref.name}; it is there, {there.provisioning_state}."
        raise NotCarriedOutError(said, None)

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: DeleteResult | None) -> None:
        if result is not None:
            await self._children.forget_items(session, ticket.named_vault_id)
            await records.remove_vault(session, ticket.named_vault_id, ticket.id)
        elif state in {State.FAILED, State.CANCELLED}:
            await records.keep_vault(session, ticket.named_vault_id)

    async def let_go(self, session: AsyncSession, ticket: Ticket) -> None:
        await records.keep_vault(session, ticket.named_vault_id)
