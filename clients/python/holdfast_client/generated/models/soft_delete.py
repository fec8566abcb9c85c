from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

from ..models.soft_delete_state import SoftDeleteState, check_soft_delete_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="SoftDelete")


@_dataclass
class SoftDelete:
    """How long deleted backup data can be undeleted.

    Attributes:
        state (SoftDeleteState | Unset): always_on cannot be turned off again. Default: 'on'.
        days (int | Unset): For how many days: 14 to 180. Default: 14.
    """

    state: SoftDeleteState | Unset = "on"
    days: int | Unset = 14

    def to_dict(self) -> dict[str, Any]:
        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state

        days = self.days

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if state is not UNSET:
            field_dict["state"] = state
        if days is not UNSET:
            field_dict["days"] = days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _state = d.pop("state", UNSET)
        state: SoftDeleteState | Unset
        if isinstance(_state, Unset):
            state = UNSET
        else:
            state = check_soft_delete_state(_state)

        days = d.pop("days", UNSET)

        soft_delete = cls(
            state=state,
            days=days,
        )

        return soft_delete
