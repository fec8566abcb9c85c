from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

from ..models.monthly_keep_days_item import MonthlyKeepDaysItem, check_monthly_keep_days_item
from ..models.monthly_keep_weeks_item import MonthlyKeepWeeksItem, check_monthly_keep_weeks_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="MonthlyKeep")


@_dataclass
class MonthlyKeep:
    """Either `weeks` and `days` (nth weekday), or `dates`.

    Attributes:
        count (int): For how long: 1 to 1188 months; 1 to 99 years in a yearly rule.
        weeks (list[MonthlyKeepWeeksItem] | Unset): Which weeks of the month: with `days`, such as the first Sunday.
        days (list[MonthlyKeepDaysItem] | Unset): Which days of the week.
        dates (list[int | Literal['last']] | Unset): Days of the month: 1 to 28, or "last".
    """

    count: int
    weeks: list[MonthlyKeepWeeksItem] | Unset = UNSET
    days: list[MonthlyKeepDaysItem] | Unset = UNSET
    dates: list[int | Literal["last"]] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        weeks: list[str] | Unset = UNSET
        if not isinstance(self.weeks, Unset):
            weeks = []
            for weeks_item_data in self.weeks:
                weeks_item: str = weeks_item_data
                weeks.append(weeks_item)

        days: list[str] | Unset = UNSET
        if not isinstance(self.days, Unset):
            days = []
            for days_item_data in self.days:
                days_item: str = days_item_data
                days.append(days_item)

        dates: list[int | Literal["last"]] | Unset = UNSET
        if not isinstance(self.dates, Unset):
            dates = []
            for dates_item_data in self.dates:
                dates_item: int | Literal["last"]
                dates_item = dates_item_data
                dates.append(dates_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "count": count,
            }
        )
        if weeks is not UNSET:
            field_dict["weeks"] = weeks
        if days is not UNSET:
            field_dict["days"] = days
        if dates is not UNSET:
            field_dict["dates"] = dates

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        _weeks = d.pop("weeks", UNSET)
        weeks: list[MonthlyKeepWeeksItem] | Unset = UNSET
        if _weeks is not UNSET:
            weeks = []
            for weeks_item_data in _weeks:
                weeks_item = check_monthly_keep_weeks_item(weeks_item_data)

                weeks.append(weeks_item)

        _days = d.pop("days", UNSET)
        days: list[MonthlyKeepDaysItem] | Unset = UNSET
        if _days is not UNSET:
            days = []
            for days_item_data in _days:
                days_item = check_monthly_keep_days_item(days_item_data)

                days.append(days_item)

        _dates = d.pop("dates", UNSET)
        dates: list[int | Literal["last"]] | Unset = UNSET
        if _dates is not UNSET:
            dates = []
            for dates_item_data in _dates:

                def _parse_dates_item(data: object) -> int | Literal["last"]:
                    dates_item_type_1 = cast(Literal["last"], data)
                    if dates_item_type_1 != "last":
                        raise ValueError(f"dates_item_type_1 must match const 'last', got '{dates_item_type_1}'")
                    return dates_item_type_1
                    return cast(int | Literal["last"], data)

                dates_item = _parse_dates_item(dates_item_data)

                dates.append(dates_item)

        monthly_keep = cls(
            count=count,
            weeks=weeks,
            days=days,
            dates=dates,
        )

        return monthly_keep
