from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="TearDownRemark")


@_dataclass
class TearDownRemark:
    """What is to be known of a resource that was deleted.

    Attributes:
        id (str): Its id: a UUID. Ids of one kind sort in the order of creation.
        remark (str): What is to be known of it, in a sentence.
    """

    id: str
    remark: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        remark = self.remark

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "remark": remark,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        remark = d.pop("remark")

        tear_down_remark = cls(
            id=id,
            remark=remark,
        )

        tear_down_remark.additional_properties = d
        return tear_down_remark
