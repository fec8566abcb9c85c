from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.bulk_result_outcomes import BulkResultOutcomes
    from ..models.bulk_result_unreachable_item import BulkResultUnreachableItem
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="BulkResult")


@_dataclass
class BulkResult:
    """Of a bulk request.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['bulk']): The kind of the job: it says which fields there are.
        targets (None | str): Its path: /v1/bulk/{id}.
        outcomes (BulkResultOutcomes): How many targets had which outcome.
        unreachable (list[BulkResultUnreachableItem]): What the selector could not read.
    """

    resources: list[ResultResource]
    kind: Literal["bulk"]
    targets: None | str
    outcomes: BulkResultOutcomes
    unreachable: list[BulkResultUnreachableItem]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        targets: None | str
        targets = self.targets

        outcomes = self.outcomes.to_dict()

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "targets": targets,
                "outcomes": outcomes,
                "unreachable": unreachable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_result_outcomes import BulkResultOutcomes  # noqa: PLC0415
        from ..models.bulk_result_unreachable_item import BulkResultUnreachableItem  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["bulk"], d.pop("kind"))
        if kind != "bulk":
            raise ValueError(f"kind must match const 'bulk', got '{kind}'")

        def _parse_targets(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        targets = _parse_targets(d.pop("targets"))

        outcomes = BulkResultOutcomes.from_dict(d.pop("outcomes"))

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = BulkResultUnreachableItem.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

        bulk_result = cls(
            resources=resources,
            kind=kind,
            targets=targets,
            outcomes=outcomes,
            unreachable=unreachable,
        )

        bulk_result.additional_properties = d
        return bulk_result
