from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.expectations_body_consistency_type_0 import (
    ExpectationsBodyConsistencyType0,
    check_expectations_body_consistency_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ExpectationsBody")


@_dataclass
class ExpectationsBody:
    """What is expected, in place of what was set before. Null or left out: by default.

    Attributes:
        objective_seconds (int | None | Unset): How old the newest point may be: an hour to 366 days. By default as the
            policy's schedule says.
        grace_seconds (int | None | Unset): How late a point may come: at most 30 days.
        consistency (ExpectationsBodyConsistencyType0 | None | Unset): The kind that points shall have. By default as
            the OS of the VM says.
        linux_scripts_expected (bool | None | Unset): Whether Linux VMs have pre- and post-scripts, so that their points
            shall be `application`.
    """

    objective_seconds: int | None | Unset = UNSET
    grace_seconds: int | None | Unset = UNSET
    consistency: ExpectationsBodyConsistencyType0 | None | Unset = UNSET
    linux_scripts_expected: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        objective_seconds: int | None | Unset
        if isinstance(self.objective_seconds, Unset):
            objective_seconds = UNSET
        else:
            objective_seconds = self.objective_seconds

        grace_seconds: int | None | Unset
        if isinstance(self.grace_seconds, Unset):
            grace_seconds = UNSET
        else:
            grace_seconds = self.grace_seconds

        consistency: None | str | Unset
        if isinstance(self.consistency, Unset):
            consistency = UNSET
        elif isinstance(self.consistency, str):
            consistency = self.consistency
        else:
            consistency = self.consistency

        linux_scripts_expected: bool | None | Unset
        if isinstance(self.linux_scripts_expected, Unset):
            linux_scripts_expected = UNSET
        else:
            linux_scripts_expected = self.linux_scripts_expected

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if objective_seconds is not UNSET:
            field_dict["objective_seconds"] = objective_seconds
        if grace_seconds is not UNSET:
            field_dict["grace_seconds"] = grace_seconds
        if consistency is not UNSET:
            field_dict["consistency"] = consistency
        if linux_scripts_expected is not UNSET:
            field_dict["linux_scripts_expected"] = linux_scripts_expected

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_objective_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        objective_seconds = _parse_objective_seconds(d.pop("objective_seconds", UNSET))

        def _parse_grace_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        grace_seconds = _parse_grace_seconds(d.pop("grace_seconds", UNSET))

        def _parse_consistency(data: object) -> ExpectationsBodyConsistencyType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_expectations_body_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExpectationsBodyConsistencyType0 | None | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        def _parse_linux_scripts_expected(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        linux_scripts_expected = _parse_linux_scripts_expected(d.pop("linux_scripts_expected", UNSET))

        expectations_body = cls(
            objective_seconds=objective_seconds,
            grace_seconds=grace_seconds,
            consistency=consistency,
            linux_scripts_expected=linux_scripts_expected,
        )

        return expectations_body
