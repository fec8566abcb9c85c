from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.recovery_mode import RecoveryMode, check_recovery_mode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_plan_point_body import RecoveryPlanPointBody


T = TypeVar("T", bound="RecoveryPlanPreflight")


@_dataclass
class RecoveryPlanPreflight:
    """What to look at: a mode, and a point rule in place of the plan's.

    Attributes:
        mode (RecoveryMode | Unset): `recover`: for real; `rehearse`: into an isolated network, and deleted again.
        point (None | RecoveryPlanPointBody | Unset): In place of the plan's own rule.
    """

    mode: RecoveryMode | Unset = UNSET
    point: None | RecoveryPlanPointBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415

        mode: str | Unset = UNSET
        if not isinstance(self.mode, Unset):
            mode = self.mode

        point: dict[str, Any] | None | Unset
        if isinstance(self.point, Unset):
            point = UNSET
        elif isinstance(self.point, RecoveryPlanPointBody):
            point = self.point.to_dict()
        else:
            point = self.point

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if mode is not UNSET:
            field_dict["mode"] = mode
        if point is not UNSET:
            field_dict["point"] = point

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415

        d = dict(src_dict)
        _mode = d.pop("mode", UNSET)
        mode: RecoveryMode | Unset
        if isinstance(_mode, Unset):
            mode = UNSET
        else:
            mode = check_recovery_mode(_mode)

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

        recovery_plan_preflight = cls(
            mode=mode,
            point=point,
        )

        return recovery_plan_preflight
