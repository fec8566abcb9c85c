from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_plan_point_body import RecoveryPlanPointBody
    from ..models.recovery_targets_body import RecoveryTargetsBody
    from ..models.recovery_wave_body import RecoveryWaveBody


T = TypeVar("T", bound="RecoveryPlanRead")


@_dataclass
class RecoveryPlanRead:
    """A recovery plan.

    Attributes:
        name (str): Its name: unique in the tenant, letter case ignored.
        waves (list[RecoveryWaveBody]): The waves, in the order in which they are restored.
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
        point (RecoveryPlanPointBody | Unset): The rule for every member: exactly one of `latest`, `latest_before`; and
            what each point must be.
        target (RecoveryTargetsBody | Unset): Where the members go.
        promised_rto_seconds (int | None | Unset): Within how many seconds all VMs shall be back; null: nothing is
            promised.
    """

    name: str
    waves: list[RecoveryWaveBody]
    id: UUID
    created_at: datetime.datetime
    updated_at: datetime.datetime
    point: RecoveryPlanPointBody | Unset = UNSET
    target: RecoveryTargetsBody | Unset = UNSET
    promised_rto_seconds: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        waves = []
        for waves_item_data in self.waves:
            waves_item = waves_item_data.to_dict()
            waves.append(waves_item)

        id = str(self.id)

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        point: dict[str, Any] | Unset = UNSET
        if not isinstance(self.point, Unset):
            point = self.point.to_dict()

        target: dict[str, Any] | Unset = UNSET
        if not isinstance(self.target, Unset):
            target = self.target.to_dict()

        promised_rto_seconds: int | None | Unset
        if isinstance(self.promised_rto_seconds, Unset):
            promised_rto_seconds = UNSET
        else:
            promised_rto_seconds = self.promised_rto_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "waves": waves,
                "id": id,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if point is not UNSET:
            field_dict["point"] = point
        if target is not UNSET:
            field_dict["target"] = target
        if promised_rto_seconds is not UNSET:
            field_dict["promised_rto_seconds"] = promised_rto_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415
        from ..models.recovery_targets_body import RecoveryTargetsBody  # noqa: PLC0415
        from ..models.recovery_wave_body import RecoveryWaveBody  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        waves = []
        _waves = d.pop("waves")
        for waves_item_data in _waves:
            waves_item = RecoveryWaveBody.from_dict(waves_item_data)

            waves.append(waves_item)

        id = UUID(d.pop("id"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        _point = d.pop("point", UNSET)
        point: RecoveryPlanPointBody | Unset
        if isinstance(_point, Unset):
            point = UNSET
        else:
            point = RecoveryPlanPointBody.from_dict(_point)

        _target = d.pop("target", UNSET)
        target: RecoveryTargetsBody | Unset
        if isinstance(_target, Unset):
            target = UNSET
        else:
            target = RecoveryTargetsBody.from_dict(_target)

        def _parse_promised_rto_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        promised_rto_seconds = _parse_promised_rto_seconds(d.pop("promised_rto_seconds", UNSET))

        recovery_plan_read = cls(
            name=name,
            waves=waves,
            id=id,
            created_at=created_at,
            updated_at=updated_at,
            point=point,
            target=target,
            promised_rto_seconds=promised_rto_seconds,
        )

        return recovery_plan_read
