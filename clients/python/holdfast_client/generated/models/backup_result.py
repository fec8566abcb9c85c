from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="BackupResult")


@_dataclass
class BackupResult:
    """Of a backup. What is not known yet is null; it is read within minutes or, of an idle vault, hours.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['backup']): The kind of the job: it says which fields there are.
        recovery_point_id (None | str): The point that it made: restore it with `recovery_point.id`. Null until Holdfast
            has read the points of the VM; GET /v1/protected-items/{id}/recovery-points reads them at once.
        recovery_point_time (datetime.datetime | None): When the recovery point was taken (UTC); null: none was chosen.
        backup_size (None | str): As Azure writes it. Prefer `backup_size_bytes`.
        backup_size_bytes (int | None): What this backup moved, not what is stored.
    """

    resources: list[ResultResource]
    kind: Literal["backup"]
    recovery_point_id: None | str
    recovery_point_time: datetime.datetime | None
    backup_size: None | str
    backup_size_bytes: int | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        recovery_point_id: None | str
        recovery_point_id = self.recovery_point_id

        recovery_point_time: None | str
        if isinstance(self.recovery_point_time, datetime.datetime):
            recovery_point_time = self.recovery_point_time.isoformat()
        else:
            recovery_point_time = self.recovery_point_time

        backup_size: None | str
        backup_size = self.backup_size

        backup_size_bytes: int | None
        backup_size_bytes = self.backup_size_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "recovery_point_id": recovery_point_id,
                "recovery_point_time": recovery_point_time,
                "backup_size": backup_size,
                "backup_size_bytes": backup_size_bytes,
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

        kind = cast(Literal["backup"], d.pop("kind"))
        if kind != "backup":
            raise ValueError(f"kind must match const 'backup', got '{kind}'")

        def _parse_recovery_point_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        recovery_point_id = _parse_recovery_point_id(d.pop("recovery_point_id"))

        def _parse_recovery_point_time(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                recovery_point_time_type_0 = datetime.datetime.fromisoformat(data)

                return recovery_point_time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        recovery_point_time = _parse_recovery_point_time(d.pop("recovery_point_time"))

        def _parse_backup_size(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        backup_size = _parse_backup_size(d.pop("backup_size"))

        def _parse_backup_size_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        backup_size_bytes = _parse_backup_size_bytes(d.pop("backup_size_bytes"))

        backup_result = cls(
            resources=resources,
            kind=kind,
            recovery_point_id=recovery_point_id,
            recovery_point_time=recovery_point_time,
            backup_size=backup_size,
            backup_size_bytes=backup_size_bytes,
        )

        backup_result.additional_properties = d
        return backup_result
