"""What the worker does to put a policy: look, PUT, read back."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound
from app.azure.ports import Policies
from app.azure.values import AzureJob, AzurePolicy, Operation, PolicyOrder
from app.jobs.lifecycle import State
from app.jobs.work import Absent, AlreadyDone, AttemptOnRecord, Finding, Found, JobError, RefusedError, Result, Ticket
from app.policies import rules, service

POLICY = TypeAdapter(AzurePolicy)


class PutPolicy:
    kind = "put_policy"
    repeat: Literal["look_first", "put_again"] = "put_again"

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> PolicyOrder | AlreadyDone:
        order = service.ORDER.validate_python(ticket.ask)
        try:
            there = await self._policies.get(order.policy)
        except AzureNotFound:
            return order
        if attempts and rules.is_same(there.definition, order.definition):
            return AlreadyDone("the policy is there, made by an earlier attempt of this job")
        raise RefusedError(
            JobError(
                code="policy_exists",
                title="The name of the policy is taken",
                detail=f"Azure already has a policy {order.policy.name} in {order.policy.vault.name}.",
                remedy="Choose another name.",
            )
        )

    async def send(self, ticket: Ticket, prepared: PolicyOrder, *, request_id: UUID, deadline: float) -> Operation:
        del ticket
        return await self._policies.put(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Finding:
        del attempts
        order = service.ORDER.validate_python(ticket.ask)
        try:
            there = await self._policies.get(order.policy)
        except AzureNotFound:
            return Absent()
        return Found(None) if rules.is_same(there.definition, order.definition) else Absent()

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> Result:
        del job
        order = service.ORDER.validate_python(ticket.ask)
        policy = await self._policies.get(order.policy)
        return {
            "resources": [{"kind": "policy", "id": order.policy.id}],
            "policy": POLICY.dump_python(policy, mode="json"),
        }

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: Result | None) -> None:
        assert ticket.resource_id is not None  # noqa: S101 - every put_policy job names its policy
        if result is None:
            if state in {State.FAILED, State.CANCELLED}:
                await service.forget_policy(session, ticket.resource_id)
            return
        await service.record_ready(session, ticket.resource_id, POLICY.validate_python(result["policy"]))
