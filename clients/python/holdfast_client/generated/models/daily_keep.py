from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

T = TypeVar("T", bound="DailyKeep")


@_dataclass
class DailyKeep:
    """Keep the point of each day.

    Attributes:
        count (int): For how many days: 7 to 9999.
    """

    count: int

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        daily_keep = cls(
            count=count,
        )

        return daily_keep
