"""When a restore test is due, by a cron expression in a time zone. Pure.

As Debian's cron does it (cronsim): a time that a night of daylight saving leaves out is met at the next minute that
there is; one that comes twice is met once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from cronsim import CronSim, CronSimError

from app.core.time_zones import zone_of

LEAST_APART: Final = timedelta(hours=1)
"""Between two runs of one test."""
LOOKED_AT: Final = 500
"""Runs whose distance is looked at: a change in the rhythm of an expression shows within a day's minutes."""
LONGEST_CRON: Final = 100


@dataclass(frozen=True, slots=True)
class Schedule:
    """`window_minutes`: a run that has not begun by then begins no more."""

    cron: str
    time_zone: str
    window_minutes: int


def check(schedule: Schedule, now: datetime) -> None:
    """Raises ValueError for an expression that is not valid, meets no day, or comes more often than LEAST_APART."""
    times = list(islice(_times(schedule, now), LOOKED_AT))
    if not times:
        raise ValueError("the expression meets no day within 50 years")
    if any(later - earlier < LEAST_APART for earlier, later in pairwise(times)):
        raise ValueError("it comes more often than once an hour")


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """The first time after this one, in UTC. None: there is none."""
    return next(_times(schedule, after), None)


def _times(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    if len(schedule.cron.split()) != 5:
        raise ValueError("it does not have the five fields minute, hour, day, month, weekday")
    try:
        times = CronSim(schedule.cron, after.astimezone(zone_of(schedule.time_zone)))
    except CronSimError as error:
        raise ValueError(str(error)) from None
    return (time.astimezone(UTC) for time in times)
