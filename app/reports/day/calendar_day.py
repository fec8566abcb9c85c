"""One date in one time zone, and the times that count backups for it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from app.core.time_zones import zone_of
from app.policies.preview import instant_of

WINDOW: Final = timedelta(hours=24)
"""A backup counts for a run if it began before the next run was due, and at most so long after the run was due."""
READ_WITHIN: Final = timedelta(hours=1)
"""The jobs of a vault are read every few minutes. If the last complete list is older, the vault counts as not read."""
NIGHTS: Final = 30
"""Columns of the heat map."""
FEW: Final = 100
"""How many things a list inside a report names."""


@dataclass(frozen=True, slots=True)
class Day:
    """From the first instant of a date to the first of the next one, in UTC. Of 23, 24 or 25 hours, as clocks go."""

    date: date
    time_zone: str
    begins: datetime
    ends: datetime

    @property
    def hours(self) -> float:
        return (self.ends - self.begins) / timedelta(hours=1)


def day_of(on: date, time_zone: str) -> Day:
    """Raises ValueError for a time zone that does not exist, OverflowError for the calendar's last day."""
    zone = zone_of(time_zone)
    midnights = (datetime(day.year, day.month, day.day) for day in (on, on + timedelta(days=1)))  # noqa: DTZ001
    begins, ends = (instant_of(midnight, zone)[0] for midnight in midnights)
    return Day(on, time_zone, begins, ends)
