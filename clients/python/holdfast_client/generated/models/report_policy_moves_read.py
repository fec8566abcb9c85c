from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.report_policy_move_read import ReportPolicyMoveRead


T = TypeVar("T", bound="ReportPolicyMovesRead")


@_dataclass
class ReportPolicyMovesRead:
    """`count` items; `things` names the first 100.

    Attributes:
        count (int): How many they are.
        things (list[ReportPolicyMoveRead]): The first 100 of them.
    """

    count: int
    things: list[ReportPolicyMoveRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        things = []
        for things_item_data in self.things:
            things_item = things_item_data.to_dict()
            things.append(things_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "things": things,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_policy_move_read import ReportPolicyMoveRead  # noqa: PLC0415

        d = dict(src_dict)
        count = d.pop("count")

        things = []
        _things = d.pop("things")
        for things_item_data in _things:
            things_item = ReportPolicyMoveRead.from_dict(things_item_data)

            things.append(things_item)

        report_policy_moves_read = cls(
            count=count,
            things=things,
        )

        report_policy_moves_read.additional_properties = d
        return report_policy_moves_read
