"""The worker's part of a backup: sends one POST, finds it again after a lost answer, then reads the item."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.names import bare_name
from app.azure.ports import Backups, ProtectedItems
from app.azure.values import AzureItem, AzureJob, BackupOrder, Operation
from app.backups import service
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import AlreadyDone, AttemptOnRecord, Finding, Look, Resource, Ticket, Work
from app.protection.records import record_item


class ItemFacts(TypedDict):
    protected_item: AzureItem


class BackupResult(TypedDict):
    """What is not known yet is null; `facts` are left out then."""

    resources: list[Resource]
    recovery_point_time: str | None
    backup_size: str | None
    facts: NotRequired[ItemFacts]


def _item_name_of(ticket: Ticket) -> str:
    """How Azure's jobs name the VM; a backup that Azure started itself was recorded under that name, if it had one."""
    if "azure" in ticket.ask:
        return str(ticket.ask["azure"])
    return bare_name(service.ORDER.validate_python(ticket.ask).item.vm)


class Backup(Work[BackupOrder, BackupResult]):
    kind = JobKind.BACKUP
    repeat = "look_first"

    def __init__(self, backups: Backups, items: ProtectedItems) -> None:
        self._backups = backups
        self._items = items

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> BackupOrder | AlreadyDone:
        return service.ORDER.validate_python(ticket.ask)

    async def send(self, _ticket: Ticket, prepared: BackupOrder, *, request_id: UUID, deadline: float) -> Operation:
        return await self._backups.trigger(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord], look: Look) -> Finding:
        order = service.ORDER.validate_python(ticket.ask)
        return await look.find(order.item.vault, attempts)

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> BackupResult:
        order = service.ORDER.validate_python(ticket.ask)
        item = await self._items.get(order.item)
        properties = dict(job.details.properties) if job is not None and job.details is not None else {}
        return {
            "resources": [],
            "recovery_point_time": item.last_recovery_point_at.isoformat() if item.last_recovery_point_at else None,
            "backup_size": properties.get("Backup Size"),
            "facts": {"protected_item": item},
        }

    def result_from_lists(
        self, ticket: Ticket, job: AzureJob | None, items: Sequence[AzureItem] | None
    ) -> BackupResult:
        """The recovery point's time from the vault's items, the size from the job's details; null = not read (yet)."""
        mine = {bare_name(item.vm): item for item in items or ()}.get(_item_name_of(ticket))
        properties = dict(job.details.properties) if job is not None and job.details is not None else {}
        point_at = mine.last_recovery_point_at if mine else None
        known: BackupResult = {
            "resources": [],
            "recovery_point_time": point_at.isoformat() if point_at else None,
            "backup_size": properties.get("Backup Size"),
        }
        if mine is not None:
            known["facts"] = {"protected_item": mine}
        return known

    async def finish(self, session: AsyncSession, ticket: Ticket, _state: State, result: BackupResult | None) -> None:
        if result is not None and "facts" in result and ticket.protected_item_id is not None:
            await record_item(session, ticket.protected_item_id, result["facts"]["protected_item"])
