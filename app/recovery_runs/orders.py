"""What the job of a run keeps (`jobs.ask`): the plan as it was, and the point and target of every member. Pure.

It never changes, and an approval of the run is bound to it. A change of the plan, or its deletion, changes no run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.azure.restore_values import ReplaceDisksTarget
from app.identity.access.second_person import Sensitive
from app.jobs.work import JobError
from app.recovery_plans.plan_json import hash_of
from app.recovery_plans.preflight import MemberReport
from app.recovery_plans.rules import Mode, Plan, spread_of
from app.recovery_runs.errors import PointsNotKnown
from app.restores.rules import Decided


@dataclass(frozen=True, slots=True)
class OrderMember:
    """One restore to be made: as the checks before the run decided it."""

    protected_item_id: UUID
    vm_id: str | None
    wave: int
    may_fail: bool
    decided: Decided | None
    """None: it cannot be restored, and it may fail."""
    error: dict[str, Any] | None = None
    """Why, as a job's error."""

    @property
    def point_at(self) -> datetime | None:
        return self.decided.point.time if self.decided is not None and self.decided.point is not None else None


@dataclass(frozen=True, slots=True)
class Order:
    plan_id: UUID
    plan_name: str
    mode: Mode
    hash: str
    """`hash_of` the plan."""
    plan: Plan
    members: tuple[OrderMember, ...]

    @property
    def times(self) -> list[datetime]:
        return [one.point_at for one in self.members if one.point_at is not None]

    @property
    def spread_seconds(self) -> float | None:
        return spread_of(self.times)


def order_of(plan_id: UUID, name: str, mode: Mode, plan: Plan, members: Sequence[MemberReport]) -> Order:
    """The order for members of which the point is known, or which may fail (`service.check_possible`)."""
    return Order(plan_id, name, mode, hash_of(plan, mode), plan, tuple(_member_of(one) for one in members))


def _member_of(report: MemberReport) -> OrderMember:
    candidate, no = report.candidate, report.error
    vm_id = candidate.item.ref.vm.id if candidate.item is not None else None
    member = OrderMember(candidate.item_id, vm_id, candidate.wave, candidate.may_fail, report.decided)
    if report.unknown is not None:
        no = PointsNotKnown(report.unknown, remedy="Restore this VM by itself: POST /v1/restores.")
    if no is None:
        return member
    error = JobError(no.code, no.title, no.detail, no.remedy, azure_code=no.azure_code)
    return replace(member, decided=None, error=error.as_json())


def sensitive(order: Order) -> Sensitive:
    """What a second person is asked about the run, in numbers; every restore of it is covered by the answer."""
    decided = [one.decided for one in order.members if one.decided is not None]
    replaced = sum(isinstance(one.target, ReplaceDisksTarget) for one in decided)
    times, count = order.times, len(decided)
    verb = "Recover" if order.mode is Mode.RECOVER else "Rehearse"
    words = f"{verb} {order.plan_name}: {count} VMs in {len(order.plan.waves)} waves"
    if times:
        words += f", from points of {min(times).isoformat()} to {max(times).isoformat()} ({order.spread_seconds:.0f} s)"
    words += f", {replaced} of them over the original disks" if replaced else ", all beside the original VMs"
    operations = ("replace_disks", "restore") if replaced else ("restore",)
    return Sensitive(operations, f"{words}.", facts_of(order))


def facts_of(order: Order) -> Mapping[str, Any]:
    """What must still hold when the run begins: it is the plan that was approved, as a whole."""
    return {"plan": hash_of(order.plan, order.mode), "members": len(order.members)}
