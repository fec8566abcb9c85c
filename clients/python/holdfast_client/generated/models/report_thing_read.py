from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ReportThingRead")


@_dataclass
class ReportThingRead:
    """An item, a vault or a policy.

    Attributes:
        path (str): Its path, such as /v1/protected-items/{id}.
        name (str): Its name.
    """

    path: str
    name: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "path": path,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        name = d.pop("name")

        report_thing_read = cls(
            path=path,
            name=name,
        )

        report_thing_read.additional_properties = d
        return report_thing_read
