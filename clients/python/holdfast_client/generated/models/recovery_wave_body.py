from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_gate_body import RecoveryGateBody
    from ..models.recovery_plan_member_body import RecoveryPlanMemberBody
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="RecoveryWaveBody")


@_dataclass
class RecoveryWaveBody:
    """VMs that come back together. `selector` finds more of them each time the plan is used.

    Attributes:
        name (str): Its name: unique in the plan.
        members (list[RecoveryPlanMemberBody] | Unset): The VMs that are named one by one.
        selector (None | SelectorBody | Unset): More of them, by what is known of them; null: none.
        may_fail (bool | Unset): Of the items that the selector finds. Default: False.
        gate (RecoveryGateBody | Unset): What must be true after a wave. It also needs that no member failed which may
            not (`person` decides on that).
    """

    name: str
    members: list[RecoveryPlanMemberBody] | Unset = UNSET
    selector: None | SelectorBody | Unset = UNSET
    may_fail: bool | Unset = False
    gate: RecoveryGateBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        name = self.name

        members: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.members, Unset):
            members = []
            for members_item_data in self.members:
                members_item = members_item_data.to_dict()
                members.append(members_item)

        selector: dict[str, Any] | None | Unset
        if isinstance(self.selector, Unset):
            selector = UNSET
        elif isinstance(self.selector, SelectorBody):
            selector = self.selector.to_dict()
        else:
            selector = self.selector

        may_fail = self.may_fail

        gate: dict[str, Any] | Unset = UNSET
        if not isinstance(self.gate, Unset):
            gate = self.gate.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if members is not UNSET:
            field_dict["members"] = members
        if selector is not UNSET:
            field_dict["selector"] = selector
        if may_fail is not UNSET:
            field_dict["may_fail"] = may_fail
        if gate is not UNSET:
            field_dict["gate"] = gate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_gate_body import RecoveryGateBody  # noqa: PLC0415
        from ..models.recovery_plan_member_body import RecoveryPlanMemberBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        _members = d.pop("members", UNSET)
        members: list[RecoveryPlanMemberBody] | Unset = UNSET
        if _members is not UNSET:
            members = []
            for members_item_data in _members:
                members_item = RecoveryPlanMemberBody.from_dict(members_item_data)

                members.append(members_item)

        def _parse_selector(data: object) -> None | SelectorBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                selector_type_0 = SelectorBody.from_dict(data)

                return selector_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SelectorBody | Unset, data)

        selector = _parse_selector(d.pop("selector", UNSET))

        may_fail = d.pop("may_fail", UNSET)

        _gate = d.pop("gate", UNSET)
        gate: RecoveryGateBody | Unset
        if isinstance(_gate, Unset):
            gate = UNSET
        else:
            gate = RecoveryGateBody.from_dict(_gate)

        recovery_wave_body = cls(
            name=name,
            members=members,
            selector=selector,
            may_fail=may_fail,
            gate=gate,
        )

        return recovery_wave_body
