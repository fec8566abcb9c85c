"""The part of a rule's approval in the loops of `jobs`: a job that asks nothing of Azure.

Once it is approved the rule is enforced, if it is still the rule that was approved.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzureJob, Operation
from app.core.db.database import NOW, Database
from app.core.db.notify import wake
from app.jobs.approval.bound_facts import not_as_agreed
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL, State
from app.jobs.work import (
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    Look,
    LoopName,
    RefusedError,
    Result,
    Ticket,
    Work,
)
from app.protection_rules.holds import HoldReason
from app.protection_rules.models import ProtectionRule


class EnforceRule(Work[None, Result]):
    kind = JobKind.ENFORCE_RULE

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> AlreadyDone:
        """Nothing is sent. Raises RefusedError for a rule that was changed or deleted since."""
        if (await self.facts(ticket))["hash"] != ticket.ask["rule"]["hash"]:
            raise RefusedError(not_as_agreed("The rule was changed, or deleted"))
        return AlreadyDone("the rule may be enforced")

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        async with self._database.begin() as session:
            row = await session.get(ProtectionRule, ticket.named_resource_id)
            return {"hash": row.hash if row is not None else None}

    async def send(self, _ticket: Ticket, _prepared: None, *, request_id: UUID, deadline: float) -> Operation:
        raise NotImplementedError("`prepare` never asks for a write.")

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """A worker died between claim and verdict. Nothing is ever sent, so the job goes on."""
        return Found(None)

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> Result:
        return {"resources": [], "rule": ticket.ask["rule"]}

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, _result: Result | None) -> None:
        rule_hash = ticket.ask["rule"]["hash"]
        which = (ProtectionRule.id == ticket.named_resource_id, ProtectionRule.hash == rule_hash)
        if state in WELL:
            waits = ProtectionRule.waiting["reason"].astext == HoldReason.APPROVAL
            await session.execute(update(ProtectionRule).where(*which).values(approved_hash=rule_hash, due_at=NOW))
            await session.execute(update(ProtectionRule).where(*which, waits).values(waiting=None))
            wake(session, LoopName.PROTECTING)
