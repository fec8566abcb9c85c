from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ListCount")


@_dataclass
class ListCount:
    """How many entries a list has.

    Attributes:
        value (int): Entries that match, on all pages; at most 10,000.
        exact (bool): False: there are more than `value`.
    """

    value: int
    exact: bool
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        value = self.value

        exact = self.exact

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "value": value,
                "exact": exact,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        value = d.pop("value")

        exact = d.pop("exact")

        list_count = cls(
            value=value,
            exact=exact,
        )

        list_count.additional_properties = d
        return list_count
