from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..models.recovery_point_tier_read_tier import RecoveryPointTierReadTier, check_recovery_point_tier_read_tier

T = TypeVar("T", bound="RecoveryPointTierRead")


@_dataclass
class RecoveryPointTierRead:
    """A tier that holds the data of the point.

    Attributes:
        tier (RecoveryPointTierReadTier): Where the data of the point is: `snapshot` (beside the disks), `vault`, or
            `archive`.
        state (str): Azure's word for the state of the data there, such as Valid or Rehydrated.
    """

    tier: RecoveryPointTierReadTier
    state: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tier: str = self.tier

        state = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tier": tier,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tier = check_recovery_point_tier_read_tier(d.pop("tier"))

        state = d.pop("state")

        recovery_point_tier_read = cls(
            tier=tier,
            state=state,
        )

        recovery_point_tier_read.additional_properties = d
        return recovery_point_tier_read
