from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="CostReason")


@_dataclass
class CostReason:
    """Why the wanted settings cost more or less than today's.

    Attributes:
        code (str): A stable code for programs.
        detail (str): The reason in words, with the numbers.
    """

    code: str
    detail: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

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

        detail = d.pop("detail")

        cost_reason = cls(
            code=code,
            detail=detail,
        )

        cost_reason.additional_properties = d
        return cost_reason
