from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T", bound="HourlySchedule")


@_dataclass
class HourlySchedule:
    """Azure's enhanced policy.

    Attributes:
        frequency (Literal['hourly']): `hourly`.
        every_hours (int): Hours between two backups: 4, 6, 8 or 12.
        start (str): Time of the first backup of a day, HH:MM, in the policy's time zone.
        window_hours (int): For how many hours of a day it runs: 4 to 24, a multiple of every_hours.
    """

    frequency: Literal["hourly"]
    every_hours: int
    start: str
    window_hours: int

    def to_dict(self) -> dict[str, Any]:
        frequency = self.frequency

        every_hours = self.every_hours

        start = self.start

        window_hours = self.window_hours

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "frequency": frequency,
                "every_hours": every_hours,
                "start": start,
                "window_hours": window_hours,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        frequency = cast(Literal["hourly"], d.pop("frequency"))
        if frequency != "hourly":
            raise ValueError(f"frequency must match const 'hourly', got '{frequency}'")

        every_hours = d.pop("every_hours")

        start = d.pop("start")

        window_hours = d.pop("window_hours")

        hourly_schedule = cls(
            frequency=frequency,
            every_hours=every_hours,
            start=start,
            window_hours=window_hours,
        )

        return hourly_schedule
