from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestVerdictPut")


@_dataclass
class RestoreTestVerdictPut:
    """What your own check found.

    Attributes:
        passed (bool): Whether your own check was passed.
        detail (None | str | Unset): What you found, in words; it is kept with the run.
    """

    passed: bool
    detail: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        passed = self.passed

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "passed": passed,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        passed = d.pop("passed")

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        restore_test_verdict_put = cls(
            passed=passed,
            detail=detail,
        )

        return restore_test_verdict_put
