from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.cost_change import CostChange
    from ..models.policy_advice_read import PolicyAdviceRead
    from ..models.policy_brief import PolicyBrief
    from ..models.policy_change_read import PolicyChangeRead


T = TypeVar("T", bound="ProtectedItemDiff")


@_dataclass
class ProtectedItemDiff:
    """What the change would do. Nothing has been changed.

    Attributes:
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        kind (str): The kind of job that would be made.
        state_before (str): State of the item after the earlier writes have ended.
        state_after (str): State of the item after the change.
        policy_before (None | PolicyBrief): The policy it follows today; null: none.
        policy_after (None | PolicyBrief): The policy it would follow; null: none.
        changes (list[PolicyChangeRead]): Differences of the policies, field by field.
        shrinks (bool): True: points may be lost that would be kept otherwise.
        points (int | None): Number of points now; null: Azure could not be asked.
        points_lost (int | None): Those of them that the new policy would not keep until tomorrow. Backups on demand
            keep the expiry that they were requested with; they may be counted although they stay. Null: not known.
        points_earlier (int | None): Points that would expire earlier, the lost ones included.
        approval (None | str): The approval that your tenant requires for this; null: none.
        summary (str): The change in one sentence.
        advice (list[PolicyAdviceRead]): Things to consider; nothing is refused for them.
        as_of (datetime.datetime | None): When Azure was asked; null: it could not be reached.
        cost (CostChange | None): What another policy costs a month; null: no other policy, or not known.
    """

    protected_item_id: UUID
    kind: str
    state_before: str
    state_after: str
    policy_before: None | PolicyBrief
    policy_after: None | PolicyBrief
    changes: list[PolicyChangeRead]
    shrinks: bool
    points: int | None
    points_lost: int | None
    points_earlier: int | None
    approval: None | str
    summary: str
    advice: list[PolicyAdviceRead]
    as_of: datetime.datetime | None
    cost: CostChange | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cost_change import CostChange  # noqa: PLC0415
        from ..models.policy_brief import PolicyBrief  # noqa: PLC0415

        protected_item_id = str(self.protected_item_id)

        kind = self.kind

        state_before = self.state_before

        state_after = self.state_after

        policy_before: dict[str, Any] | None
        if isinstance(self.policy_before, PolicyBrief):
            policy_before = self.policy_before.to_dict()
        else:
            policy_before = self.policy_before

        policy_after: dict[str, Any] | None
        if isinstance(self.policy_after, PolicyBrief):
            policy_after = self.policy_after.to_dict()
        else:
            policy_after = self.policy_after

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        shrinks = self.shrinks

        points: int | None
        points = self.points

        points_lost: int | None
        points_lost = self.points_lost

        points_earlier: int | None
        points_earlier = self.points_earlier

        approval: None | str
        approval = self.approval

        summary = self.summary

        advice = []
        for advice_item_data in self.advice:
            advice_item = advice_item_data.to_dict()
            advice.append(advice_item)

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        cost: dict[str, Any] | None
        if isinstance(self.cost, CostChange):
            cost = self.cost.to_dict()
        else:
            cost = self.cost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "kind": kind,
                "state_before": state_before,
                "state_after": state_after,
                "policy_before": policy_before,
                "policy_after": policy_after,
                "changes": changes,
                "shrinks": shrinks,
                "points": points,
                "points_lost": points_lost,
                "points_earlier": points_earlier,
                "approval": approval,
                "summary": summary,
                "advice": advice,
                "as_of": as_of,
                "cost": cost,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_change import CostChange  # noqa: PLC0415
        from ..models.policy_advice_read import PolicyAdviceRead  # noqa: PLC0415
        from ..models.policy_brief import PolicyBrief  # noqa: PLC0415
        from ..models.policy_change_read import PolicyChangeRead  # noqa: PLC0415

        d = dict(src_dict)
        protected_item_id = UUID(d.pop("protected_item_id"))

        kind = d.pop("kind")

        state_before = d.pop("state_before")

        state_after = d.pop("state_after")

        def _parse_policy_before(data: object) -> None | PolicyBrief:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                policy_before_type_0 = PolicyBrief.from_dict(data)

                return policy_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyBrief, data)

        policy_before = _parse_policy_before(d.pop("policy_before"))

        def _parse_policy_after(data: object) -> None | PolicyBrief:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                policy_after_type_0 = PolicyBrief.from_dict(data)

                return policy_after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyBrief, data)

        policy_after = _parse_policy_after(d.pop("policy_after"))

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = PolicyChangeRead.from_dict(changes_item_data)

            changes.append(changes_item)

        shrinks = d.pop("shrinks")

        def _parse_points(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        points = _parse_points(d.pop("points"))

        def _parse_points_lost(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        points_lost = _parse_points_lost(d.pop("points_lost"))

        def _parse_points_earlier(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        points_earlier = _parse_points_earlier(d.pop("points_earlier"))

        def _parse_approval(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        approval = _parse_approval(d.pop("approval"))

        summary = d.pop("summary")

        advice = []
        _advice = d.pop("advice")
        for advice_item_data in _advice:
            advice_item = PolicyAdviceRead.from_dict(advice_item_data)

            advice.append(advice_item)

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        def _parse_cost(data: object) -> CostChange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cost_type_0 = CostChange.from_dict(data)

                return cost_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CostChange | None, data)

        cost = _parse_cost(d.pop("cost"))

        protected_item_diff = cls(
            protected_item_id=protected_item_id,
            kind=kind,
            state_before=state_before,
            state_after=state_after,
            policy_before=policy_before,
            policy_after=policy_after,
            changes=changes,
            shrinks=shrinks,
            points=points,
            points_lost=points_lost,
            points_earlier=points_earlier,
            approval=approval,
            summary=summary,
            advice=advice,
            as_of=as_of,
            cost=cost,
        )

        protected_item_diff.additional_properties = d
        return protected_item_diff
