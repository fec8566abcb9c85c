from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_plan_point_body import RecoveryPlanPointBody
    from ..models.recovery_targets_body import RecoveryTargetsBody
    from ..models.recovery_wave_body import RecoveryWaveBody


T = TypeVar("T", bound="RecoveryPlanUpdate")


@_dataclass
class RecoveryPlanUpdate:
    """What is to change; each member that is sent replaces the whole of it.

    Attributes:
        name (None | str | Unset): Its name: unique in the tenant, letter case ignored.
        point (None | RecoveryPlanPointBody | Unset): The rule by which each VM's recovery point is chosen.
        target (None | RecoveryTargetsBody | Unset): Where the VMs go: one target for real, one for rehearsals.
        waves (list[RecoveryWaveBody] | None | Unset): The waves, in the order in which they are restored.
        promised_rto_seconds (int | None | Unset): Within how many seconds all VMs shall be back; null: nothing is
            promised.
    """

    name: None | str | Unset = UNSET
    point: None | RecoveryPlanPointBody | Unset = UNSET
    target: None | RecoveryTargetsBody | Unset = UNSET
    waves: list[RecoveryWaveBody] | None | Unset = UNSET
    promised_rto_seconds: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415
        from ..models.recovery_targets_body import RecoveryTargetsBody  # noqa: PLC0415

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        point: dict[str, Any] | None | Unset
        if isinstance(self.point, Unset):
            point = UNSET
        elif isinstance(self.point, RecoveryPlanPointBody):
            point = self.point.to_dict()
        else:
            point = self.point

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, RecoveryTargetsBody):
            target = self.target.to_dict()
        else:
            target = self.target

        waves: list[dict[str, Any]] | None | Unset
        if isinstance(self.waves, Unset):
            waves = UNSET
        elif isinstance(self.waves, list):
            waves = []
            for waves_type_0_item_data in self.waves:
                waves_type_0_item = waves_type_0_item_data.to_dict()
                waves.append(waves_type_0_item)

        else:
            waves = self.waves

        promised_rto_seconds: int | None | Unset
        if isinstance(self.promised_rto_seconds, Unset):
            promised_rto_seconds = UNSET
        else:
            promised_rto_seconds = self.promised_rto_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if point is not UNSET:
            field_dict["point"] = point
        if target is not UNSET:
            field_dict["target"] = target
        if waves is not UNSET:
            field_dict["waves"] = waves
        if promised_rto_seconds is not UNSET:
            field_dict["promised_rto_seconds"] = promised_rto_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415
        from ..models.recovery_targets_body import RecoveryTargetsBody  # noqa: PLC0415
        from ..models.recovery_wave_body import RecoveryWaveBody  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_point(data: object) -> None | RecoveryPlanPointBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                point_type_0 = RecoveryPlanPointBody.from_dict(data)

                return point_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryPlanPointBody | Unset, data)

        point = _parse_point(d.pop("point", UNSET))

        def _parse_target(data: object) -> None | RecoveryTargetsBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = RecoveryTargetsBody.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryTargetsBody | Unset, data)

        target = _parse_target(d.pop("target", UNSET))

        def _parse_waves(data: object) -> list[RecoveryWaveBody] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                waves_type_0 = []
                _waves_type_0 = data
                for waves_type_0_item_data in _waves_type_0:
                    waves_type_0_item = RecoveryWaveBody.from_dict(waves_type_0_item_data)

                    waves_type_0.append(waves_type_0_item)

                return waves_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[RecoveryWaveBody] | None | Unset, data)

        waves = _parse_waves(d.pop("waves", UNSET))

        def _parse_promised_rto_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        promised_rto_seconds = _parse_promised_rto_seconds(d.pop("promised_rto_seconds", UNSET))

        recovery_plan_update = cls(
            name=name,
            point=point,
            target=target,
            waves=waves,
            promised_rto_seconds=promised_rto_seconds,
        )

        return recovery_plan_update
