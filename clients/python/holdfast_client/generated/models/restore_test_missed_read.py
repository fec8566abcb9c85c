from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="RestoreTestMissedRead")


@_dataclass
class RestoreTestMissedRead:
    """A round that the schedule wanted and that was not made.

    Attributes:
        at (datetime.datetime): When it was due (UTC).
        reason (str): Why none was made, in words.
    """

    at: datetime.datetime
    reason: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        reason = d.pop("reason")

        restore_test_missed_read = cls(
            at=at,
            reason=reason,
        )

        restore_test_missed_read.additional_properties = d
        return restore_test_missed_read
