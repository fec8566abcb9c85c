from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestScheduleBody")


@_dataclass
class RestoreTestScheduleBody:
    """When a round begins by itself.

    Attributes:
        cron (str): Minute, hour, day, month, weekday; at most once an hour.
        time_zone (str | Unset): Time zone of `cron`: an IANA name. Default: 'UTC'.
        window_minutes (int | Unset): What has not begun by then is not begun. Default: 240.
    """

    cron: str
    time_zone: str | Unset = "UTC"
    window_minutes: int | Unset = 240

    def to_dict(self) -> dict[str, Any]:
        cron = self.cron

        time_zone = self.time_zone

        window_minutes = self.window_minutes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "cron": cron,
            }
        )
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if window_minutes is not UNSET:
            field_dict["window_minutes"] = window_minutes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        cron = d.pop("cron")

        time_zone = d.pop("time_zone", UNSET)

        window_minutes = d.pop("window_minutes", UNSET)

        restore_test_schedule_body = cls(
            cron=cron,
            time_zone=time_zone,
            window_minutes=window_minutes,
        )

        return restore_test_schedule_body
