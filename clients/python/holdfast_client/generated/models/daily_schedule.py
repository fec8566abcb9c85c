from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T", bound="DailySchedule")


@_dataclass
class DailySchedule:
    """One backup each day.

    Attributes:
        frequency (Literal['daily']): `daily`.
        time (str): Time of the backup, HH:MM, in the policy's time zone.
    """

    frequency: Literal["daily"]
    time: str

    def to_dict(self) -> dict[str, Any]:
        frequency = self.frequency

        time = self.time

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "frequency": frequency,
                "time": time,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        frequency = cast(Literal["daily"], d.pop("frequency"))
        if frequency != "daily":
            raise ValueError(f"frequency must match const 'daily', got '{frequency}'")

        time = d.pop("time")

        daily_schedule = cls(
            frequency=frequency,
            time=time,
        )

        return daily_schedule
