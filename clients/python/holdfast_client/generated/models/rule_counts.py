from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="RuleCounts")


@_dataclass
class RuleCounts:
    """The VMs of a rule when it was last weighed.

    Attributes:
        protect (int): VMs that it would protect.
        unchanged (int): VMs that are as the rule wants them.
        skipped (int): VMs that it selects and does not touch.
        conflicts (int): VMs that other rules select, too.
        lost (int): VMs that it protected and does not select any more.
    """

    protect: int
    unchanged: int
    skipped: int
    conflicts: int
    lost: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        protect = self.protect

        unchanged = self.unchanged

        skipped = self.skipped

        conflicts = self.conflicts

        lost = self.lost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protect": protect,
                "unchanged": unchanged,
                "skipped": skipped,
                "conflicts": conflicts,
                "lost": lost,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        protect = d.pop("protect")

        unchanged = d.pop("unchanged")

        skipped = d.pop("skipped")

        conflicts = d.pop("conflicts")

        lost = d.pop("lost")

        rule_counts = cls(
            protect=protect,
            unchanged=unchanged,
            skipped=skipped,
            conflicts=conflicts,
            lost=lost,
        )

        rule_counts.additional_properties = d
        return rule_counts
