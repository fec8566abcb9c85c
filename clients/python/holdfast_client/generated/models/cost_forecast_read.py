from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.money_range import MoneyRange


T = TypeVar("T", bound="CostForecastRead")


@_dataclass
class CostForecastRead:
    """The month that ends in 90 days, if nothing is changed: what the policies keep by then, with its band.

    Attributes:
        days (int): How many days ahead: 90.
        on (datetime.date): The day it is for.
        monthly (MoneyRange | None): What the month that ends then costs; null: no charge is known.
    """

    days: int
    on: datetime.date
    monthly: MoneyRange | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        days = self.days

        on = self.on.isoformat()

        monthly: dict[str, Any] | None
        if isinstance(self.monthly, MoneyRange):
            monthly = self.monthly.to_dict()
        else:
            monthly = self.monthly

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "days": days,
                "on": on,
                "monthly": monthly,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        d = dict(src_dict)
        days = d.pop("days")

        on = datetime.date.fromisoformat(d.pop("on"))

        def _parse_monthly(data: object) -> MoneyRange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                monthly_type_0 = MoneyRange.from_dict(data)

                return monthly_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyRange | None, data)

        monthly = _parse_monthly(d.pop("monthly"))

        cost_forecast_read = cls(
            days=days,
            on=on,
            monthly=monthly,
        )

        cost_forecast_read.additional_properties = d
        return cost_forecast_read
