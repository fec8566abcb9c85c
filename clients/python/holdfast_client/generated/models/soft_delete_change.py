from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.soft_delete_change_state_type_0 import SoftDeleteChangeStateType0, check_soft_delete_change_state_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="SoftDeleteChange")


@_dataclass
class SoftDeleteChange:
    """Either of the two, or both. "always_on" cannot be undone.

    Attributes:
        state (None | SoftDeleteChangeStateType0 | Unset): always_on cannot be turned off again.
        days (int | None | Unset): For how many days: 14 to 180.
    """

    state: None | SoftDeleteChangeStateType0 | Unset = UNSET
    days: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        days: int | None | Unset
        if isinstance(self.days, Unset):
            days = UNSET
        else:
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

        def _parse_state(data: object) -> None | SoftDeleteChangeStateType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_soft_delete_change_state_type_0(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SoftDeleteChangeStateType0 | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        days = _parse_days(d.pop("days", UNSET))

        soft_delete_change = cls(
            state=state,
            days=days,
        )

        return soft_delete_change
