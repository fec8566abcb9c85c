"""The part of a bulk request's job in the loops of `jobs`: it asks nothing of Azure, and `loop.py` leads it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzureJob, Operation
from app.bulk import store
from app.bulk.models import BulkTarget
from app.bulk.orders import Target, facts_of, hash_of
from app.bulk.row_json import ORDER
from app.core.db.database import Database
from app.jobs.approval.bound_facts import not_as_agreed
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import AlreadyDone, AttemptOnRecord, Finding, Found, Look, RefusedError, Result, Ticket, Work


class LeadingBulk(Work[None, Result]):
    kind = JobKind.BULK

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> AlreadyDone:
        """Nothing is sent for the whole: each target has a job, checked when it is sent.

        Raises RefusedError for targets that are not those that were hashed, and approved.
        """
        order = ORDER.validate_python(ticket.ask)
        if await self.facts(ticket) != facts_of(order.targets_hash, order.targets):
            raise RefusedError(not_as_agreed("The targets are not those that were asked for"))
        return AlreadyDone("the bulk request begins")

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """What was approved: these targets, and what was found of each."""
        async with self._database.begin() as session:
            which = select(BulkTarget).where(BulkTarget.job_id == ticket.id).order_by(BulkTarget.position)
            rows = (await session.scalars(which)).all()
            targets = [Target(row.vm_id, row.protected_item_id, None, row.weighed) for row in rows]
        return facts_of(hash_of(targets), len(targets))

    async def send(self, _ticket: Ticket, _prepared: None, *, request_id: UUID, deadline: float) -> Operation:
        raise NotImplementedError("A bulk request sends nothing: `prepare` never asks for a write.")

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """A worker died between claim and verdict. Nothing can have been sent, so the request goes on."""
        return Found(None)

    async def collect(self, _ticket: Ticket, _job: AzureJob | None) -> Result:
        raise NotImplementedError("A bulk request is ended by its own loop, with its result.")

    async def finish(self, session: AsyncSession, ticket: Ticket, _state: State, _result: Result | None) -> None:
        """The job ended by a call of the API, or without an approval: nothing more of it begins."""
        await store.close(session, ticket.id)
