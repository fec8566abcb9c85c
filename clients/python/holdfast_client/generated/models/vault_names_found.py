from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="VaultNamesFound")


@_dataclass
class VaultNamesFound:
    """How many, and the first names.

    Attributes:
        count (int): How many there are.
        names (list[str]): The first names of them.
    """

    count: int
    names: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        names = self.names

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "names": names,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        names = cast(list[str], d.pop("names"))

        vault_names_found = cls(
            count=count,
            names=names,
        )

        vault_names_found.additional_properties = d
        return vault_names_found
