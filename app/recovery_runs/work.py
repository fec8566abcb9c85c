"""The part of a run's job in the loops of `jobs`: it begins without a request to Azure, and `loop.py` leads it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzureJob, Operation
from app.jobs.approval.bound_facts import not_as_agreed
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import AlreadyDone, AttemptOnRecord, Finding, Found, Look, RefusedError, Ticket, Work
from app.recovery_plans.plan_json import hash_of
from app.recovery_runs import endings
from app.recovery_runs.outcomes import RunResult
from app.recovery_runs.row_json import ORDER


class RecoveryRunning(Work[None, RunResult]):
    kind = JobKind.RECOVERY_RUN

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> AlreadyDone:
        """Nothing is sent for the run itself: each restore is a job, checked when it is sent.

        Raises RefusedError for an order that is not the one that was hashed, and approved.
        """
        order = ORDER.validate_python(ticket.ask)
        if hash_of(order.plan, order.mode) != order.hash:
            raise RefusedError(not_as_agreed("The plan is not the one that was asked for"))
        return AlreadyDone("the run begins")

    async def send(self, _ticket: Ticket, _prepared: None, *, request_id: UUID, deadline: float) -> Operation:
        raise NotImplementedError("A recovery run sends nothing: `prepare` never asks for a write.")

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """A worker died between claim and verdict. Nothing can have been sent, so the run goes on."""
        return Found(None)

    async def collect(self, _ticket: Ticket, _job: AzureJob | None) -> RunResult:
        raise NotImplementedError("A recovery run is ended by its own loop, with its result.")

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, _result: RunResult | None) -> None:
        """The job ended by a call of the API, or without an approval: nothing more of the run begins."""
        await endings.close(session, ticket.named_resource_id, state)
