from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..models.policy_change_read_effect import PolicyChangeReadEffect, check_policy_change_read_effect

T = TypeVar("T", bound="PolicyChangeRead")


@_dataclass
class PolicyChangeRead:
    """One difference between two policies.

    Attributes:
        pointer (str): JSON pointer to the field.
        before (Any): The value today.
        after (Any): The value after the change.
        effect (PolicyChangeReadEffect): shrinks: points or backups get fewer; grows: more; changes: neither.
    """

    pointer: str
    before: Any
    after: Any
    effect: PolicyChangeReadEffect
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        pointer = self.pointer

        before = self.before

        after = self.after

        effect: str = self.effect

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "pointer": pointer,
                "before": before,
                "after": after,
                "effect": effect,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        pointer = d.pop("pointer")

        before = d.pop("before")

        after = d.pop("after")

        effect = check_policy_change_read_effect(d.pop("effect"))

        policy_change_read = cls(
            pointer=pointer,
            before=before,
            after=after,
            effect=effect,
        )

        policy_change_read.additional_properties = d
        return policy_change_read
