"""What the worker's part notes in our rows between two requests to Azure. Each in a transaction of its own.

What may be in Azure from now on is committed before it is sent: so it is found and removed wherever a worker dies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.governance.values import assignment_id, role_id
from app.azure_policy import service, weighing
from app.azure_policy.models import AzurePolicy
from app.azure_policy.rules import Grant, Notes, Order, Remediate, RemediationOnRecord, RoleOnRecord, Step, Wanted
from app.core.db.database import NOW, Database
from app.jobs.queue.fences import check_ours
from app.jobs.work import Resource, Ticket
from app.protection_rules.models import ProtectionRule


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What our row says."""

    notes: Notes = field(default_factory=Notes)
    """Of this job."""
    roles: Sequence[RoleOnRecord] = ()
    remediation: RemediationOnRecord | None = None
    may_be_in_azure: Sequence[Wanted] = ()


class Records:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, ticket: Ticket) -> OnRecord:
        async with self._database.begin() as session:
            row = await session.get(AzurePolicy, ticket.named_resource_id)
            if row is None:
                return OnRecord()
            return OnRecord(
                _notes_of(row, ticket.id),
                service.ROLES.validate_python(row.roles),
                service.REMEDIATION.validate_python(row.remediation),
                service.may_be_in_azure(row),
            )

    async def weigh(self, ticket: Ticket, wanted: Wanted) -> tuple[str | None, int]:
        """The rule as it may act now, None where it is gone; and how many VMs are there."""
        async with self._database.begin() as session:
            rule = await session.get(ProtectionRule, ticket.named_resource_id)
            now = weighing.rule_now(rule) if rule is not None else None
            return now, await weighing.count_vms(session, ticket.tenant, wanted)

    async def begin(self, ticket: Ticket, order: Order, step: Step) -> None:
        """Put on record that what this step makes may be in Azure. Raises AzureUnreachable, as `_row_of`."""
        async with self._database.begin() as session:
            row = await _row_of(session, ticket)
            if row is None:
                return
            service.note_sent(row, order.wanted)
            if isinstance(step, Grant):
                role = RoleOnRecord(step.order.scope, step.order.name)
                known = service.ROLES.validate_python(row.roles)
                row.roles = row.roles if role in known else service.ROLES.dump_python([*known, role], mode="json")
            if isinstance(step, Remediate):
                made = RemediationOnRecord(step.order.scope, step.order.name)
                row.remediation = service.REMEDIATION.dump_python(made, mode="json")
            _write(row, ticket.id, replace(_notes_of(row, ticket.id), last=step.key))

    async def note_evaluated(self, ticket: Ticket) -> None:
        async with self._database.begin() as session:
            row = await _row_of(session, ticket)
            if row is not None:
                _write(row, ticket.id, replace(_notes_of(row, ticket.id), evaluated=True))

    async def note_held(self, ticket: Ticket, role: str) -> None:
        """The identity has this role under another name: it is not ours to remove."""
        async with self._database.begin() as session:
            row = await _row_of(session, ticket)
            if row is not None:
                notes = _notes_of(row, ticket.id)
                _write(row, ticket.id, replace(notes, held=tuple({*notes.held, role.lower()})))
                row.roles = [one for one in row.roles if _key(one) != role.lower()]

    async def note_principal_missing(self, ticket: Ticket, bound: timedelta) -> bool:
        """Whether the directory has not known the identity for longer than this."""
        async with self._database.begin() as session:
            row = await _row_of(session, ticket)
            now: datetime = (await session.scalars(select(NOW))).one()
            if row is None:
                return True
            notes = _notes_of(row, ticket.id)
            since = notes.principal_missing_since or now
            _write(row, ticket.id, replace(notes, principal_missing_since=since))
            return now - since > bound


async def so_far(session: AsyncSession, ticket: Ticket) -> Sequence[Resource] | None:
    """What this job may have made by now, by our row; None = it has sent nothing."""
    row = await session.get(AzurePolicy, ticket.named_resource_id)
    if row is None or not _notes_of(row, ticket.id).last:
        return None
    name = service.ORDER.validate_python(ticket.ask).name
    scopes = service.SCOPES.validate_python(row.touched)
    made: list[Resource] = [{"kind": "policy_assignment", "id": assignment_id(one, name)} for one in scopes]
    roles = service.ROLES.validate_python(row.roles)
    made += [{"kind": "role_assignment", "id": role_id(one.scope, one.name)} for one in roles]
    return made


def _key(role: object) -> str:
    return service.ROLE.validate_python(role).key


def _notes_of(row: AzurePolicy, job_id: UUID) -> Notes:
    if row.progress.get("job") != str(job_id):
        return Notes()
    return service.NOTES.validate_python(row.progress["notes"])


def _write(row: AzurePolicy, job_id: UUID, notes: Notes) -> None:
    row.progress = {"job": str(job_id), "notes": service.NOTES.dump_python(notes, mode="json")}


async def _row_of(session: AsyncSession, ticket: Ticket) -> AzurePolicy | None:
    """The row, locked. Raises AzureUnreachable where the job is another worker's by now: nothing was sent.

    Locked first: that worker's own change of the row then comes after this one.
    """
    mine = select(AzurePolicy).where(AzurePolicy.rule_id == ticket.named_resource_id)
    row: AzurePolicy | None = await session.scalar(mine.with_for_update())
    await check_ours(session, ticket, hold=False)
    return row
