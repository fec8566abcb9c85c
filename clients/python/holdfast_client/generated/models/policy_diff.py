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
    from ..models.policy_change_read import PolicyChangeRead
    from ..models.policy_loss_read import PolicyLossRead
    from ..models.policy_touched_item import PolicyTouchedItem


T = TypeVar("T", bound="PolicyDiff")


@_dataclass
class PolicyDiff:
    """What a PUT of this body would do. Nothing has been changed.

    Attributes:
        policy_id (UUID): Id of the policy: /v1/policies/{id}.
        name (str): Name of the policy.
        changes (list[PolicyChangeRead]): What would change, field by field.
        shrinks (bool): True: a change removes points or backups.
        estimate (PolicyLossRead): An estimate from the schedule alone: backups on demand and failed runs are not in it.
        items_count (int): Number of VMs affected, including those that only Azure lists.
        items (list[PolicyTouchedItem]): At most 200 of them.
        vms_elsewhere (list[str]): VMs that follow it in Azure and are not managed by Holdfast.
        advice (list[PolicyAdviceRead]): Things to consider; nothing is refused for them.
        as_of (datetime.datetime | None): When Azure was asked; null: it could not be reached.
        cost (CostChange | None): What it costs a month; null: not known.
    """

    policy_id: UUID
    name: str
    changes: list[PolicyChangeRead]
    shrinks: bool
    estimate: PolicyLossRead
    items_count: int
    items: list[PolicyTouchedItem]
    vms_elsewhere: list[str]
    advice: list[PolicyAdviceRead]
    as_of: datetime.datetime | None
    cost: CostChange | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cost_change import CostChange  # noqa: PLC0415

        policy_id = str(self.policy_id)

        name = self.name

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        shrinks = self.shrinks

        estimate = self.estimate.to_dict()

        items_count = self.items_count

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        vms_elsewhere = self.vms_elsewhere

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
                "policy_id": policy_id,
                "name": name,
                "changes": changes,
                "shrinks": shrinks,
                "estimate": estimate,
                "items_count": items_count,
                "items": items,
                "vms_elsewhere": vms_elsewhere,
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
        from ..models.policy_change_read import PolicyChangeRead  # noqa: PLC0415
        from ..models.policy_loss_read import PolicyLossRead  # noqa: PLC0415
        from ..models.policy_touched_item import PolicyTouchedItem  # noqa: PLC0415

        d = dict(src_dict)
        policy_id = UUID(d.pop("policy_id"))

        name = d.pop("name")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = PolicyChangeRead.from_dict(changes_item_data)

            changes.append(changes_item)

        shrinks = d.pop("shrinks")

        estimate = PolicyLossRead.from_dict(d.pop("estimate"))

        items_count = d.pop("items_count")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = PolicyTouchedItem.from_dict(items_item_data)

            items.append(items_item)

        vms_elsewhere = cast(list[str], d.pop("vms_elsewhere"))

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

        policy_diff = cls(
            policy_id=policy_id,
            name=name,
            changes=changes,
            shrinks=shrinks,
            estimate=estimate,
            items_count=items_count,
            items=items,
            vms_elsewhere=vms_elsewhere,
            advice=advice,
            as_of=as_of,
            cost=cost,
        )

        policy_diff.additional_properties = d
        return policy_diff
