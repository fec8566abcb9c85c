from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ResultResourceNamed")


@_dataclass
class ResultResourceNamed:
    """A thing of a kind that the field says.

    Attributes:
        id (str): Its ARM id.
        name (str): Its name.
    """

    id: str
    name: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        result_resource_named = cls(
            id=id,
            name=name,
        )

        result_resource_named.additional_properties = d
        return result_resource_named
