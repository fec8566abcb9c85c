from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="VaultSettingChange")


@_dataclass
class VaultSettingChange:
    """One setting that would change; null before: not known.

    Attributes:
        pointer (str): JSON pointer to the setting, such as #/soft_delete/days.
        before (Any): Its value today, read from Azure.
        after (Any): Its value after the change.
    """

    pointer: str
    before: Any
    after: Any
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        pointer = self.pointer

        before = self.before

        after = self.after

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "pointer": pointer,
                "before": before,
                "after": after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        pointer = d.pop("pointer")

        before = d.pop("before")

        after = d.pop("after")

        vault_setting_change = cls(
            pointer=pointer,
            before=before,
            after=after,
        )

        vault_setting_change.additional_properties = d
        return vault_setting_change
