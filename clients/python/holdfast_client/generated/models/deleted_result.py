from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.deleted_result_kind import DeletedResultKind, check_deleted_result_kind

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="DeletedResult")


@_dataclass
class DeletedResult:
    """Of a vault or a policy that was deleted.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (DeletedResultKind): The kind of the job: it says which fields there are.
        deleted (None | str): Its ARM id.
    """

    resources: list[ResultResource]
    kind: DeletedResultKind
    deleted: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind: str = self.kind

        deleted: None | str
        deleted = self.deleted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "deleted": deleted,
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

        kind = check_deleted_result_kind(d.pop("kind"))

        def _parse_deleted(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        deleted = _parse_deleted(d.pop("deleted"))

        deleted_result = cls(
            resources=resources,
            kind=kind,
            deleted=deleted,
        )

        deleted_result.additional_properties = d
        return deleted_result
