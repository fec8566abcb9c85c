from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T", bound="PolicyTouchedItem")


@_dataclass
class PolicyTouchedItem:
    """An item that follows the policy; the points are estimated since it was protected here.

    Attributes:
        id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm_id (str): ARM id of the virtual machine, in any letter case.
        state (str): State of the protected item.
        points (int): Its recovery points today, estimated.
        points_lost (int): Those of them that would be lost, estimated.
    """

    id: UUID
    vm_id: str
    state: str
    points: int
    points_lost: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        vm_id = self.vm_id

        state = self.state

        points = self.points

        points_lost = self.points_lost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "vm_id": vm_id,
                "state": state,
                "points": points,
                "points_lost": points_lost,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        vm_id = d.pop("vm_id")

        state = d.pop("state")

        points = d.pop("points")

        points_lost = d.pop("points_lost")

        policy_touched_item = cls(
            id=id,
            vm_id=vm_id,
            state=state,
            points=points,
            points_lost=points_lost,
        )

        policy_touched_item.additional_properties = d
        return policy_touched_item
