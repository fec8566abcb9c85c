from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from ..models.unmount_result_ended_by_type_0 import UnmountResultEndedByType0, check_unmount_result_ended_by_type_0

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="UnmountResult")


@_dataclass
class UnmountResult:
    """Of a session of files that was ended.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['unmount_files']): The kind of the job: it says which fields there are.
        mode (Literal['files']): Always `files`. Default: 'files'.
        ended_by (None | UnmountResultEndedByType0): azure: it had ended already, and nothing was sent.
    """

    resources: list[ResultResource]
    kind: Literal["unmount_files"]
    ended_by: None | UnmountResultEndedByType0
    mode: Literal["files"] = "files"
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        mode = self.mode

        ended_by: None | str
        if isinstance(self.ended_by, str):
            ended_by = self.ended_by
        else:
            ended_by = self.ended_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "mode": mode,
                "ended_by": ended_by,
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

        kind = cast(Literal["unmount_files"], d.pop("kind"))
        if kind != "unmount_files":
            raise ValueError(f"kind must match const 'unmount_files', got '{kind}'")

        mode = cast(Literal["files"], d.pop("mode"))
        if mode != "files":
            raise ValueError(f"mode must match const 'files', got '{mode}'")

        def _parse_ended_by(data: object) -> None | UnmountResultEndedByType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_by_type_0 = check_unmount_result_ended_by_type_0(data)

                return ended_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UnmountResultEndedByType0, data)

        ended_by = _parse_ended_by(d.pop("ended_by"))

        unmount_result = cls(
            resources=resources,
            kind=kind,
            mode=mode,
            ended_by=ended_by,
        )

        unmount_result.additional_properties = d
        return unmount_result
