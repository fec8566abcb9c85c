from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="UnreadableAzureEntry")


@_dataclass
class UnreadableAzureEntry:
    """An entry of one of Azure's lists that cannot be read.

    Attributes:
        id (None | str): Azure's id, if it could be read.
        name (None | str): Its name, if it could be read.
        reason (str): What is wrong with it.
    """

    id: None | str
    name: None | str
    reason: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        name: None | str
        name = self.name

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        reason = d.pop("reason")

        unreadable_azure_entry = cls(
            id=id,
            name=name,
            reason=reason,
        )

        unreadable_azure_entry.additional_properties = d
        return unreadable_azure_entry
