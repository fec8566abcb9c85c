from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.cost_basis import CostBasis, check_cost_basis
from ..models.cost_meter import CostMeter, check_cost_meter

T = TypeVar("T", bound="CostLineRead")


@_dataclass
class CostLineRead:
    """One charge. `quantity` null: the size or the policy is not known; `unit_price` null: the price is not known.

    Attributes:
        meter (CostMeter): What is charged.
        quantity (None | str): How much of it, as a decimal string; null: not known.
        unit (str): What one is, such as GB/month.
        unit_price (None | str): Price of one, as a decimal string; null: not known.
        monthly (None | str): Quantity times price, as a decimal string; null: one of them is not known.
        basis (CostBasis): What a quantity rests on, the weakest first.
    """

    meter: CostMeter
    quantity: None | str
    unit: str
    unit_price: None | str
    monthly: None | str
    basis: CostBasis
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        meter: str = self.meter

        quantity: None | str
        quantity = self.quantity

        unit = self.unit

        unit_price: None | str
        unit_price = self.unit_price

        monthly: None | str
        monthly = self.monthly

        basis: str = self.basis

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "meter": meter,
                "quantity": quantity,
                "unit": unit,
                "unit_price": unit_price,
                "monthly": monthly,
                "basis": basis,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        meter = check_cost_meter(d.pop("meter"))

        def _parse_quantity(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quantity = _parse_quantity(d.pop("quantity"))

        unit = d.pop("unit")

        def _parse_unit_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit_price = _parse_unit_price(d.pop("unit_price"))

        def _parse_monthly(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        monthly = _parse_monthly(d.pop("monthly"))

        basis = check_cost_basis(d.pop("basis"))

        cost_line_read = cls(
            meter=meter,
            quantity=quantity,
            unit=unit,
            unit_price=unit_price,
            monthly=monthly,
            basis=basis,
        )

        cost_line_read.additional_properties = d
        return cost_line_read
