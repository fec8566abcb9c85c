from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

T = TypeVar("T", bound="ApprovalDecisionBody")


@_dataclass
class ApprovalDecisionBody:
    """The reason: it is stored, and shown to the requester.

    Attributes:
        reason (str): Why. It is stored, and the requester sees it.
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

        approval_decision_body = cls(
            reason=reason,
        )

        return approval_decision_body
