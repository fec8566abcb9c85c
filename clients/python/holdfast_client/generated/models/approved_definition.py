from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ApprovedDefinition")


@_dataclass
class ApprovedDefinition:
    """A definition as it was approved.

    Attributes:
        id (str): Its id: a UUID. Ids of one kind sort in the order of creation.
        name (str): Its name.
        hash_ (str): SHA-256 of the definition: it says which version was approved.
    """

    id: str
    name: str
    hash_: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        hash_ = self.hash_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        hash_ = d.pop("hash")

        approved_definition = cls(
            id=id,
            name=name,
            hash_=hash_,
        )

        approved_definition.additional_properties = d
        return approved_definition
