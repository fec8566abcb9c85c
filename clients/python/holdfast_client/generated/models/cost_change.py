from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.cost_change_price_source import CostChangePriceSource, check_cost_change_price_source

if TYPE_CHECKING:
    from ..models.cost_reason import CostReason
    from ..models.money_range import MoneyRange


T = TypeVar("T", bound="CostChange")


@_dataclass
class CostChange:
    """What the VMs concerned cost a month, today and after the change: an estimate (docs/cost.md).

    Attributes:
        currency (str): Currency of all amounts: an ISO 4217 code, such as USD.
        price_date (datetime.date): The day of the oldest price list used.
        price_source (CostChangePriceSource): api: Azure's price list, read over the network; packaged: the one that
            came with this version.
        items_count (int): Number of protected items that the change concerns.
        today (MoneyRange | None): A month with today's settings; null: no charge is known.
        monthly (MoneyRange | None): A month with the wanted settings; null: no charge is known.
        difference (None | str): After minus before; null: a charge that changes is not known.
        reasons (list[CostReason]): Why there is a difference.
        unknown_prices (list[str]): Prices that are not known; they are in no sum.
    """

    currency: str
    price_date: datetime.date
    price_source: CostChangePriceSource
    items_count: int
    today: MoneyRange | None
    monthly: MoneyRange | None
    difference: None | str
    reasons: list[CostReason]
    unknown_prices: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        currency = self.currency

        price_date = self.price_date.isoformat()

        price_source: str = self.price_source

        items_count = self.items_count

        today: dict[str, Any] | None
        if isinstance(self.today, MoneyRange):
            today = self.today.to_dict()
        else:
            today = self.today

        monthly: dict[str, Any] | None
        if isinstance(self.monthly, MoneyRange):
            monthly = self.monthly.to_dict()
        else:
            monthly = self.monthly

        difference: None | str
        difference = self.difference

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        unknown_prices = self.unknown_prices

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "price_date": price_date,
                "price_source": price_source,
                "items_count": items_count,
                "today": today,
                "monthly": monthly,
                "difference": difference,
                "reasons": reasons,
                "unknown_prices": unknown_prices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_reason import CostReason  # noqa: PLC0415
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        d = dict(src_dict)
        currency = d.pop("currency")

        price_date = datetime.date.fromisoformat(d.pop("price_date"))

        price_source = check_cost_change_price_source(d.pop("price_source"))

        items_count = d.pop("items_count")

        def _parse_today(data: object) -> MoneyRange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                today_type_0 = MoneyRange.from_dict(data)

                return today_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyRange | None, data)

        today = _parse_today(d.pop("today"))

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

        def _parse_difference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        difference = _parse_difference(d.pop("difference"))

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = CostReason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        unknown_prices = cast(list[str], d.pop("unknown_prices"))

        cost_change = cls(
            currency=currency,
            price_date=price_date,
            price_source=price_source,
            items_count=items_count,
            today=today,
            monthly=monthly,
            difference=difference,
            reasons=reasons,
            unknown_prices=unknown_prices,
        )

        cost_change.additional_properties = d
        return cost_change
