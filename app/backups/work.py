"""What the worker does to make a backup: one POST, never repeated without a look; then the item as Azure has it."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.ports import AzureJobs, Backups, ProtectedItems
from app.azure.values import AzureItem, AzureJob, BackupOrder, Operation
from app.backups import service
from app.jobs.activity import find_by_activity
from app.jobs.lifecycle import State
from app.jobs.work import AlreadyDone, AttemptOnRecord, Finding, Result, Ticket
from app.protection.records import record_item

ITEM = TypeAdapter(AzureItem)


class Backup:
    kind = "backup"
    repeat: Literal["look_first", "put_again"] = "look_first"

    def __init__(self, backups: Backups, items: ProtectedItems, jobs: AzureJobs) -> None:
        self._backups = backups
        self._items = items
        self._jobs = jobs

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> BackupOrder | AlreadyDone:
        del attempts
        return service.ORDER.validate_python(ticket.ask)

    async def send(self, ticket: Ticket, prepared: BackupOrder, *, request_id: UUID, deadline: float) -> Operation:
        del ticket
        return await self._backups.trigger(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Finding:
        order = service.ORDER.validate_python(ticket.ask)
        return await find_by_activity(self._jobs, order.item.vault, attempts)

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> Result:
        order = service.ORDER.validate_python(ticket.ask)
        item = await self._items.get(order.item)
        properties = dict(job.details.properties) if job is not None and job.details is not None else {}
        return {
            "resources": [],
            "recovery_point_time": item.last_recovery_point_at.isoformat() if item.last_recovery_point_at else None,
            "backup_size": properties.get("Backup Size"),
            "facts": {"protected_item": ITEM.dump_python(item, mode="json")},
        }

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: Result | None) -> None:
        del state
        if result is not None and ticket.protected_item_id is not None:
            await record_item(
                session, ticket.protected_item_id, ITEM.validate_python(result["facts"]["protected_item"])
            )
