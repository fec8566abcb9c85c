from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.item_changed_result_kind import ItemChangedResultKind, check_item_changed_result_kind

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="ItemChangedResult")


@_dataclass
class ItemChangedResult:
    """Of a change of a protected item.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (ItemChangedResultKind): The kind of the job: it says which fields there are.
        purge_at (datetime.datetime | None): When Azure deletes data that is soft-deleted.
    """

    resources: list[ResultResource]
    kind: ItemChangedResultKind
    purge_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind: str = self.kind

        purge_at: None | str
        if isinstance(self.purge_at, datetime.datetime):
            purge_at = self.purge_at.isoformat()
        else:
            purge_at = self.purge_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "purge_at": purge_at,
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

        kind = check_item_changed_result_kind(d.pop("kind"))

        def _parse_purge_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                purge_at_type_0 = datetime.datetime.fromisoformat(data)

                return purge_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        purge_at = _parse_purge_at(d.pop("purge_at"))

        item_changed_result = cls(
            resources=resources,
            kind=kind,
            purge_at=purge_at,
        )

        item_changed_result.additional_properties = d
        return item_changed_result
