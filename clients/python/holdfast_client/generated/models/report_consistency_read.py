from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="ReportConsistencyRead")


@_dataclass
class ReportConsistencyRead:
    """Of which kind the newest point is, and of which it shall be.

    Attributes:
        expected (None | str): Of which kind it shall be; null: nothing is expected.
        last (None | str): Of which kind the newest point is; null: not known.
        met (bool | None): Whether it is as expected; null: not known.
    """

    expected: None | str
    last: None | str
    met: bool | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expected: None | str
        expected = self.expected

        last: None | str
        last = self.last

        met: bool | None
        met = self.met

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expected": expected,
                "last": last,
                "met": met,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_expected(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        expected = _parse_expected(d.pop("expected"))

        def _parse_last(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last = _parse_last(d.pop("last"))

        def _parse_met(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        met = _parse_met(d.pop("met"))

        report_consistency_read = cls(
            expected=expected,
            last=last,
            met=met,
        )

        report_consistency_read.additional_properties = d
        return report_consistency_read
