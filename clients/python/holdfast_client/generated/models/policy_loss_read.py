from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="PolicyLossRead")


@_dataclass
class PolicyLossRead:
    """An estimate from the schedule alone: backups on demand and failed runs are not in it.

    Attributes:
        points (int): Points of all items today.
        lost (int): Points of these that would be lost.
        most_per_item_before (int): Maximum number of points of one VM at a time, within ten years.
        most_per_item_after (int): The same maximum after the change.
    """

    points: int
    lost: int
    most_per_item_before: int
    most_per_item_after: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        points = self.points

        lost = self.lost

        most_per_item_before = self.most_per_item_before

        most_per_item_after = self.most_per_item_after

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "points": points,
                "lost": lost,
                "most_per_item_before": most_per_item_before,
                "most_per_item_after": most_per_item_after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        points = d.pop("points")

        lost = d.pop("lost")

        most_per_item_before = d.pop("most_per_item_before")

        most_per_item_after = d.pop("most_per_item_after")

        policy_loss_read = cls(
            points=points,
            lost=lost,
            most_per_item_before=most_per_item_before,
            most_per_item_after=most_per_item_after,
        )

        policy_loss_read.additional_properties = d
        return policy_loss_read
