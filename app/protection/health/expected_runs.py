"""The runs that a policy expects between two instants, and the distance between them. Pure.

When a run happens on the days on which clocks change, and when those of an hourly policy do, is decided in
app/policies/preview.py, which also gives the sources. Thousands of items share a policy: the runs of a day are worked
out once for each schedule and zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.azure.values import PolicyDefinition, Schedule
from app.policies.preview import minutes_of, run_times, runs_on

MOST_GRACE: Final = timedelta(hours=12)
"""Azure's own warning comes 1.5 days after the last point of a daily policy (docs/azure.md, When Azure warns)."""
LEAST_GRACE: Final = timedelta(hours=3)
"""A scheduled backup begins within two hours of its time (docs/azure.md, When Azure warns); one more for the snapshot.
With less, a backup that is only late would be reported as missed."""
THE_END: Final = date(9900, 1, 1)
"""No run is looked for after this day: a grace must fit between it and the end of the calendar."""
_DAYS_SEARCHED: Final = 9
"""A weekly schedule runs within seven days; one more on each side for zones and for runs after midnight."""
_A_WEEK: Final = date(2026, 1, 5)
"""A Monday: which week is looked at does not matter."""


def expected_runs(definition: PolicyDefinition, after: datetime, until: datetime) -> tuple[datetime, ...]:
    """Every run with `after` < run <= `until`, in UTC, oldest first. Both are timezone-aware."""
    return _between(definition.schedule, definition.time_zone, after.astimezone(UTC), until.astimezone(UTC))


@lru_cache(maxsize=4096)
def _between(schedule: Schedule, zone: str, after: datetime, until: datetime) -> tuple[datetime, ...]:
    found: list[datetime] = []
    for run in _runs_from(schedule, zone, after):
        if run > until:
            break
        if not found or run > found[-1]:
            found.append(run)
    return tuple(found)


def next_run(definition: PolicyDefinition, after: datetime) -> datetime | None:
    """The first run after this instant, in UTC; None if the schedule has none, or only beyond the calendar."""
    horizon = _ordinal(after.astimezone(UTC)) + _DAYS_SEARCHED
    runs = _runs_from(definition.schedule, definition.time_zone, after.astimezone(UTC), last=horizon)
    return next(runs, None)


def _runs_from(schedule: Schedule, zone: str, after: datetime, last: int = THE_END.toordinal()) -> Iterator[datetime]:
    """Runs after an instant, oldest first: from the day before, whose window may reach past midnight."""
    if not any(runs_on(schedule, _A_WEEK + timedelta(days=day)) for day in range(7)):
        return
    first = max(_ordinal(after) - 2, date.min.toordinal() + 2)
    for ordinal in range(first, min(last, THE_END.toordinal()) + 1):
        for run in _runs_of_day(schedule, zone, ordinal):
            if run > after:
                yield run


def _ordinal(at: datetime) -> int:
    return at.date().toordinal()


@lru_cache(maxsize=65536)
def _runs_of_day(schedule: Schedule, zone: str, ordinal: int) -> tuple[datetime, ...]:
    return tuple(run_times(schedule, ZoneInfo(zone), date.fromordinal(ordinal)))


def is_countable(definition: PolicyDefinition) -> bool:
    """Whether this machine knows the zone of the policy: its list of zones may be older than Azure's."""
    try:
        ZoneInfo(definition.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


# --- the distance between runs -------------------------------------------------------------------------------------
@lru_cache(maxsize=1024)
def gaps(schedule: Schedule) -> tuple[timedelta, timedelta] | None:
    """(shortest, longest) planned time between two runs that follow each other, by the wall clock; None = no runs.

    The two days on which clocks change are left out: a day of 25 hours does not change what a daily policy promises.
    """
    minutes = [
        day * 24 * 60 + minute
        for day in range(15)
        if runs_on(schedule, _A_WEEK + timedelta(days=day))
        for minute in minutes_of(schedule)
    ]
    between = [later - earlier for earlier, later in pairwise(minutes)]
    if not between:
        return None
    return timedelta(minutes=min(between)), timedelta(minutes=max(between))


def longest_gap(definition: PolicyDefinition) -> timedelta | None:
    """The objective of a policy: the longest planned time between two recovery points."""
    found = gaps(definition.schedule)
    return found[1] if found is not None else None


def default_grace(definition: PolicyDefinition) -> timedelta:
    """How long after its planned time a run may leave its point: half of the shortest time between runs, 3 to 12 h."""
    found = gaps(definition.schedule)
    return grace_for(found[0]) if found is not None else MOST_GRACE


def grace_for(interval: timedelta) -> timedelta:
    """Half of the interval, 3 to 12 h."""
    return min(max(interval / 2, LEAST_GRACE), MOST_GRACE)
