from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="AzurePolicyTag")


@_dataclass
class AzurePolicyTag:
    """One tag of VMs. In any letter case, also its values: Azure Policy compares so.

    Attributes:
        name (str): Name of the tag.
        values (list[str]): Its values: any of them.
    """

    name: str
    values: list[str]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        values = self.values

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        values = cast(list[str], d.pop("values"))

        azure_policy_tag = cls(
            name=name,
            values=values,
        )

        return azure_policy_tag
