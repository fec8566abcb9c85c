"""The worker's part of Azure's alerts. Each write is a PUT of the whole thing, or a deletion, so it may be repeated.

What is there is read first, and what differs is written, in the order of `rules.steps`; so a job that died anywhere
goes on where it was. A group is read once more just before it is written: Azure offers no If-Match for it, and others
may have added receivers meanwhile.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotActed, AzureNotFound, AzureRejected, AzureUnknown, proves_absence_with_group
from app.azure.monitor.ports import Monitor
from app.azure.monitor.values import ActionGroup, AlertRouteOrder, GroupOrder, MetricAlertOrder, VaultAlerts
from app.azure.values import AzureJob, Operation
from app.azure_alerts import errors, rules, service
from app.azure_alerts.records import Records
from app.azure_alerts.rules import ChangeGroup, Delete, Order, Seen, SetBuiltIn, Step
from app.core.gather_isolated import all_or_none
from app.jobs.approval.bound_facts import BOUND
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    Look,
    NotCarriedOutError,
    RefusedError,
    Resource,
    Ticket,
    Work,
)

T = TypeVar("T")


class AlertsResult(TypedDict):
    resources: list[Resource]
    kept: NotRequired[list[str]]
    """Of a removal: groups of ours that stay, because others have put receivers into them."""


@dataclass(frozen=True, slots=True)
class Plan:
    order: Order
    steps: Sequence[Step]
    vault: VaultAlerts | None
    token: str | None = field(default=None, repr=False)


class SetAzureAlerts(Work[Plan, AlertsResult]):
    kind = JobKind.SET_AZURE_ALERTS

    def __init__(self, monitor: Monitor, records: Records) -> None:
        self._monitor = monitor
        self._records = records

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> Plan | AlreadyDone:
        order = service.ORDER.validate_python(ticket.ask)
        seen = await self._look(order)
        given = order.wanted.action_group_id if order.wanted is not None else None
        if given is not None and given.lower() not in seen.groups:
            raise RefusedError(errors.no_action_group(given))
        if given is not None and rules.is_off(order, seen):
            raise RefusedError(errors.action_group_off(given))
        left = rules.steps(order, seen, await self._records.pending(ticket))
        if not left:
            return AlreadyDone("Azure's alerts are as asked")
        is_hooked = any(isinstance(step, ChangeGroup) and step.hook for step in left)
        return Plan(order, left, seen.vault, await self._records.issue(ticket) if is_hooked else None)

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """What this job makes less, of what earlier jobs have set by now: no more than was agreed is as agreed."""
        agreed: Sequence[str] = ticket.ask[BOUND][rules.HEARS_LESS]
        order = service.ORDER.validate_python(ticket.ask)
        now = rules.losses(order.wanted, await self._records.may_be_in_azure(ticket))
        return {rules.HEARS_LESS: agreed if set(now) <= set(agreed) else now}

    async def send(self, ticket: Ticket, prepared: Plan, *, request_id: UUID, deadline: float) -> Operation:
        """The writes, one after another. Only the last, of the vault, may run on in Azure."""
        await self._records.begin(ticket, prepared.order.wanted)
        operation, count = Operation(None), len(prepared.steps)
        for done, step in enumerate(prepared.steps):
            try:
                operation = await self._carry_out(prepared, step, request_id, deadline)
            except AzureNotActed as error:
                if not done:
                    raise
                # Some were made, so it is not true that nothing was: the next attempt looks, and makes the rest.
                said = f"{done} of {count} writes were made; then: {error}"
                raise AzureUnknown(said, retry_after=error.retry_after) from error
            except AzureRejected as rejected:
                said = f"{rejected.message} ({done} of {count} writes had been made.)"
                raise type(rejected)(rejected.status, rejected.code, said) from rejected
        return operation

    async def _carry_out(self, plan: Plan, step: Step, request_id: UUID, deadline: float) -> Operation:
        monitor, order = self._monitor, plan.order
        match step:
            case ChangeGroup():
                return await self._change_group(plan, step, request_id, deadline)
            case MetricAlertOrder():
                return await monitor.put_alert(step, request_id=request_id, deadline=deadline)
            case AlertRouteOrder():
                return await monitor.put_route(step, request_id=request_id, deadline=deadline)
            case Delete():
                deleted = await _or_none(monitor.delete(step.id, request_id=request_id, deadline=deadline))
                return deleted or Operation(None)
            case SetBuiltIn():
                was = plan.vault or await monitor.get_vault_alerts(order.vault)
                return await monitor.set_job_failure_alerts(
                    order.vault, was, on=step.on, request_id=request_id, deadline=deadline
                )

    async def _change_group(self, plan: Plan, step: ChangeGroup, request_id: UUID, deadline: float) -> Operation:
        base = await _or_none(self._monitor.get_group(step.id))
        if base is None and not step.is_ours:
            return Operation(None)  # its owner has deleted it: nothing of ours is left in it
        hooks: Mapping[str, str] = {}
        if step.hook and plan.token is not None:
            hooks = {plan.order.name: f"{plan.order.receive_at}{plan.token}"}
        tags = plan.order.tags if step.is_ours else {}
        changed = GroupOrder(step.id, step.emails, hooks, step.without, base, step.is_ours, tags)
        return await self._monitor.put_group(changed, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        order = service.ORDER.validate_python(ticket.ask)
        seen = await self._look(order)
        return Absent() if rules.steps(order, seen, await self._records.pending(ticket)) else Found(None)

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> AlertsResult:
        order = service.ORDER.validate_python(ticket.ask)
        seen = await self._look(order)
        result = _result(order, seen)
        if left := rules.steps(order, seen, await self._records.pending(ticket)):
            said = f"Azure does not show yet: {'; '.join(rules.said_of(step) for step in left)}."
            raise NotCarriedOutError(said, result)
        return result

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, _result: AlertsResult | None) -> None:
        await service.settle(session, ticket, state)

    async def _look(self, order: Order) -> Seen:
        """The vault is not asked for where all is to be removed: it may be gone."""
        monitor = self._monitor
        groups, vault, (alert, route) = await all_or_none(
            self._groups(order),
            self._vault_alerts(order),
            all_or_none(_or_none(monitor.get_alert(order.alert_id)), _or_none(monitor.get_route(order.route_id))),
        )
        return Seen(groups, alert, route, vault)

    async def _vault_alerts(self, order: Order) -> VaultAlerts | None:
        return None if order.wanted is None else await self._monitor.get_vault_alerts(order.vault)

    async def _groups(self, order: Order) -> Mapping[str, ActionGroup]:
        found = await all_or_none(*(_or_none(self._monitor.get_group(one)) for one in order.groups))
        return {one.lower(): group for one, group in zip(order.groups, found, strict=True) if group is not None}


async def _or_none(asked: Awaitable[T]) -> T | None:
    """None where Azure says that it is not there. Raises AzureNotFound for a 404 that does not prove it."""
    try:
        return await asked
    except AzureNotFound as missing:
        if not proves_absence_with_group(missing):
            raise
        return None


def _result(order: Order, seen: Seen) -> AlertsResult:
    if order.wanted is None:
        return {"resources": [], "kept": list(rules.kept_groups(order, seen))}
    made: list[Resource] = [{"kind": "action_group", "id": order.group_id}]
    made += [{"kind": "metric_alert", "id": seen.alert.id}] if seen.alert is not None else []
    made += [{"kind": "alert_processing_rule", "id": seen.route.id}] if seen.route is not None else []
    return {"resources": made}
