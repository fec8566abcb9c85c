from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="AlertsSetResult")


@_dataclass
class AlertsSetResult:
    """Of Azure's own alerts that were set up or removed.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['set_azure_alerts']): The kind of the job: it says which fields there are.
        kept (list[str]): Of a removal: action groups that others use, too.
    """

    resources: list[ResultResource]
    kind: Literal["set_azure_alerts"]
    kept: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        kept = self.kept

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "kept": kept,
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

        kind = cast(Literal["set_azure_alerts"], d.pop("kind"))
        if kind != "set_azure_alerts":
            raise ValueError(f"kind must match const 'set_azure_alerts', got '{kind}'")

        kept = cast(list[str], d.pop("kept"))

        alerts_set_result = cls(
            resources=resources,
            kind=kind,
            kept=kept,
        )

        alerts_set_result.additional_properties = d
        return alerts_set_result
