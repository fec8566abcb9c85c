from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="PolicyPreviewCountsRead")


@_dataclass
class PolicyPreviewCountsRead:
    """How many points exist at the end of each day, the first day of the span first; none existed before it.

    Attributes:
        per_day (list[int]): Number of points at the end of each day, the first day first.
        at_end (int): Number of points at the end of the last day.
        most (int): The largest of these numbers.
    """

    per_day: list[int]
    at_end: int
    most: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        per_day = self.per_day

        at_end = self.at_end

        most = self.most

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "per_day": per_day,
                "at_end": at_end,
                "most": most,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        per_day = cast(list[int], d.pop("per_day"))

        at_end = d.pop("at_end")

        most = d.pop("most")

        policy_preview_counts_read = cls(
            per_day=per_day,
            at_end=at_end,
            most=most,
        )

        policy_preview_counts_read.additional_properties = d
        return policy_preview_counts_read
