from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ReportSinceRead")


@_dataclass
class ReportSinceRead:
    """The report that is compared with.

    Attributes:
        date (datetime.date): The day before.
        revision (int): Its revision.
    """

    date: datetime.date
    revision: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        date = self.date.isoformat()

        revision = self.revision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "date": date,
                "revision": revision,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        date = datetime.date.fromisoformat(d.pop("date"))

        revision = d.pop("revision")

        report_since_read = cls(
            date=date,
            revision=revision,
        )

        report_since_read.additional_properties = d
        return report_since_read
