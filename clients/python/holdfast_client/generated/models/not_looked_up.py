from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="NotLookedUp")


@_dataclass
class NotLookedUp:
    """What Azure did not let Holdfast look for: it may exist.

    Attributes:
        what (str): What was looked for, such as `disks` or `vm`.
        detail (str): What happened in this case, in words for people.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
    """

    what: str
    detail: str
    azure_code: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        what = self.what

        detail = self.detail

        azure_code: None | str | Unset
        if isinstance(self.azure_code, Unset):
            azure_code = UNSET
        else:
            azure_code = self.azure_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "what": what,
                "detail": detail,
            }
        )
        if azure_code is not UNSET:
            field_dict["azure_code"] = azure_code

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        what = d.pop("what")

        detail = d.pop("detail")

        def _parse_azure_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_code = _parse_azure_code(d.pop("azure_code", UNSET))

        not_looked_up = cls(
            what=what,
            detail=detail,
            azure_code=azure_code,
        )

        not_looked_up.additional_properties = d
        return not_looked_up
