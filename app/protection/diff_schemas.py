"""What a change of an item would do, as callers see it. Nothing is changed by asking."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure.item_states import WITHOUT_POLICY
from app.azure.values import PolicyDefinition, RecoveryPoint
from app.identity.access.second_person import operation_to_approve
from app.jobs.api.costs import CostChange
from app.jobs.kinds import JobKind
from app.policies.preview import kept_by
from app.policies.preview_schemas import ChangeRead
from app.policies.schemas import AdviceRead
from app.protection.change_dry_run import Found
from app.protection.changes import state_after
from app.protection.optional_reads import Seen
from app.protection.policy_fit import PolicySaid, Weighed, differences

ENHANCED_FOR_GOOD = AdviceRead(
    code="enhanced_for_good",
    reason="An enhanced policy is permanent: the VM cannot go back to a standard one. Its snapshots cost more, and the "
    "change starts a backup.",
    pointer="#/policy_id",
)
SUSPENDED_GO = AdviceRead(
    code="suspended_points_go",
    reason="Suspended, points expire as the policy says, all but the last one. Paused, every point is kept for ever.",
    pointer="#/action",
)
DIFF_EXAMPLE: JsonDict = {
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "kind": "change_policy",
    "state_before": "protected",
    "state_after": "protected",
    "policy_before": {"name": "DefaultPolicy", "enhanced": False, "retention": {"daily": {"count": 30}}},
    "policy_after": {"name": "week", "enhanced": False, "retention": {"daily": {"count": 7}}},
    "changes": [{"pointer": "#/retention/daily/count", "before": 30, "after": 7, "effect": "shrinks"}],
    "shrinks": True,
    "points": 30,
    "points_lost": 23,
    "points_earlier": 7,
    "approval": "retention_shrink",
    "summary": "Give vm-web-01 the policy week, which keeps less: #/retention/daily/count: 30 -> 7.",
    "advice": [],
    "as_of": "2026-01-31T11:10:00Z",
    "cost": None,
}


class PolicyBrief(BaseModel):
    """A policy in short. `enhanced`, `retention` null: Holdfast does not support its settings."""

    name: str
    enhanced: bool | None
    retention: dict[str, Any] | None

    @classmethod
    def of(cls, said: PolicySaid) -> "PolicyBrief":
        fact = said.as_fact()["says"]
        kept = fact.get("retention")
        return cls(
            name=said.name,
            enhanced=said.is_enhanced,
            retention={name: layer for name, layer in kept.items() if layer} if kept is not None else None,
        )


class ItemDiff(BaseModel):
    """What the change would do. Nothing has been changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [DIFF_EXAMPLE]})

    protected_item_id: UUID
    kind: str
    state_before: str = Field(description="State of the item after the earlier writes have ended.")
    state_after: str
    policy_before: PolicyBrief | None
    policy_after: PolicyBrief | None
    changes: list[ChangeRead] = Field(description="Differences of the policies, field by field.")
    shrinks: bool = Field(description="True: points may be lost that would be kept otherwise.")
    points: int | None = Field(description="Number of points now; null: Azure could not be asked.")
    points_lost: int | None = Field(
        description="Those of them that the new policy would not keep until tomorrow. Backups on demand keep the "
        "expiry that they were requested with; they may be counted although they stay. Null: not known."
    )
    points_earlier: int | None = Field(description="Points that would expire earlier, the lost ones included.")
    approval: str | None = Field(description="The approval that your tenant requires for this; null: none.")
    summary: str
    advice: list[AdviceRead]
    as_of: datetime | None = Field(description="When Azure was asked; null: it could not be reached.")
    cost: CostChange | None = Field(
        description="What another policy costs a month; null: no other policy, or not known."
    )

    @classmethod
    def of(
        cls, found: Found, seen: Seen, wanted: Collection[str], now: datetime, cost: CostChange | None
    ) -> "ItemDiff":
        weighed = found.weighed
        sensitive = weighed.sensitive()
        lost, earlier = _losses(weighed, seen.points, now)
        return cls(
            protected_item_id=found.item.id,
            kind=weighed.kind,
            state_before=weighed.state,
            state_after=state_after(weighed.kind, weighed.state),
            policy_before=PolicyBrief.of(weighed.before[0]) if weighed.before else None,
            policy_after=_policy_after(weighed),
            changes=[ChangeRead.of(change) for change in differences(weighed)],
            shrinks=weighed.lets_points_go(),
            points=None if seen.points is None else len(seen.points),
            points_lost=lost,
            points_earlier=earlier,
            approval=operation_to_approve(sensitive, wanted),
            summary=sensitive.words,
            advice=_advice(weighed),
            as_of=now if seen.item is not None else None,
            cost=cost,
        )


def _policy_after(weighed: Weighed) -> PolicyBrief | None:
    if weighed.after:
        return PolicyBrief.of(weighed.after[0])
    if weighed.kind == JobKind.PAUSE or not weighed.before:
        return None
    return PolicyBrief.of(weighed.before[0])


def _advice(weighed: Weighed) -> list[AdviceRead]:
    found = [ENHANCED_FOR_GOOD] if weighed.becomes_enhanced() else []
    return found + ([SUSPENDED_GO] if weighed.kind == JobKind.SUSPEND else [])


def _losses(weighed: Weighed, points: Sequence[RecoveryPoint] | None, now: datetime) -> tuple[int | None, int | None]:
    """(points that go at once, points that go earlier), of those there are now."""
    if points is None:
        return None, None
    if not weighed.after:
        return 0, 0
    after = weighed.after[0].definition
    keeps_all = weighed.state in WITHOUT_POLICY
    before = weighed.before[0].definition if weighed.before and not keeps_all else None
    if after is None or (before is None and not keeps_all):
        return None, None
    today = now.astimezone(ZoneInfo(after.time_zone)).date()
    ends = [(_end(before, point) if before else date.max, _end(after, point)) for point in points]
    lost = sum(new <= today < old for old, new in ends)
    return lost, sum(new < old for old, new in ends)


def _end(definition: PolicyDefinition, point: RecoveryPoint) -> date:
    """The day on which a policy lets a point of that time go; its snapshot alone counts as copied."""
    day = point.time.astimezone(ZoneInfo(definition.time_zone)).date()
    is_copied = not point.tiers or any(tier.tier != "snapshot" for tier in point.tiers)
    kept = kept_by(definition, day, is_copied=is_copied)
    return max(kept.values(), default=day)
