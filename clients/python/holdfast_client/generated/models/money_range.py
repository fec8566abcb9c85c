from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="MoneyRange")


@_dataclass
class MoneyRange:
    """Decimal strings. `low` and `high` are what the assumptions allow.

    Attributes:
        expected (str): The value to expect, as a decimal string.
        low (str): The lowest value that the assumptions allow, as a decimal string.
        high (str): The highest value that the assumptions allow, as a decimal string.
    """

    expected: str
    low: str
    high: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expected = self.expected

        low = self.low

        high = self.high

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expected": expected,
                "low": low,
                "high": high,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        expected = d.pop("expected")

        low = d.pop("low")

        high = d.pop("high")

        money_range = cls(
            expected=expected,
            low=low,
            high=high,
        )

        money_range.additional_properties = d
        return money_range
