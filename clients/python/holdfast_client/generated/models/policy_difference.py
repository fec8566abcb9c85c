from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="PolicyDifference")


@_dataclass
class PolicyDifference:
    """A part of the rule's selector that the definition cannot say.

    Attributes:
        member (str): Which part of the selector.
        detail (str): What the definition does instead, in words.
    """

    member: str
    detail: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        member = self.member

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "member": member,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        member = d.pop("member")

        detail = d.pop("detail")

        policy_difference = cls(
            member=member,
            detail=detail,
        )

        policy_difference.additional_properties = d
        return policy_difference
