from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="QuarterRtoRead")


@_dataclass
class QuarterRtoRead:
    """Seconds from the beginning of a VM's restore until its last level had passed, by Azure's clock.

    Attributes:
        shortest (float): Of the fastest VM, in seconds.
        median (float): The median, in seconds.
        longest (float): Of the slowest VM, in seconds.
    """

    shortest: float
    median: float
    longest: float
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        shortest = self.shortest

        median = self.median

        longest = self.longest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "shortest": shortest,
                "median": median,
                "longest": longest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        shortest = d.pop("shortest")

        median = d.pop("median")

        longest = d.pop("longest")

        quarter_rto_read = cls(
            shortest=shortest,
            median=median,
            longest=longest,
        )

        quarter_rto_read.additional_properties = d
        return quarter_rto_read
