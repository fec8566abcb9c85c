from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

T = TypeVar("T", bound="AcknowledgeBody")


@_dataclass
class AcknowledgeBody:
    """Why, or by what, it is taken in hand.

    Attributes:
        reason (str): Why, or who works on it. It is stored with your name.
    """

    reason: str

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        acknowledge_body = cls(
            reason=reason,
        )

        return acknowledge_body
