from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestLeftRead")


@_dataclass
class RestoreTestLeftRead:
    """A resource in Azure that the run could not delete.

    Attributes:
        id (str): ARM id of the resource.
        reason (None | str | Unset): Why it was not deleted; null: not known.
    """

    id: str
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        restore_test_left_read = cls(
            id=id,
            reason=reason,
        )

        restore_test_left_read.additional_properties = d
        return restore_test_left_read
