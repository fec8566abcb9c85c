from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.cost_read_price_source_type_0 import CostReadPriceSourceType0, check_cost_read_price_source_type_0

if TYPE_CHECKING:
    from ..models.cost_group_read import CostGroupRead
    from ..models.cost_total_read import CostTotalRead


T = TypeVar("T", bound="CostRead")


@_dataclass
class CostRead:
    """What the tenant's protected items cost a month, by list prices (docs/cost.md).

    Attributes:
        currency (str): Currency of all amounts: an ISO 4217 code, such as USD.
        price_date (datetime.date | None): Of the oldest price list used; null: there is no item.
        price_source (CostReadPriceSourceType0 | None): Where the prices come from; null: there is no item.
        group_by (str): What the groups are: as the request asked.
        groups (list[CostGroupRead]): What each group costs.
        total (CostTotalRead): What items cost together.
        unknown_prices (list[str]): Prices that are not known; they are in no sum.
    """

    currency: str
    price_date: datetime.date | None
    price_source: CostReadPriceSourceType0 | None
    group_by: str
    groups: list[CostGroupRead]
    total: CostTotalRead
    unknown_prices: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        price_date: None | str
        if isinstance(self.price_date, datetime.date):
            price_date = self.price_date.isoformat()
        else:
            price_date = self.price_date

        price_source: None | str
        if isinstance(self.price_source, str):
            price_source = self.price_source
        else:
            price_source = self.price_source

        group_by = self.group_by

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        total = self.total.to_dict()

        unknown_prices = self.unknown_prices

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "price_date": price_date,
                "price_source": price_source,
                "group_by": group_by,
                "groups": groups,
                "total": total,
                "unknown_prices": unknown_prices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_group_read import CostGroupRead  # noqa: PLC0415
        from ..models.cost_total_read import CostTotalRead  # noqa: PLC0415

        d = dict(src_dict)
        currency = d.pop("currency")

        def _parse_price_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                price_date_type_0 = datetime.date.fromisoformat(data)

                return price_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        price_date = _parse_price_date(d.pop("price_date"))

        def _parse_price_source(data: object) -> CostReadPriceSourceType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                price_source_type_0 = check_cost_read_price_source_type_0(data)

                return price_source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CostReadPriceSourceType0 | None, data)

        price_source = _parse_price_source(d.pop("price_source"))

        group_by = d.pop("group_by")

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = CostGroupRead.from_dict(groups_item_data)

            groups.append(groups_item)

        total = CostTotalRead.from_dict(d.pop("total"))

        unknown_prices = cast(list[str], d.pop("unknown_prices"))

        cost_read = cls(
            currency=currency,
            price_date=price_date,
            price_source=price_source,
            group_by=group_by,
            groups=groups,
            total=total,
            unknown_prices=unknown_prices,
        )

        cost_read.additional_properties = d
        return cost_read
