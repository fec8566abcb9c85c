from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.result_resource import ResultResource
    from ..models.tear_down_left import TearDownLeft
    from ..models.tear_down_remark import TearDownRemark


T = TypeVar("T", bound="TearDownResult")


@_dataclass
class TearDownResult:
    """Of a tear-down: what was deleted, and what was left.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['tear_down']): The kind of the job: it says which fields there are.
        deleted (list[str]): ARM ids.
        gone (list[str]): What was not there any more before it began.
        left (list[TearDownLeft]): What was not deleted, each with the reason.
        remarks (list[TearDownRemark]): What is to be known, and is no reason to leave it.
    """

    resources: list[ResultResource]
    kind: Literal["tear_down"]
    deleted: list[str]
    gone: list[str]
    left: list[TearDownLeft]
    remarks: list[TearDownRemark]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        deleted = self.deleted

        gone = self.gone

        left = []
        for left_item_data in self.left:
            left_item = left_item_data.to_dict()
            left.append(left_item)

        remarks = []
        for remarks_item_data in self.remarks:
            remarks_item = remarks_item_data.to_dict()
            remarks.append(remarks_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "deleted": deleted,
                "gone": gone,
                "left": left,
                "remarks": remarks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.result_resource import ResultResource  # noqa: PLC0415
        from ..models.tear_down_left import TearDownLeft  # noqa: PLC0415
        from ..models.tear_down_remark import TearDownRemark  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["tear_down"], d.pop("kind"))
        if kind != "tear_down":
            raise ValueError(f"kind must match const 'tear_down', got '{kind}'")

        deleted = cast(list[str], d.pop("deleted"))

        gone = cast(list[str], d.pop("gone"))

        left = []
        _left = d.pop("left")
        for left_item_data in _left:
            left_item = TearDownLeft.from_dict(left_item_data)

            left.append(left_item)

        remarks = []
        _remarks = d.pop("remarks")
        for remarks_item_data in _remarks:
            remarks_item = TearDownRemark.from_dict(remarks_item_data)

            remarks.append(remarks_item)

        tear_down_result = cls(
            resources=resources,
            kind=kind,
            deleted=deleted,
            gone=gone,
            left=left,
            remarks=remarks,
        )

        tear_down_result.additional_properties = d
        return tear_down_result
