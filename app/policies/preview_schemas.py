"""What a policy would do, and what a change of it would take away, as callers ask for it and see it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure import values as v
from app.jobs.api.costs import CostChange
from app.jobs.api.schemas import WriteBody
from app.policies.changes import SHOWN_ITEMS, Change, Effect, changes_between
from app.policies.preview import ClockChange, Preview, Rule, Run, lost_points, most_points
from app.policies.schemas import STORY, AdviceRead, DefinitionBody, Name, advice_of
from app.policies.write_requests import ExaminedChange

PREVIEWED: JsonDict = {**STORY, "from": "2026-01-01", "days": 365, "on": "2026-06-30"}
PREVIEW_EXAMPLE: JsonDict = {
    "from": "2026-03-08",
    "until": "2026-03-10",
    "runs": [
        {
            "at": "2026-03-08T07:00:00Z",
            "wall_clock": "2026-03-08T03:00:00-04:00",
            "clock_change": "skipped",
            "kept": [{"rule": "daily", "until": "2026-04-07"}, {"rule": "weekly", "until": "2026-05-31"}],
        }
    ],
    "counts": {"per_day": [1, 2, 3], "at_end": 3, "most": 3},
    "on": None,
    "points": None,
    "points_count": None,
    "advice": [],
}
DIFF_EXAMPLE: JsonDict = {
    "policy_id": "01900000-0000-7000-8000-000000000002",
    "name": "production",
    "changes": [{"pointer": "#/retention/daily/count", "before": 30, "after": 7, "effect": "shrinks"}],
    "shrinks": True,
    "estimate": {"points": 30, "lost": 23, "most_per_item_before": 30, "most_per_item_after": 7},
    "items_count": 1,
    "items": [
        {
            "id": "01900000-0000-7000-8000-000000000003",
            "vm_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/"
            "Microsoft.Compute/virtualMachines/vm-web-01",
            "state": "protected",
            "points": 30,
            "points_lost": 23,
        }
    ],
    "vms_elsewhere": [],
    "advice": [],
    "as_of": "2026-01-31T05:00:00Z",
    "cost": None,
}


class PreviewCreate(DefinitionBody, WriteBody):
    """A policy, as it would be created, and the span to look at. Nothing is created."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: Name | None = None
    first: date | None = Field(default=None, alias="from", description="Default: today, in the policy's time zone.")
    until: date | None = Field(default=None, description="The last day. Give this or `days`.")
    days: int | None = Field(default=None, description="How many days, the first included. Default: 365.")
    on: date | None = Field(default=None, description="List the points that exist at the end of this day.")
    limit: int = Field(default=100, ge=1, le=1000, description="Maximum number of runs and points listed.")


class KeptRead(BaseModel):
    """`until` is the first day on which this rule no longer keeps the point."""

    rule: Rule
    until: date


class RunRead(BaseModel):
    """One planned backup, or the point that it made."""

    at: datetime = Field(description="When it runs (UTC).")
    wall_clock: datetime = Field(description="The same instant in the policy's time zone.")
    clock_change: ClockChange | None = Field(
        description="`skipped`: the clocks skip the planned time that day, so it runs by the offset from before; "
        "`repeated`: the time comes twice, and it runs the first time only."
    )
    kept: list[KeptRead]

    @classmethod
    def of(cls, run: Run) -> "RunRead":
        kept = [KeptRead(rule=rule, until=until) for rule, until in run.kept.items()]
        return cls(at=run.at, wall_clock=run.wall_clock, clock_change=run.clock_change, kept=kept)


class CountsRead(BaseModel):
    """How many points exist at the end of each day, the first day of the span first; none existed before it."""

    per_day: list[int]
    at_end: int
    most: int


class PreviewRead(BaseModel):
    """What a policy will do, by its schedule alone. Days are days of the policy's time zone."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"examples": [PREVIEW_EXAMPLE]})

    first: date = Field(alias="from")
    until: date
    runs: list[RunRead] = Field(description="The first runs of the span, oldest first.")
    counts: CountsRead
    on: date | None
    points: list[RunRead] | None = Field(description="The newest points on that day, newest first; null without `on`.")
    points_count: int | None
    advice: list[AdviceRead]

    @classmethod
    def of(cls, seen: Preview, definition: v.PolicyDefinition, on: date | None) -> "PreviewRead":
        counts = list(seen.counts)
        return cls(
            first=seen.first,
            until=seen.last,
            runs=[RunRead.of(run) for run in seen.runs],
            counts=CountsRead(per_day=counts, at_end=counts[-1], most=max(counts)),
            on=on,
            points=[RunRead.of(run) for run in seen.points] if on else None,
            points_count=counts[(on - seen.first).days] if on else None,
            advice=advice_of(definition),
        )


# --- the difference that a change makes ----------------------------------------------------------------------------
class ChangeRead(BaseModel):
    pointer: str
    before: Any
    after: Any
    effect: Effect

    @classmethod
    def of(cls, change: Change) -> "ChangeRead":
        return cls(pointer=change.pointer, before=change.before, after=change.after, effect=change.effect)


class TouchedItem(BaseModel):
    """An item that follows the policy; the points are estimated since it was protected here."""

    id: UUID
    vm_id: str
    state: str
    points: int
    points_lost: int


class LossRead(BaseModel):
    """An estimate from the schedule alone: backups on demand and failed runs are not in it."""

    points: int = Field(description="Points of all items today.")
    lost: int = Field(description="Points of these that would be lost.")
    most_per_item_before: int = Field(description="Maximum number of points of one VM at a time, within ten years.")
    most_per_item_after: int


class PolicyDiff(BaseModel):
    """What a PUT of this body would do. Nothing has been changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [DIFF_EXAMPLE]})

    policy_id: UUID
    name: str
    changes: list[ChangeRead]
    shrinks: bool = Field(description="True: a change removes points or backups.")
    estimate: LossRead
    items_count: int = Field(description="Number of VMs affected, including those that only Azure lists.")
    items: list[TouchedItem] = Field(description="At most 200 of them.")
    vms_elsewhere: list[str] = Field(description="VMs that follow it in Azure and are not managed by Holdfast.")
    advice: list[AdviceRead]
    as_of: datetime | None = Field(description="When Azure was asked; null: it could not be reached.")
    cost: CostChange | None = Field(description="What it costs a month; null: not known.")

    @classmethod
    def of(
        cls, examined: ExaminedChange, after: v.PolicyDefinition, now: datetime, cost: CostChange | None
    ) -> "PolicyDiff":
        policy, before, followers = examined.policy, examined.before, examined.followers
        today = now.astimezone(ZoneInfo(before.time_zone)).date()
        estimates = {
            since: lost_points(before, after, since, today)
            for since in {one.created_at.date() for one in followers.ours}
        }
        each = [estimates[one.created_at.date()] for one in followers.ours]
        changes = changes_between(before, after)
        return cls(
            policy_id=policy.id,
            name=policy.name,
            changes=[ChangeRead.of(change) for change in changes],
            shrinks=any(change.effect == "shrinks" for change in changes),
            estimate=LossRead(
                points=sum(there for there, _ in each),
                lost=sum(lost for _, lost in each),
                most_per_item_before=most_points(before, today),
                most_per_item_after=most_points(after, today),
            ),
            items_count=followers.count,
            items=[
                TouchedItem(id=one.id, vm_id=one.vm_id, state=one.state, points=there, points_lost=lost)
                for one, (there, lost) in zip(followers.ours[:SHOWN_ITEMS], each, strict=False)
            ],
            vms_elsewhere=list(followers.elsewhere[:SHOWN_ITEMS]),
            advice=advice_of(after),
            as_of=now if examined.seen else None,
            cost=cost,
        )
