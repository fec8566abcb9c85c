"""What a worker notes of a tear-down between two requests to Azure. Each in a transaction of its own."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import cast, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureUnreachable
from app.core.db.database import Database
from app.jobs.models import Job
from app.jobs.queue.fences import check_ours
from app.jobs.work import Ticket
from app.tear_down.models import TearDownPlan
from app.tear_down.plans import NOTES, RESOURCES, Plan, plan_in
from app.tear_down.service import evidence_of
from app.tear_down.steps import Note
from app.tear_down.values import Evidence, Resource


class PlanRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def evidence(self, ticket: Ticket) -> Evidence:
        async with self._database.begin() as session:
            return await evidence_of(session, ticket.tenant, UUID(ticket.ask["restore_id"]))

    async def plan_of(self, ticket: Ticket) -> Plan | None:
        async with self._database.begin() as session:
            return await _plan_of(session, ticket)

    async def note_plan(self, ticket: Ticket, resources: Sequence[Resource]) -> Plan:
        """The plan that counts: the first one. Raises AzureUnreachable, as `note`."""
        kept = RESOURCES.dump_python(list(resources), mode="json")
        new = {"job_id": ticket.id, "tenant": ticket.tenant, "resources": kept}
        async with self._database.begin() as session:
            await check_ours(session, ticket, hold=True)
            await session.execute(insert(TearDownPlan).values(new).on_conflict_do_nothing())
            plan = await _plan_of(session, ticket)
            if plan is None:
                raise AzureUnreachable("The job is gone; nothing was sent.")
            return plan

    async def note(self, ticket: Ticket, notes: Mapping[str, Note]) -> None:
        """Raises AzureUnreachable where the job is another worker's by now, which notes its own answers."""
        said = NOTES.dump_python(dict(notes), mode="json")
        async with self._database.begin() as session:
            await check_ours(session, ticket, hold=True)
            await session.execute(
                update(TearDownPlan)
                .where(TearDownPlan.job_id == ticket.id)
                .values(notes=TearDownPlan.notes.op("||")(cast(literal(said, JSONB), JSONB)))
            )


async def _plan_of(session: AsyncSession, ticket: Ticket) -> Plan | None:
    joined = select(TearDownPlan, Job.cancel.is_not(None)).join(Job, Job.id == TearDownPlan.job_id)
    found = (await session.execute(joined.where(Job.id == ticket.id))).first()
    return None if found is None else plan_in(found[0], is_stopped=found[1])
