from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.recovery_mode import RecoveryMode, check_recovery_mode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_plan_point_body import RecoveryPlanPointBody
    from ..models.recovery_run_create_labels import RecoveryRunCreateLabels


T = TypeVar("T", bound="RecoveryRunCreate")


@_dataclass
class RecoveryRunCreate:
    """Carry out the plan, or rehearse it.

    Attributes:
        mode (RecoveryMode): `recover`: for real; `rehearse`: into an isolated network, and deleted again.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (RecoveryRunCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        point (None | RecoveryPlanPointBody | Unset): In place of the plan's own rule.
    """

    mode: RecoveryMode
    reference: None | str | Unset = UNSET
    labels: RecoveryRunCreateLabels | Unset = UNSET
    point: None | RecoveryPlanPointBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415

        mode: str = self.mode

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        point: dict[str, Any] | None | Unset
        if isinstance(self.point, Unset):
            point = UNSET
        elif isinstance(self.point, RecoveryPlanPointBody):
            point = self.point.to_dict()
        else:
            point = self.point

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if point is not UNSET:
            field_dict["point"] = point

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_plan_point_body import RecoveryPlanPointBody  # noqa: PLC0415
        from ..models.recovery_run_create_labels import RecoveryRunCreateLabels  # noqa: PLC0415

        d = dict(src_dict)
        mode = check_recovery_mode(d.pop("mode"))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: RecoveryRunCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = RecoveryRunCreateLabels.from_dict(_labels)

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

        recovery_run_create = cls(
            mode=mode,
            reference=reference,
            labels=labels,
            point=point,
        )

        return recovery_run_create
