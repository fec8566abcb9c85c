from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

from ..models.weekly_keep_days_item import WeeklyKeepDaysItem, check_weekly_keep_days_item

T = TypeVar("T", bound="WeeklyKeep")


@_dataclass
class WeeklyKeep:
    """Keep the points of the chosen days of the week.

    Attributes:
        count (int): For how many weeks: 1 to 5163.
        days (list[WeeklyKeepDaysItem]): Days of the week whose points are kept.
    """

    count: int
    days: list[WeeklyKeepDaysItem]

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        days = []
        for days_item_data in self.days:
            days_item: str = days_item_data
            days.append(days_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "count": count,
                "days": days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = check_weekly_keep_days_item(days_item_data)

            days.append(days_item)

        weekly_keep = cls(
            count=count,
            days=days,
        )

        return weekly_keep
