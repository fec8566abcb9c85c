"""The worker's part of Azure Policy: one write after another, each after a fresh look, each an attempt of its own.

Assignment, roles, remediation: Azure knows a new identity late, so a role may be refused for a while. A remediation is
followed by its own state. A job that died anywhere goes on where it was, because every name is derived.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, NotRequired, TypedDict, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotActed, AzureNotFound, AzureRejected, proves_absence_with_group
from app.azure.governance.ports import Governance
from app.azure.governance.values import ENDED_WELL, Deployment, Remediation, Role, Scope, assignment_id, role_id
from app.azure.ports import Policies
from app.azure.values import AzureJob, Operation
from app.azure_policy import errors, rules, service, weakening
from app.azure_policy.records import OnRecord, Records, so_far
from app.azure_policy.rules import (
    Assign,
    Cancel,
    Evaluate,
    Follow,
    Grant,
    Order,
    Remediate,
    RemediationOnRecord,
    Revoke,
    Seen,
    Step,
    Unassign,
)
from app.core.gather_isolated import all_or_none
from app.jobs import failures
from app.jobs.approval.bound_facts import BOUND
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
    StepEnded,
    Ticket,
    Work,
)

T = TypeVar("T")
PRINCIPAL_BOUND: Final = timedelta(minutes=15)
"""Assumed: how long a directory may need at most is not known."""
PRINCIPAL_RETRY_SECONDS: Final = 10.0
"""Recorded: known after some 14 seconds."""
FOLLOW_AGAIN_SECONDS: Final = 15.0
NAMED_FAILURES: Final = 10


class RemediationTold(TypedDict):
    id: str
    state: str
    total: int | None
    succeeded: int | None
    failed: int | None
    failures: list[dict[str, str | None]]
    """The first ones: {vm_id, code, message}."""
    left: int | None
    """VMs that are not protected because the remediation has reached its limit; None = Azure does not say."""


class AzurePolicyResult(TypedDict):
    resources: list[Resource]
    kept: list[Resource]
    """Of a removal: what stays in Azure. VMs that Azure Policy protected stay protected."""
    remediation: NotRequired[RemediationTold]


@dataclass(frozen=True, slots=True)
class Plan:
    order: Order
    step: Step


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at Azure and at our row."""

    order: Order
    record: OnRecord
    seen: Seen
    remediation: RemediationOnRecord | None

    @property
    def step(self) -> Step | None:
        return rules.next_step(
            self.order, self.seen, self.record.notes, on_record=self.record.roles, remediation=self.remediation
        )


class SetAzurePolicy(Work[Plan, AzurePolicyResult]):
    kind = JobKind.SET_AZURE_POLICY

    def __init__(self, governance: Governance, policies: Policies, records: Records) -> None:
        self._governance = governance
        self._policies = policies
        self._records = records

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> Plan | AlreadyDone:
        looked = await self._look(ticket)
        step = looked.step
        if step is None:
            return AlreadyDone("Azure Policy is as asked")
        if isinstance(step, Assign | Remediate) and looked.order.wanted is not None:
            await self._check_target(looked.order.wanted)
        return Plan(looked.order, step)

    async def _check_target(self, wanted: rules.Wanted) -> None:
        """Azure takes an assignment to a policy that is not there, and then every deployment fails."""
        try:
            await self._policies.get(wanted.policy)
        except AzureNotFound as gone:
            raise RefusedError(errors.policy_gone(wanted.policy.id, gone.code)) from gone

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """What this job makes less, of what earlier jobs have set by now, the rule, and the VMs: no more is as agreed.

        Once its remediation is begun, rule and VMs decide nothing any more: it is only followed.
        """
        agreed = ticket.ask[BOUND]
        order = service.ORDER.validate_python(ticket.ask)
        record = await self._records.read(ticket)
        lost: Sequence[str] = agreed[weakening.PROTECTS_LESS]
        now = weakening.losses(order.wanted, record.may_be_in_azure)
        found: dict[str, Any] = {weakening.PROTECTS_LESS: lost if set(now) <= set(lost) else now}
        if order.wanted is None or weakening.VMS not in agreed:
            return found
        if order.remediate and record.remediation == _remediation_of(ticket, order, record):
            return {**agreed, **found}
        rule, vms = await self._records.weigh(ticket, order.wanted)
        is_fewer = not order.remediate or vms <= agreed[weakening.VMS]
        return found | {weakening.RULE_NOW: rule, weakening.VMS: agreed[weakening.VMS] if is_fewer else vms}

    # --- writes ------------------------------------------------------------------------------------------------------
    async def send(self, ticket: Ticket, prepared: Plan, *, request_id: UUID, deadline: float) -> Operation:
        step = prepared.step
        if isinstance(step, Follow):
            return self._governance.follow_remediation(step.remediation.scope, step.remediation.name)
        await self._records.begin(ticket, prepared.order, step)
        try:
            return await self._carry_out(ticket, step, request_id, deadline)
        except AzureRejected as rejected:
            if isinstance(step, Grant):
                return await self._not_granted(ticket, step, rejected)
            # An evaluation only makes the counts fresh sooner.
            if isinstance(step, Evaluate) or (isinstance(step, Cancel) and await self._is_over(step.remediation)):
                return Operation(None)
            raise

    async def _is_over(self, one: RemediationOnRecord) -> bool:
        """Whether it ended, or is being cancelled, at this moment: then a cancelling is refused."""
        found = await self._remediation(one)
        return found is None or found.is_over or found.state.lower() == "cancelling"

    async def _carry_out(self, ticket: Ticket, step: Step, request_id: UUID, deadline: float) -> Operation:
        azure, made = self._governance, Operation(None)
        match step:
            case Assign(order):
                made = await azure.put_assignment(order, request_id=request_id, deadline=deadline)
            case Grant(order):
                made = await azure.put_role(order, request_id=request_id, deadline=deadline)
            case Revoke(role):
                made = await azure.delete_role(role.scope, role.name, request_id=request_id, deadline=deadline)
            case Unassign(scope, name):
                made = await azure.delete_assignment(scope, name, request_id=request_id, deadline=deadline)
            case Remediate(order):
                made = await azure.put_remediation(order, request_id=request_id, deadline=deadline)
            case Cancel(one):
                await azure.cancel_remediation(one.scope, one.name, request_id=request_id, deadline=deadline)
            case Evaluate(scope):  # not waited for: GET shows what it found
                await self._records.note_evaluated(ticket)
                await azure.evaluate(scope, request_id=request_id, deadline=deadline)
        return made

    async def _not_granted(self, ticket: Ticket, step: Grant, rejected: AzureRejected) -> Operation:
        """A role that the identity has already, or cannot have yet."""
        if rejected.code == "RoleAssignmentExists":
            await self._records.note_held(ticket, step.order.id)
            return Operation(None)
        if rejected.code != "PrincipalNotFound":
            raise rejected
        if await self._records.note_principal_missing(ticket, PRINCIPAL_BOUND):
            minutes = round(PRINCIPAL_BOUND.total_seconds() / 60)
            raise RefusedError(errors.principal_not_found(minutes)) from rejected
        said = "Azure's directory does not know the new identity yet (PrincipalNotFound); the role is asked for again."
        raise AzureNotActed(said, retry_after=PRINCIPAL_RETRY_SECONDS) from rejected

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """Whether a write is left. One that was lost is sent again where Azure does not show it."""
        step = (await self._look(ticket)).step
        return Found(None) if step is None or isinstance(step, Follow) else Absent()

    # --- what is there -----------------------------------------------------------------------------------------------
    async def _look(self, ticket: Ticket) -> Looked:
        order = service.ORDER.validate_python(ticket.ask)
        record = await self._records.read(ticket)
        remediation = _remediation_of(ticket, order, record)
        assignments, definition, found = await all_or_none(
            all_or_none(*(_or_none(self._governance.get_assignment(one, order.name)) for one in order.scopes)),
            self._definition_roles(order),
            self._remediation(remediation),
        )
        by_scope = {one.id.lower(): got for one, got in zip(order.scopes, assignments, strict=True) if got is not None}
        seen = Seen(by_scope, {}, found, definition)
        return Looked(order, record, replace(seen, roles=await self._roles(order, record, seen)), remediation)

    async def _definition_roles(self, order: Order) -> Sequence[str]:
        if order.wanted is None:
            return ()
        definition = await self._governance.get_definition(order.wanted.built_in.id)
        return [one.rpartition("/")[2] for one in definition.roles]

    async def _remediation(self, one: RemediationOnRecord | None) -> Remediation | None:
        return None if one is None else await _or_none(self._governance.get_remediation(one.scope, one.name))

    async def _roles(self, order: Order, record: OnRecord, seen: Seen) -> Mapping[str, Role]:
        asked: dict[str, tuple[Scope, str]] = {one.key: (one.scope, one.name) for one in record.roles}
        wanted = order.wanted
        found = seen.assignments.get(wanted.scope.id.lower()) if wanted is not None else None
        if wanted is not None and found is not None and found.principal_id is not None:
            needed = rules.needed_roles(order, wanted, found, seen.definition_roles)
            asked |= {one.id.lower(): (one.scope, one.name) for one in needed}
        roles = await all_or_none(*(_or_none(self._governance.get_role(*place)) for place in asked.values()))
        return {key: role for key, role in zip(asked, roles, strict=True) if role is not None}

    # --- the end -----------------------------------------------------------------------------------------------------
    async def step_failed(self, ticket: Ticket, error: JobError) -> None:
        """A remediation that failed or was cancelled has ended: what came of it is in its counts."""

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> AzurePolicyResult:
        looked = await self._look(ticket)
        step, result = looked.step, await self._result(looked)
        if step is None or ticket.taken_as_is:
            return result
        if isinstance(step, Follow):
            raise StepEnded("The remediation goes on.", seconds=FOLLOW_AGAIN_SECONDS, result=result)
        if step.key == looked.record.notes.last:
            raise NotCarriedOutError(f"Azure does not show yet: {step.said}.", result)
        raise StepEnded(f"Next: {type(step).__name__.lower()} {step.said}.", result=result)

    async def _result(self, looked: Looked) -> AzurePolicyResult:
        order, seen = looked.order, looked.seen
        ours = {one.key: one for one in looked.record.roles}
        made: list[Resource] = [
            {"kind": "policy_assignment", "id": assignment_id(scope, order.name)}
            for scope in order.scopes
            if scope.id.lower() in seen.assignments
        ]
        made += [
            {"kind": "role_assignment", "id": role_id(one.scope, one.name)}
            for key, one in ours.items()
            if key in seen.roles
        ]
        one, found = looked.remediation, seen.remediation
        if one is None or found is None:
            return {"resources": made, "kept": []}
        if order.wanted is None:
            return {"resources": made, "kept": [{"kind": "remediation", "id": one.id}]}
        failed = await self._failed(one) if found.failed else []
        told: RemediationTold = {
            "id": one.id,
            "state": found.state.lower(),
            "total": found.total,
            "succeeded": found.succeeded,
            "failed": found.failed,
            "failures": [{"vm_id": each.resource_id, "code": each.code, "message": each.message} for each in failed],
            "left": await self._left(order, one, found) if found.is_over else 0,
        }
        return {"resources": made, "kept": [], "remediation": told}

    async def _left(self, order: Order, one: RemediationOnRecord, found: Remediation) -> int | None:
        if not rules.has_reached_its_limit(found.total, order.at_most):
            return 0
        try:
            return (await self._governance.compliance(one.scope, order.name)).non_compliant
        except AzureRejected:
            return None

    async def _failed(self, one: RemediationOnRecord) -> Sequence[Deployment]:
        """Without the right to list them the counts must do: the remediation has ended all the same."""
        try:
            listed = await self._governance.list_deployments(one.scope, one.name)
        except AzureRejected:
            return []
        return [each for each in listed if each.status.lower() == "failed"][:NAMED_FAILURES]

    async def result_so_far(self, session: AsyncSession, ticket: Ticket) -> AzurePolicyResult | None:
        found = await so_far(session, ticket)
        return None if found is None else {"resources": list(found), "kept": []}

    def warnings_of(self, result: AzurePolicyResult) -> list[failures.Warned]:
        told = result.get("remediation")
        left = told.get("left", 0) if told is not None else 0
        if told is None or (told["state"] in ENDED_WELL and not told["failed"] and left == 0):
            return []
        first = next(iter(told["failures"]), None)
        said = f" The first: {first['vm_id']}: {first['message']}" if first is not None else ""
        counts = f"It ended as {told['state']}: {told['succeeded']} of {told['total']} VMs were protected, "
        counts += f"{told['failed']} failed."
        if left != 0:
            counts += f" It has reached its limit: {'some' if left is None else left} may be left."
        return [
            {
                "code": "remediation_incomplete",
                "title": "The remediation is incomplete",
                "detail": failures.cut(f"{counts}{said}"),
                "remedy": "Mend what the failures name, then PUT again with remediate: true. Roles of a new identity "
                "take some minutes to be known everywhere.",
                "azure_code": first["code"] if first is not None else None,
            }
        ]

    async def finish(
        self, session: AsyncSession, ticket: Ticket, state: State, _result: AzurePolicyResult | None, /
    ) -> None:
        await service.settle(session, ticket, state)


def _remediation_of(ticket: Ticket, order: Order, record: OnRecord) -> RemediationOnRecord | None:
    if order.wanted is None:
        return record.remediation
    return RemediationOnRecord(order.wanted.scope, f"holdfast-{ticket.id}") if order.remediate else None


async def _or_none(asked: Awaitable[T]) -> T | None:
    """None where Azure says that it is not there. Raises AzureNotFound for a 404 that does not prove it."""
    try:
        return await asked
    except AzureNotFound as missing:
        if not proves_absence_with_group(missing):
            raise
        return None
