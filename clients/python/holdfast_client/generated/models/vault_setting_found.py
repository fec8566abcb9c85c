from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="VaultSettingFound")


@_dataclass
class VaultSettingFound:
    """One setting of a vault that was changed outside Holdfast.

    Attributes:
        field (str): The name of the setting.
        before (Any): What Holdfast had.
        now (Any): What Azure has.
    """

    field: str
    before: Any
    now: Any
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field = self.field

        before = self.before

        now = self.now

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "field": field,
                "before": before,
                "now": now,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        field = d.pop("field")

        before = d.pop("before")

        now = d.pop("now")

        vault_setting_found = cls(
            field=field,
            before=before,
            now=now,
        )

        vault_setting_found.additional_properties = d
        return vault_setting_found
