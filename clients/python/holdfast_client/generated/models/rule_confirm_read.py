from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="RuleConfirmRead")


@_dataclass
class RuleConfirmRead:
    """The number to confirm.

    Attributes:
        count (int): VMs that the rule would touch: to protect, and to pause.
        limit (int): Up to how many VMs need no confirmation.
        needed (bool): Whether enforcing needs "confirm": count.
    """

    count: int
    limit: int
    needed: bool
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        limit = self.limit

        needed = self.needed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "limit": limit,
                "needed": needed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        limit = d.pop("limit")

        needed = d.pop("needed")

        rule_confirm_read = cls(
            count=count,
            limit=limit,
            needed=needed,
        )

        rule_confirm_read.additional_properties = d
        return rule_confirm_read
