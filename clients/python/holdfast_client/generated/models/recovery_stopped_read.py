from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="RecoveryStoppedRead")


@_dataclass
class RecoveryStoppedRead:
    """Why nothing more begins.

    Attributes:
        code (str): A stable code for programs.
        detail (None | str): The reason in words; null: nothing more is known.
    """

    code: str
    detail: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        detail: None | str
        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        recovery_stopped_read = cls(
            code=code,
            detail=detail,
        )

        recovery_stopped_read.additional_properties = d
        return recovery_stopped_read
