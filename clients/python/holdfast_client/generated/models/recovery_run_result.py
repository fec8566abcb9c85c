from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.recovery_member_result import RecoveryMemberResult
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="RecoveryRunResult")


@_dataclass
class RecoveryRunResult:
    """Of a recovery run. `resources`: what its restores made, also those of a run that was stopped.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['recovery_run']): The kind of the job: it says which fields there are.
        members (list[RecoveryMemberResult]): What became of each VM.
        point_spread_seconds (float | None): Seconds between the oldest and the newest recovery point; null: not known.
        rto_seconds (float | None): Seconds from the request until the last VM was back; null: not all are, or not
            known.
        promised_rto_seconds (int | None): Within how many seconds all VMs shall be back; null: nothing is promised.
    """

    resources: list[ResultResource]
    kind: Literal["recovery_run"]
    members: list[RecoveryMemberResult]
    point_spread_seconds: float | None
    rto_seconds: float | None
    promised_rto_seconds: int | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        members = []
        for members_item_data in self.members:
            members_item = members_item_data.to_dict()
            members.append(members_item)

        point_spread_seconds: float | None
        point_spread_seconds = self.point_spread_seconds

        rto_seconds: float | None
        rto_seconds = self.rto_seconds

        promised_rto_seconds: int | None
        promised_rto_seconds = self.promised_rto_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "members": members,
                "point_spread_seconds": point_spread_seconds,
                "rto_seconds": rto_seconds,
                "promised_rto_seconds": promised_rto_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_member_result import RecoveryMemberResult  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["recovery_run"], d.pop("kind"))
        if kind != "recovery_run":
            raise ValueError(f"kind must match const 'recovery_run', got '{kind}'")

        members = []
        _members = d.pop("members")
        for members_item_data in _members:
            members_item = RecoveryMemberResult.from_dict(members_item_data)

            members.append(members_item)

        def _parse_point_spread_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        point_spread_seconds = _parse_point_spread_seconds(d.pop("point_spread_seconds"))

        def _parse_rto_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds"))

        def _parse_promised_rto_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        promised_rto_seconds = _parse_promised_rto_seconds(d.pop("promised_rto_seconds"))

        recovery_run_result = cls(
            resources=resources,
            kind=kind,
            members=members,
            point_spread_seconds=point_spread_seconds,
            rto_seconds=rto_seconds,
            promised_rto_seconds=promised_rto_seconds,
        )

        recovery_run_result.additional_properties = d
        return recovery_run_result
