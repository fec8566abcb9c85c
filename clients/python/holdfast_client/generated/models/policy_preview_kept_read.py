from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..models.policy_preview_kept_read_rule import PolicyPreviewKeptReadRule, check_policy_preview_kept_read_rule

T = TypeVar("T", bound="PolicyPreviewKeptRead")


@_dataclass
class PolicyPreviewKeptRead:
    """`until` is the first day on which this rule no longer keeps the point.

    Attributes:
        rule (PolicyPreviewKeptReadRule): The rule that keeps it: a retention rule, or the snapshot.
        until (datetime.date): The first day on which this rule no longer keeps it.
    """

    rule: PolicyPreviewKeptReadRule
    until: datetime.date
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rule: str = self.rule

        until = self.until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rule": rule,
                "until": until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rule = check_policy_preview_kept_read_rule(d.pop("rule"))

        until = datetime.date.fromisoformat(d.pop("until"))

        policy_preview_kept_read = cls(
            rule=rule,
            until=until,
        )

        policy_preview_kept_read.additional_properties = d
        return policy_preview_kept_read
