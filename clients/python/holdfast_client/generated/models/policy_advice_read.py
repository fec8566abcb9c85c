from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="PolicyAdviceRead")


@_dataclass
class PolicyAdviceRead:
    """Something to consider; nothing is refused for it.

    Attributes:
        code (str): A stable code for programs.
        reason (str): Why, in words for people.
        pointer (str): JSON pointer to the field of the definition.
    """

    code: str
    reason: str
    pointer: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        reason = self.reason

        pointer = self.pointer

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "reason": reason,
                "pointer": pointer,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        reason = d.pop("reason")

        pointer = d.pop("pointer")

        policy_advice_read = cls(
            code=code,
            reason=reason,
            pointer=pointer,
        )

        policy_advice_read.additional_properties = d
        return policy_advice_read
