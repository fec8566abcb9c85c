from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="ReportMovedRead")


@_dataclass
class ReportMovedRead:
    """Bytes that the day's backups moved. It is not the stored size: Azure tells that of no VM.

    Attributes:
        bytes_ (int | None): Sum of the sizes that Azure gave; null: it gave none.
        known (int): Of how many backups Azure gave the size.
    """

    bytes_: int | None
    known: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        bytes_: int | None
        bytes_ = self.bytes_

        known = self.known

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "bytes": bytes_,
                "known": known,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_bytes_(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_ = _parse_bytes_(d.pop("bytes"))

        known = d.pop("known")

        report_moved_read = cls(
            bytes_=bytes_,
            known=known,
        )

        report_moved_read.additional_properties = d
        return report_moved_read
