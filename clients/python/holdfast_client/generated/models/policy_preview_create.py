from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.daily_schedule import DailySchedule
    from ..models.hourly_schedule import HourlySchedule
    from ..models.policy_preview_create_labels import PolicyPreviewCreateLabels
    from ..models.policy_retention import PolicyRetention
    from ..models.weekly_schedule import WeeklySchedule


T = TypeVar("T", bound="PolicyPreviewCreate")


@_dataclass
class PolicyPreviewCreate:
    """A policy, as it would be created, and the span to look at. Nothing is created.

    Attributes:
        time_zone (str): An IANA name, e.g. America/New_York.
        schedule (DailySchedule | HourlySchedule | WeeklySchedule): When backups run: `daily`, `weekly` or `hourly`, by
            `frequency`.
        retention (PolicyRetention): How long points are kept: the longest rule that takes a point counts.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (PolicyPreviewCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        instant_restore_days (int | None | Unset): How long snapshots stay beside the disks: 1 to 5 days, to 30 when
            enhanced; 5 with a weekly schedule. Left out: 2, or 5 with a weekly schedule.
        enhanced (bool | None | Unset): Azure's enhanced policy: needed for trusted-launch VMs and newer disks. An
            hourly one always is; left out, another one is not.
        name (None | str | Unset): A name; it has no effect on the preview.
        from_ (datetime.date | None | Unset): Default: today, in the policy's time zone.
        until (datetime.date | None | Unset): The last day. Give this or `days`.
        days (int | None | Unset): How many days, the first included. Default: 365.
        on (datetime.date | None | Unset): List the points that exist at the end of this day.
        limit (int | Unset): Maximum number of runs and points listed. Default: 100.
    """

    time_zone: str
    schedule: DailySchedule | HourlySchedule | WeeklySchedule
    retention: PolicyRetention
    reference: None | str | Unset = UNSET
    labels: PolicyPreviewCreateLabels | Unset = UNSET
    instant_restore_days: int | None | Unset = UNSET
    enhanced: bool | None | Unset = UNSET
    name: None | str | Unset = UNSET
    from_: datetime.date | None | Unset = UNSET
    until: datetime.date | None | Unset = UNSET
    days: int | None | Unset = UNSET
    on: datetime.date | None | Unset = UNSET
    limit: int | Unset = 100

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

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        from_: None | str | Unset
        if isinstance(self.from_, Unset):
            from_ = UNSET
        elif isinstance(self.from_, datetime.date):
            from_ = self.from_.isoformat()
        else:
            from_ = self.from_

        until: None | str | Unset
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.date):
            until = self.until.isoformat()
        else:
            until = self.until

        days: int | None | Unset
        if isinstance(self.days, Unset):
            days = UNSET
        else:
            days = self.days

        on: None | str | Unset
        if isinstance(self.on, Unset):
            on = UNSET
        elif isinstance(self.on, datetime.date):
            on = self.on.isoformat()
        else:
            on = self.on

        limit = self.limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "time_zone": time_zone,
                "schedule": schedule,
                "retention": retention,
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
        if name is not UNSET:
            field_dict["name"] = name
        if from_ is not UNSET:
            field_dict["from"] = from_
        if until is not UNSET:
            field_dict["until"] = until
        if days is not UNSET:
            field_dict["days"] = days
        if on is not UNSET:
            field_dict["on"] = on
        if limit is not UNSET:
            field_dict["limit"] = limit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.daily_schedule import DailySchedule  # noqa: PLC0415
        from ..models.hourly_schedule import HourlySchedule  # noqa: PLC0415
        from ..models.policy_preview_create_labels import PolicyPreviewCreateLabels  # noqa: PLC0415
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

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: PolicyPreviewCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = PolicyPreviewCreateLabels.from_dict(_labels)

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

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_from_(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                from_type_0 = datetime.date.fromisoformat(data)

                return from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        from_ = _parse_from_(d.pop("from", UNSET))

        def _parse_until(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.date.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        until = _parse_until(d.pop("until", UNSET))

        def _parse_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        days = _parse_days(d.pop("days", UNSET))

        def _parse_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                on_type_0 = datetime.date.fromisoformat(data)

                return on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        on = _parse_on(d.pop("on", UNSET))

        limit = d.pop("limit", UNSET)

        policy_preview_create = cls(
            time_zone=time_zone,
            schedule=schedule,
            retention=retention,
            reference=reference,
            labels=labels,
            instant_restore_days=instant_restore_days,
            enhanced=enhanced,
            name=name,
            from_=from_,
            until=until,
            days=days,
            on=on,
            limit=limit,
        )

        return policy_preview_create
