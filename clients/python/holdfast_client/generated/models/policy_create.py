from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.daily_schedule import DailySchedule
    from ..models.hourly_schedule import HourlySchedule
    from ..models.policy_create_labels import PolicyCreateLabels
    from ..models.policy_retention import PolicyRetention
    from ..models.weekly_schedule import WeeklySchedule


T = TypeVar("T", bound="PolicyCreate")


@_dataclass
class PolicyCreate:
    """A policy to create.

    Attributes:
        time_zone (str): An IANA name, e.g. America/New_York.
        schedule (DailySchedule | HourlySchedule | WeeklySchedule): When backups run: `daily`, `weekly` or `hourly`, by
            `frequency`.
        retention (PolicyRetention): How long points are kept: the longest rule that takes a point counts.
        name (str): Its name: unique in the vault. It cannot be changed later.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (PolicyCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        instant_restore_days (int | None | Unset): How long snapshots stay beside the disks: 1 to 5 days, to 30 when
            enhanced; 5 with a weekly schedule. Left out: 2, or 5 with a weekly schedule.
        enhanced (bool | None | Unset): Azure's enhanced policy: needed for trusted-launch VMs and newer disks. An
            hourly one always is; left out, another one is not.
    """

    time_zone: str
    schedule: DailySchedule | HourlySchedule | WeeklySchedule
    retention: PolicyRetention
    name: str
    reference: None | str | Unset = UNSET
    labels: PolicyCreateLabels | Unset = UNSET
    instant_restore_days: int | None | Unset = UNSET
    enhanced: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.daily_schedule import DailySchedule  # noqa: PLC0415
        from ..models.weekly_schedule import WeeklySchedule  # noqa: PLC0415

        time_zone = self.time_zone

        schedule: dict[str, Any]
        if isinstance(self.schedule, DailySchedule):
            schedule = self.schedule.to_dict()
        elif isinstance(self.schedule, WeeklySchedule):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule.to_dict()

        retention = self.retention.to_dict()

        name = self.name

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        instant_restore_days: int | None | Unset
        if isinstance(self.instant_restore_days, Unset):
            instant_restore_days = UNSET
        else:
            instant_restore_days = self.instant_restore_days

        enhanced: bool | None | Unset
        if isinstance(self.enhanced, Unset):
            enhanced = UNSET
        else:
            enhanced = self.enhanced

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "time_zone": time_zone,
                "schedule": schedule,
                "retention": retention,
                "name": name,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if instant_restore_days is not UNSET:
            field_dict["instant_restore_days"] = instant_restore_days
        if enhanced is not UNSET:
            field_dict["enhanced"] = enhanced

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.daily_schedule import DailySchedule  # noqa: PLC0415
        from ..models.hourly_schedule import HourlySchedule  # noqa: PLC0415
        from ..models.policy_create_labels import PolicyCreateLabels  # noqa: PLC0415
        from ..models.policy_retention import PolicyRetention  # noqa: PLC0415
        from ..models.weekly_schedule import WeeklySchedule  # noqa: PLC0415

        d = dict(src_dict)
        time_zone = d.pop("time_zone")

        def _parse_schedule(data: object) -> DailySchedule | HourlySchedule | WeeklySchedule:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = DailySchedule.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_1 = WeeklySchedule.from_dict(data)

                return schedule_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            schedule_type_2 = HourlySchedule.from_dict(data)

            return schedule_type_2

        schedule = _parse_schedule(d.pop("schedule"))

        retention = PolicyRetention.from_dict(d.pop("retention"))

        name = d.pop("name")

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: PolicyCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = PolicyCreateLabels.from_dict(_labels)

        def _parse_instant_restore_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        instant_restore_days = _parse_instant_restore_days(d.pop("instant_restore_days", UNSET))

        def _parse_enhanced(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enhanced = _parse_enhanced(d.pop("enhanced", UNSET))

        policy_create = cls(
            time_zone=time_zone,
            schedule=schedule,
            retention=retention,
            name=name,
            reference=reference,
            labels=labels,
            instant_restore_days=instant_restore_days,
            enhanced=enhanced,
        )

        return policy_create
