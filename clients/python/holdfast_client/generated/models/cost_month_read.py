from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="CostMonthRead")


@_dataclass
class CostMonthRead:
    """What was kept of a month: the sum of its days that are over. A VM is charged once for a day.

    Attributes:
        month (datetime.date): Its first day. Months and days are by UTC.
        monthly (None | str): Of the days counted; null: no charge of them was known.
        items_count (int): Number of protected items charged in it.
        incomplete_count (int): Items of which a charge was not known on a day.
        days_count (int | None): Days that are in it; null: the month was computed whole, by a version that kept no
            days.
    """

    month: datetime.date
    monthly: None | str
    items_count: int
    incomplete_count: int
    days_count: int | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        month = self.month.isoformat()

        monthly: None | str
        monthly = self.monthly

        items_count = self.items_count

        incomplete_count = self.incomplete_count

        days_count: int | None
        days_count = self.days_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "month": month,
                "monthly": monthly,
                "items_count": items_count,
                "incomplete_count": incomplete_count,
                "days_count": days_count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        month = datetime.date.fromisoformat(d.pop("month"))

        def _parse_monthly(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        monthly = _parse_monthly(d.pop("monthly"))

        items_count = d.pop("items_count")

        incomplete_count = d.pop("incomplete_count")

        def _parse_days_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        days_count = _parse_days_count(d.pop("days_count"))

        cost_month_read = cls(
            month=month,
            monthly=monthly,
            items_count=items_count,
            incomplete_count=incomplete_count,
            days_count=days_count,
        )

        cost_month_read.additional_properties = d
        return cost_month_read
