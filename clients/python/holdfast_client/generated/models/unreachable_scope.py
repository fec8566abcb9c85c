from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..models.unreachable_code import UnreachableCode, check_unreachable_code

T = TypeVar("T", bound="UnreachableScope")


@_dataclass
class UnreachableScope:
    """A part of Azure that could not be read, wholly or in part. What is shown of it may be missing or old.

    Attributes:
        scope (str): An ARM id: a subscription or a resource group. `/` = all that is granted.
        code (UnreachableCode): Why something of the estate is not known.
        detail (str): What could not be read, and why, in words.
    """

    scope: str
    code: UnreachableCode
    detail: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        scope = self.scope

        code: str = self.code

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "scope": scope,
                "code": code,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scope = d.pop("scope")

        code = check_unreachable_code(d.pop("code"))

        detail = d.pop("detail")

        unreachable_scope = cls(
            scope=scope,
            code=code,
            detail=detail,
        )

        unreachable_scope.additional_properties = d
        return unreachable_scope
