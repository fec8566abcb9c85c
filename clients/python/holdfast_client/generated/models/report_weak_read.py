from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.report_thing_read import ReportThingRead


T = TypeVar("T", bound="ReportWeakRead")


@_dataclass
class ReportWeakRead:
    """`count` of `total` are weak in this way; `things` names the first 100.

    Attributes:
        count (int): How many are weak in this way.
        things (list[ReportThingRead]): The first 100 of them.
        total (int): How many were looked at.
        unknown (int): Of these: what is needed to judge them is not known.
    """

    count: int
    things: list[ReportThingRead]
    total: int
    unknown: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        things = []
        for things_item_data in self.things:
            things_item = things_item_data.to_dict()
            things.append(things_item)

        total = self.total

        unknown = self.unknown

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "things": things,
                "total": total,
                "unknown": unknown,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_thing_read import ReportThingRead  # noqa: PLC0415

        d = dict(src_dict)
        count = d.pop("count")

        things = []
        _things = d.pop("things")
        for things_item_data in _things:
            things_item = ReportThingRead.from_dict(things_item_data)

            things.append(things_item)

        total = d.pop("total")

        unknown = d.pop("unknown")

        report_weak_read = cls(
            count=count,
            things=things,
            total=total,
            unknown=unknown,
        )

        report_weak_read.additional_properties = d
        return report_weak_read
