"""What the worker does to protect a VM.

The PUT is an upsert: on a VM that is protected already it would silently change its policy. So we look first, and an
item that is there is ours only if an earlier attempt of this very job is on record and its policy is the one asked
for.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound
from app.azure.ports import AzureJobs, ProtectedItems
from app.azure.values import AzureItem, AzureJob, Operation, ProtectOrder
from app.jobs.activity import find_by_activity
from app.jobs.lifecycle import State
from app.jobs.work import Absent, AlreadyDone, AttemptOnRecord, Finding, Found, JobError, RefusedError, Result, Ticket
from app.protection import records, service

ITEM = TypeAdapter(AzureItem)


class Protect:
    kind = "protect"
    repeat: Literal["look_first", "put_again"] = "put_again"

    def __init__(self, items: ProtectedItems, jobs: AzureJobs) -> None:
        self._items = items
        self._jobs = jobs

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> ProtectOrder | AlreadyDone:
        order = service.ORDER.validate_python(ticket.ask)
        there = await self._find_item(order)
        if there is None:
            return order
        if attempts and _is_as_asked(there, order):
            return AlreadyDone("the VM is protected, by an earlier attempt of this job")
        raise RefusedError(
            JobError(
                code="vm_already_protected",
                title="The virtual machine is protected already",
                detail=f"{order.item.vm.name} is in {order.item.vault.name} already"
                + (", soft-deleted." if there.soft_deleted else f", with the policy {there.policy_name or 'none'}."),
                remedy="Undelete it in Azure first." if there.soft_deleted else "Stop its protection in Azure first.",
            )
        )

    async def _find_item(self, order: ProtectOrder) -> AzureItem | None:
        try:
            return await self._items.get(order.item)
        except AzureNotFound:
            return None

    async def send(self, ticket: Ticket, prepared: ProtectOrder, *, request_id: UUID, deadline: float) -> Operation:
        del ticket
        return await self._items.protect(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Finding:
        """By activity id first: the PUT makes a job. The item itself tells where that job is not listed."""
        order = service.ORDER.validate_python(ticket.ask)
        finding = await find_by_activity(self._jobs, order.item.vault, attempts)
        if not isinstance(finding, Absent):
            return finding
        there = await self._find_item(order)
        return Found(None) if there is not None and _is_as_asked(there, order) else Absent()

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> Result:
        del job
        order = service.ORDER.validate_python(ticket.ask)
        item = await self._items.get(order.item)
        return {
            "resources": [{"kind": "protected_item", "id": order.item.vm.id}],
            "protected_item": ITEM.dump_python(item, mode="json"),
        }

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: Result | None) -> None:
        assert ticket.resource_id is not None  # noqa: S101 - every protect job names its item
        if result is None:
            if state in {State.FAILED, State.CANCELLED}:
                await records.forget_item(session, ticket.resource_id, state="protecting")
            return
        await records.record_item(session, ticket.resource_id, ITEM.validate_python(result["protected_item"]))


def _is_as_asked(there: AzureItem, order: ProtectOrder) -> bool:
    return not there.soft_deleted and (there.policy_name or "").lower() == order.policy.name.lower()
