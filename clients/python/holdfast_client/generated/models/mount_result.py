from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.point_restored import PointRestored
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="MountResult")


@_dataclass
class MountResult:
    """Of a point whose files were mounted, or whose session was renewed.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['mount_files']): The kind of the job: it says which fields there are.
        mode (Literal['files']): Always `files`. Default: 'files'.
        renewed (bool): True: a session was renewed; false: a new one was made. Default: False.
        recovery_point_id (None | str): The point whose files are mounted.
        recovery_point (None | PointRestored): Where a worker chose it.
        operation_id (None | str): Azure's name of the operation.
        expires_at (datetime.datetime | None): Until when it can be used (UTC).
    """

    resources: list[ResultResource]
    kind: Literal["mount_files"]
    recovery_point_id: None | str
    recovery_point: None | PointRestored
    operation_id: None | str
    expires_at: datetime.datetime | None
    mode: Literal["files"] = "files"
    renewed: bool = False
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.point_restored import PointRestored  # noqa: PLC0415

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        mode = self.mode

        renewed = self.renewed

        recovery_point_id: None | str
        recovery_point_id = self.recovery_point_id

        recovery_point: dict[str, Any] | None
        if isinstance(self.recovery_point, PointRestored):
            recovery_point = self.recovery_point.to_dict()
        else:
            recovery_point = self.recovery_point

        operation_id: None | str
        operation_id = self.operation_id

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "mode": mode,
                "renewed": renewed,
                "recovery_point_id": recovery_point_id,
                "recovery_point": recovery_point,
                "operation_id": operation_id,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.point_restored import PointRestored  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["mount_files"], d.pop("kind"))
        if kind != "mount_files":
            raise ValueError(f"kind must match const 'mount_files', got '{kind}'")

        mode = cast(Literal["files"], d.pop("mode"))
        if mode != "files":
            raise ValueError(f"mode must match const 'files', got '{mode}'")

        renewed = d.pop("renewed")

        def _parse_recovery_point_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        recovery_point_id = _parse_recovery_point_id(d.pop("recovery_point_id"))

        def _parse_recovery_point(data: object) -> None | PointRestored:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recovery_point_type_0 = PointRestored.from_dict(data)

                return recovery_point_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PointRestored, data)

        recovery_point = _parse_recovery_point(d.pop("recovery_point"))

        def _parse_operation_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operation_id = _parse_operation_id(d.pop("operation_id"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        mount_result = cls(
            resources=resources,
            kind=kind,
            mode=mode,
            renewed=renewed,
            recovery_point_id=recovery_point_id,
            recovery_point=recovery_point,
            operation_id=operation_id,
            expires_at=expires_at,
        )

        mount_result.additional_properties = d
        return mount_result
