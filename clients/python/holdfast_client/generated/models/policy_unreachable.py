from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="PolicyUnreachable")


@_dataclass
class PolicyUnreachable:
    """A place of which something could not be read.

    Attributes:
        scope (str): ARM id of the place.
        code (str): A stable code for programs.
        detail (str): Why, in words.
    """

    scope: str
    code: str
    detail: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        scope = self.scope

        code = self.code

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

        code = d.pop("code")

        detail = d.pop("detail")

        policy_unreachable = cls(
            scope=scope,
            code=code,
            detail=detail,
        )

        policy_unreachable.additional_properties = d
        return policy_unreachable
