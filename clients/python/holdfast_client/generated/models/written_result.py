from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

from ..models.written_result_kind import WrittenResultKind, check_written_result_kind

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="WrittenResult")


@_dataclass
class WrittenResult:
    """Of a vault or policy that was written, or a VM that was protected: `resources` names it.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (WrittenResultKind): The kind of the job: it says which fields there are.
    """

    resources: list[ResultResource]
    kind: WrittenResultKind
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind: str = self.kind

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = check_written_result_kind(d.pop("kind"))

        written_result = cls(
            resources=resources,
            kind=kind,
        )

        written_result.additional_properties = d
        return written_result
