from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.cost_estimate_read_price_source import CostEstimateReadPriceSource, check_cost_estimate_read_price_source

if TYPE_CHECKING:
    from ..models.cost_assumptions_read import CostAssumptionsRead
    from ..models.cost_item_read import CostItemRead
    from ..models.cost_reason import CostReason
    from ..models.money_range import MoneyRange


T = TypeVar("T", bound="CostEstimateRead")


@_dataclass
class CostEstimateRead:
    """What backup costs a month, by list prices (docs/cost.md). Sums are made before rounding.

    Attributes:
        currency (str): Currency of all amounts: an ISO 4217 code, such as USD.
        price_date (datetime.date): Of the oldest price list used.
        price_source (CostEstimateReadPriceSource): api: Azure's price list, read over the network; packaged: the one
            that came with this version.
        items_count (int): Number of VMs in the estimate.
        items (list[CostItemRead]): VM by VM.
        total (MoneyRange | None): Sum of the lines that are known; null: none is.
        today (MoneyRange | None): The same VMs with today's settings; 0 for one not protected.
        difference (None | str): Total minus today; null: a charge that changes is not known.
        reasons (list[CostReason]): Why there is a difference: at most 20.
        unknown_prices (list[str]): Prices that are not known; they are in no sum.
        assumptions (CostAssumptionsRead): What was assumed where nothing was measured; `low` and `high` are those of
            the lowest and highest cost.
    """

    currency: str
    price_date: datetime.date
    price_source: CostEstimateReadPriceSource
    items_count: int
    items: list[CostItemRead]
    total: MoneyRange | None
    today: MoneyRange | None
    difference: None | str
    reasons: list[CostReason]
    unknown_prices: list[str]
    assumptions: CostAssumptionsRead
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        currency = self.currency

        price_date = self.price_date.isoformat()

        price_source: str = self.price_source

        items_count = self.items_count

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        total: dict[str, Any] | None
        if isinstance(self.total, MoneyRange):
            total = self.total.to_dict()
        else:
            total = self.total

        today: dict[str, Any] | None
        if isinstance(self.today, MoneyRange):
            today = self.today.to_dict()
        else:
            today = self.today

        difference: None | str
        difference = self.difference

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        unknown_prices = self.unknown_prices

        assumptions = self.assumptions.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "price_date": price_date,
                "price_source": price_source,
                "items_count": items_count,
                "items": items,
                "total": total,
                "today": today,
                "difference": difference,
                "reasons": reasons,
                "unknown_prices": unknown_prices,
                "assumptions": assumptions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_assumptions_read import CostAssumptionsRead  # noqa: PLC0415
        from ..models.cost_item_read import CostItemRead  # noqa: PLC0415
        from ..models.cost_reason import CostReason  # noqa: PLC0415
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        d = dict(src_dict)
        currency = d.pop("currency")

        price_date = datetime.date.fromisoformat(d.pop("price_date"))

        price_source = check_cost_estimate_read_price_source(d.pop("price_source"))

        items_count = d.pop("items_count")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = CostItemRead.from_dict(items_item_data)

            items.append(items_item)

        def _parse_total(data: object) -> MoneyRange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                total_type_0 = MoneyRange.from_dict(data)

                return total_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyRange | None, data)

        total = _parse_total(d.pop("total"))

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

        assumptions = CostAssumptionsRead.from_dict(d.pop("assumptions"))

        cost_estimate_read = cls(
            currency=currency,
            price_date=price_date,
            price_source=price_source,
            items_count=items_count,
            items=items,
            total=total,
            today=today,
            difference=difference,
            reasons=reasons,
            unknown_prices=unknown_prices,
            assumptions=assumptions,
        )

        cost_estimate_read.additional_properties = d
        return cost_estimate_read
