from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.expectations_read_consistency_type_0 import (
    ExpectationsReadConsistencyType0,
    check_expectations_read_consistency_type_0,
)

T = TypeVar("T", bound="ExpectationsRead")


@_dataclass
class ExpectationsRead:
    """What is expected by this rule; null: it says nothing about it.

    Attributes:
        objective_seconds (int | None): How old the newest recovery point may be, in seconds; null: not set.
        grace_seconds (int | None): How late a backup may be before it counts as missed, in seconds; null: not set.
        consistency (ExpectationsReadConsistencyType0 | None): Of which kind the points shall be; null: not set.
        linux_scripts_expected (bool | None): Whether Linux VMs are expected to have scripts for application
            consistency; null: not set.
        updated_at (datetime.datetime | None): Null while nothing is set.
    """

    objective_seconds: int | None
    grace_seconds: int | None
    consistency: ExpectationsReadConsistencyType0 | None
    linux_scripts_expected: bool | None
    updated_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        objective_seconds: int | None
        objective_seconds = self.objective_seconds

        grace_seconds: int | None
        grace_seconds = self.grace_seconds

        consistency: None | str
        if isinstance(self.consistency, str):
            consistency = self.consistency
        else:
            consistency = self.consistency

        linux_scripts_expected: bool | None
        linux_scripts_expected = self.linux_scripts_expected

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "objective_seconds": objective_seconds,
                "grace_seconds": grace_seconds,
                "consistency": consistency,
                "linux_scripts_expected": linux_scripts_expected,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_objective_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        objective_seconds = _parse_objective_seconds(d.pop("objective_seconds"))

        def _parse_grace_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        grace_seconds = _parse_grace_seconds(d.pop("grace_seconds"))

        def _parse_consistency(data: object) -> ExpectationsReadConsistencyType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_expectations_read_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExpectationsReadConsistencyType0 | None, data)

        consistency = _parse_consistency(d.pop("consistency"))

        def _parse_linux_scripts_expected(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        linux_scripts_expected = _parse_linux_scripts_expected(d.pop("linux_scripts_expected"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        expectations_read = cls(
            objective_seconds=objective_seconds,
            grace_seconds=grace_seconds,
            consistency=consistency,
            linux_scripts_expected=linux_scripts_expected,
            updated_at=updated_at,
        )

        expectations_read.additional_properties = d
        return expectations_read
