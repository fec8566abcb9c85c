"""The worker's part of policies: put one (a new one, or a change), delete one.

Both can be repeated after a look, so after a lost answer Holdfast reads the policy and, if necessary, sends the same
request again. The PUT of a new policy is an upsert that would silently overwrite an existing one, so Holdfast reads
first. A change is sent only if Azure's policy is the one that Holdfast knows, so that no other tool's change is
overwritten.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound
from app.azure.ports import Policies
from app.azure.values import AzureJob, AzurePolicy, Operation, PolicyDefinition, PolicyOrder, PolicyRef
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    JobError,
    Look,
    NotCarriedOutError,
    RefusedError,
    Resource,
    Ticket,
    Work,
)
from app.policies import records, rules, service
from app.policies.changes import changes_between, names_of

NAMED = 20
"""How many VMs a refusal names."""


class PolicyFacts(TypedDict):
    policy: AzurePolicy


class PutPolicyResult(TypedDict):
    resources: list[Resource]
    facts: PolicyFacts


class DeletePolicyResult(TypedDict):
    resources: list[Resource]
    deleted: str
    """The ARM id of the policy."""


class PutPolicy(Work[PolicyOrder, PutPolicyResult]):
    """`ask` is a PolicyOrder for a new policy, a ChangeOrder for a change: only that one says what is `known`.

    If items follow a policy, Azure starts one job for each item; our job has ended when all of them have.
    """

    kind = JobKind.PUT_POLICY

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> PolicyOrder | AlreadyDone:
        order = service.ORDER.validate_python(ticket.ask)
        if "known" in ticket.ask:
            return await self._prepare_change(order, records.CHANGE.validate_python(ticket.ask).known)
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
                remedy="Choose another name, or refresh the vault and change that policy.",
            )
        )

    async def _prepare_change(self, order: PolicyOrder, known: Sequence[PolicyDefinition]) -> PolicyOrder | AlreadyDone:
        try:
            there = await self._policies.get(order.policy)
        except AzureNotFound as missing:
            raise _gone(order.policy, missing) from None
        if rules.is_same(there.definition, order.definition):
            return AlreadyDone("Azure's policy says what was asked")
        if not any(rules.is_same(there.definition, one) for one in known):
            raise _changed(order.policy, known, there)
        return order

    async def send(self, _ticket: Ticket, prepared: PolicyOrder, *, request_id: UUID, deadline: float) -> Operation:
        return await self._policies.put(prepared, request_id=request_id, deadline=deadline)

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """Who follows it (`changes.sensitive`). What it says is compared by `prepare`."""
        followers = await self._policies.list_items(service.ORDER.validate_python(ticket.ask).policy)
        return {"vms": names_of(item.vm.id for item in followers)}

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        order = service.ORDER.validate_python(ticket.ask)
        try:
            there = await self._policies.get(order.policy)
        except AzureNotFound:
            return Absent()
        return Found(None) if rules.is_same(there.definition, order.definition) else Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> PutPolicyResult:
        order = service.ORDER.validate_python(ticket.ask)
        try:
            policy = await self._policies.get(order.policy)
        except AzureNotFound as missing:
            said = f"the policy {order.policy.name} was requested; Azure has none of that name ({missing.code})."
            raise NotCarriedOutError(said, None) from missing
        result: PutPolicyResult = {
            "resources": [{"kind": "policy", "id": order.policy.id}],
            "facts": {"policy": policy},
        }
        if said := _not_as_asked(ticket, order, policy):
            raise NotCarriedOutError(said, result)
        return result

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: PutPolicyResult | None) -> None:
        if result is not None:
            asked = service.ORDER.validate_python(ticket.ask).definition
            await records.record_written(
                session, ticket.named_resource_id, result["facts"]["policy"], asked=asked, job_id=ticket.id
            )
        elif state in {State.FAILED, State.CANCELLED}:
            await records.forget_creation(session, ticket.named_resource_id, ticket.id)
            await records.end_write(session, ticket.named_resource_id, ticket.id)

    async def let_go(self, session: AsyncSession, ticket: Ticket) -> None:
        """A change is pending no longer. A policy that was never made is as it was: there is nothing to write to."""
        if "known" in ticket.ask:
            await records.end_write(session, ticket.named_resource_id, ticket.id)


class DeletePolicy(Work[PolicyRef, DeletePolicyResult]):
    """A policy that Azure does not have is deleted: by us a moment ago, or by another tool."""

    kind = JobKind.DELETE_POLICY

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> PolicyRef | AlreadyDone:
        policy = service.REF.validate_python(ticket.ask["policy"])
        try:
            await self._policies.get(policy)
        except AzureNotFound:
            return AlreadyDone("Azure has no such policy")
        followers = await self._policies.list_items(policy)
        if followers:
            names = ", ".join(item.vm.name for item in followers[:NAMED])
            raise RefusedError(
                JobError(
                    code="policy_in_use",
                    title="Items follow this policy",
                    detail=f"{len(followers)} items follow {policy.name}: {names}.",
                    remedy="Give each another policy, or pause it, then delete the policy.",
                )
            )
        return policy

    async def send(self, _ticket: Ticket, prepared: PolicyRef, *, request_id: UUID, deadline: float) -> Operation:
        return await self._policies.delete(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        try:
            await self._policies.get(service.REF.validate_python(ticket.ask["policy"]))
        except AzureNotFound:
            return Found(None)
        return Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> DeletePolicyResult:
        policy = service.REF.validate_python(ticket.ask["policy"])
        try:
            await self._policies.get(policy)
        except AzureNotFound:
            return {"resources": [], "deleted": policy.id}
        raise NotCarriedOutError(f"asked to delete the policy {policy.name}; it is there.", None)

    async def finish(
        self, session: AsyncSession, ticket: Ticket, state: State, result: DeletePolicyResult | None
    ) -> None:
        if result is not None:
            await records.forget_deleted(session, ticket.named_resource_id, ticket.id)
        elif state in {State.FAILED, State.CANCELLED}:
            await records.end_write(session, ticket.named_resource_id, ticket.id, is_ready=True)

    async def let_go(self, session: AsyncSession, ticket: Ticket) -> None:
        await records.end_write(session, ticket.named_resource_id, ticket.id, is_ready=True)


def _not_as_asked(ticket: Ticket, order: PolicyOrder, there: AzurePolicy) -> str:
    """What was requested and what is there: a new policy differs, or a changed one is still the old one.

    A policy that is neither exactly as before nor exactly as requested may be Azure's spelling of the request, or
    another tool's later change. It is recorded as it is.
    """
    if there.definition is None or rules.is_same(there.definition, order.definition):
        return ""
    changes = "; ".join(str(one) for one in changes_between(there.definition, order.definition))
    if "known" not in ticket.ask:
        return f"asked for the policy {order.policy.name}, and it says something else. Not as asked: {changes}."
    known = records.CHANGE.validate_python(ticket.ask).known
    if not any(rules.is_same(there.definition, one) for one in known):
        return ""
    return f"asked to change the policy {order.policy.name}, and it is as before. Not changed: {changes}."


def _gone(policy: PolicyRef, missing: AzureNotFound) -> RefusedError:
    return RefusedError(
        JobError(
            code="policy_gone",
            title="Azure does not have this policy any more",
            detail=f"Azure has no policy {policy.name} in {policy.vault.name}.",
            remedy="Delete it here too, or create it again under another name.",
            azure_code=missing.code,
        )
    )


def _changed(policy: PolicyRef, known: Sequence[PolicyDefinition], there: AzurePolicy) -> RefusedError:
    """Refused with what changed: against what Azure said last, the first of `known`."""
    changes = [str(one) for one in changes_between(known[0], there.definition)] if known and there.definition else []
    said = "; ".join(changes) or "it now has settings that Holdfast does not support"
    return RefusedError(
        JobError(
            code="policy_changed_in_azure",
            title="The policy was changed in Azure since it was read",
            detail=f"{policy.name} was changed in Azure: {said}.",
            remedy="Refresh the vault, GET the policy, and send the change again with its new ETag.",
        )
    )
