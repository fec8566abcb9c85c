from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.item_consistency_read_expected_type_0 import (
    ItemConsistencyReadExpectedType0,
    check_item_consistency_read_expected_type_0,
)
from ..models.item_consistency_read_last_type_0 import (
    ItemConsistencyReadLastType0,
    check_item_consistency_read_last_type_0,
)

T = TypeVar("T", bound="ItemConsistencyRead")


@_dataclass
class ItemConsistencyRead:
    """Of which kind the newest recovery point is, and of which it should be (docs/consistency.md).

    Attributes:
        expected (ItemConsistencyReadExpectedType0 | None): By rule; else Windows: application, Linux: file_system, with
            scripts expected: application. Null while the OS of the VM is not known.
        last (ItemConsistencyReadLastType0 | None): Null where Azure did not say, or the point was not read yet.
        met (bool | None): Whether `last` is of that kind or a better one; null: not known.
    """

    expected: ItemConsistencyReadExpectedType0 | None
    last: ItemConsistencyReadLastType0 | None
    met: bool | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expected: None | str
        if isinstance(self.expected, str):
            expected = self.expected
        else:
            expected = self.expected

        last: None | str
        if isinstance(self.last, str):
            last = self.last
        else:
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

        def _parse_expected(data: object) -> ItemConsistencyReadExpectedType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expected_type_0 = check_item_consistency_read_expected_type_0(data)

                return expected_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ItemConsistencyReadExpectedType0 | None, data)

        expected = _parse_expected(d.pop("expected"))

        def _parse_last(data: object) -> ItemConsistencyReadLastType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_type_0 = check_item_consistency_read_last_type_0(data)

                return last_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ItemConsistencyReadLastType0 | None, data)

        last = _parse_last(d.pop("last"))

        def _parse_met(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        met = _parse_met(d.pop("met"))

        item_consistency_read = cls(
            expected=expected,
            last=last,
            met=met,
        )

        item_consistency_read.additional_properties = d
        return item_consistency_read
