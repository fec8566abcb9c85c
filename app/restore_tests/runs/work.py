"""The jobs of restore tests in the loops of `jobs`: neither sends anything to Azure. A round is led by loop.py."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzureJob, Operation
from app.evidence.statement import digest_of
from app.jobs.approval.bound_facts import not_as_agreed
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL, State
from app.jobs.work import (
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    Look,
    RefusedError,
    Result,
    Ticket,
    Work,
)
from app.restore_tests import approvals
from app.restore_tests.runs import ending


class TestingRestores(Work[None, Result]):
    kind = JobKind.RESTORE_TEST_RUN

    async def prepare(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> None:
        """Each restore is checked before it begins."""

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """What was approved is the definition that the job keeps."""
        return {"hash": digest_of(ticket.ask["definition"])}

    async def send(self, _ticket: Ticket, _prepared: None, *, request_id: UUID, deadline: float) -> Operation:  # noqa: ARG002
        """Nothing: the round only begins."""
        return Operation(None)

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """A worker died between claim and verdict. Nothing can have been sent, so the round goes on."""
        return Found(None)

    async def collect(self, _ticket: Ticket, _job: AzureJob | None) -> Result:
        """Raises TypeError: the loop of runs ends the job, and no other loop follows it."""
        raise TypeError("a round of a restore test is ended by its own loop")

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, _result: Result | None) -> None:
        """The job ended by a call of the API, or without an approval: nothing more of the round begins."""
        await ending.close_round(session, ticket.id, ticket.tenant, state)


class ApprovingTest(Work[None, Result]):
    """Its approval is all that it is for: when the job goes on, the definition is approved."""

    kind = JobKind.APPROVE_RESTORE_TEST

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> AlreadyDone:
        """Raises RefusedError for a definition that is not the one that was hashed, and approved."""
        if digest_of(ticket.ask["definition"]) != ticket.ask["restore_test"]["hash"]:
            raise RefusedError(not_as_agreed("The definition is not the one that was asked for"))
        return AlreadyDone("the definition is approved")

    async def send(self, _ticket: Ticket, _prepared: None, *, request_id: UUID, deadline: float) -> Operation:  # noqa: ARG002
        """Raises TypeError: `prepare` never asks for a write."""
        raise TypeError("an approval of a restore test sends nothing")

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """A worker died between claim and verdict. Nothing can have been sent."""
        return Found(None)

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> Result:
        return {"resources": [], "restore_test": ticket.ask["restore_test"]}

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, _result: Result | None) -> None:
        if state in WELL:
            await approvals.write(session, ticket.named_resource_id, ticket.ask["restore_test"]["hash"])
