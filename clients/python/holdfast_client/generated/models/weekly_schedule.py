from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

from ..models.weekly_schedule_days_item import WeeklyScheduleDaysItem, check_weekly_schedule_days_item

T = TypeVar("T", bound="WeeklySchedule")


@_dataclass
class WeeklySchedule:
    """One backup on each of the chosen days of the week.

    Attributes:
        frequency (Literal['weekly']): `weekly`.
        time (str): Time of the backup, HH:MM, in the policy's time zone.
        days (list[WeeklyScheduleDaysItem]): Days of the week on which it runs.
    """

    frequency: Literal["weekly"]
    time: str
    days: list[WeeklyScheduleDaysItem]

    def to_dict(self) -> dict[str, Any]:
        frequency = self.frequency

        time = self.time

        days = []
        for days_item_data in self.days:
            days_item: str = days_item_data
            days.append(days_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "frequency": frequency,
                "time": time,
                "days": days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        frequency = cast(Literal["weekly"], d.pop("frequency"))
        if frequency != "weekly":
            raise ValueError(f"frequency must match const 'weekly', got '{frequency}'")

        time = d.pop("time")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = check_weekly_schedule_days_item(days_item_data)

            days.append(days_item)

        weekly_schedule = cls(
            frequency=frequency,
            time=time,
            days=days,
        )

        return weekly_schedule
