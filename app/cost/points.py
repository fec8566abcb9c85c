"""How many points a policy keeps: the counts of the policy preview, as the cost needs them. Pure.

The counts are those of `app.policies.preview`, asked twice: of the policy with one copied point a day (what is in the
vault), and of the policy with its instant restore as the only retention (what is a snapshot). A month is charged day by
day, so the counts are means over the 30 days that end on the day asked about, or over those since the first run.

Items of one policy differ only in their first day. What the policy makes is walked once for a day asked about
(`Month`), and each item takes the end of it: 5,000 items of a policy cost one walk.
"""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from app.azure.values import (
    DailyRetention,
    DailySchedule,
    HourlySchedule,
    PolicyDefinition,
    Retention,
    WeeklySchedule,
)
from app.cost.amounts import ONE, ZERO
from app.policies.preview import MAX_DAYS, counts_between, lives, minutes_of, points_on

WINDOW_DAYS = 30
"""A month of the bill."""
_WEEK, _MORE_THAN_EXIST = Decimal(7), 100_000


@dataclass(frozen=True, slots=True)
class Points:
    """What one VM has on an average day of the month."""

    in_vault: Decimal
    """The share of days with at least one point in the vault: 0 to 1."""
    more_in_vault: Decimal
    """Points in the vault beside the first."""
    days_between: Decimal
    """Days between two copied points."""
    has_snapshot: Decimal
    more_snapshots: Decimal
    days_between_snapshots: Decimal
    in_archive: Decimal

    @property
    def kept(self) -> Decimal:
        """All points of the vault and of its archive."""
        return self.in_vault + self.more_in_vault + self.in_archive


NO_POINTS = Points(ZERO, ZERO, ONE, ZERO, ZERO, ONE, ZERO)


class Month:
    """The 30 days (or fewer) that end on a day, for a policy whose runs may have begun on any day before."""

    def __init__(self, definition: PolicyDefinition, since: date, on: date, days: int = WINDOW_DAYS) -> None:
        """Counts of runs before `since` are not known."""
        last, opens = on.toordinal(), on.toordinal() - days + 1
        newest = dict.fromkeys(range(opens, last + 1), 0)
        """Of each day the newest run that left a point which exists on it."""
        by_day: dict[int, int] = {}
        for day, until, points in lives(definition, since, on):
            covered = range(max(day, opens), min(until, last + 1))
            if covered:
                by_day[day] = by_day.get(day, 0) + points * len(covered)
                newest |= dict.fromkeys(covered, day)
        run_days = sorted(by_day)
        self._last = last
        self._length = days
        self._days = array("l", run_days)
        # How many points all runs from each of these days on have in the month, day for day.
        self._sums = array("l", [0, *accumulate(by_day[day] for day in reversed(run_days))][::-1])
        self._newest = sorted(newest.values())

    def mean(self, first: date) -> tuple[Decimal, Decimal]:
        """(share of days with a point, points beside the first), of runs since a day."""
        start = first.toordinal()
        days = min(self._length, self._last - start + 1)
        with_point = self._length - bisect_left(self._newest, start)
        points = self._sums[bisect_left(self._days, start)]
        return Decimal(with_point) / days, Decimal(points - with_point) / days


@lru_cache(maxsize=512)
def _months(definition: PolicyDefinition, on: date, days: int) -> tuple[Month, Month]:
    """(of what is in the vault, of snapshots)."""
    short = on - timedelta(days=days + definition.snapshot_days)  # an older snapshot is gone
    oldest = on - timedelta(days=MAX_DAYS - 1)
    return Month(copied_only(definition), oldest, on, days), Month(snapshots_only(definition), short, on, days)


@lru_cache(maxsize=4096)
def points_of(definition: PolicyDefinition, first: date, on: date, archive_after_days: int | None = None) -> Points:
    """The points of the month that ends on a day, of runs since `first`; at most ten years are looked back.

    `archive_after_days`: a point that old has been moved to the archive tier; None = none is moved.
    """
    first = max(first, on - timedelta(days=MAX_DAYS - 1))
    if on < first:
        return NO_POINTS
    vault, snapshots = _months(definition, on, WINDOW_DAYS)
    in_vault, more, moved = *vault.mean(first), 0
    if archive_after_days is not None:
        copied = copied_only(definition)
        moved = _moved(copied, first, on, archive_after_days)
        in_vault, more = _mean(counts_between(copied, first, on)[-WINDOW_DAYS:], moved)
    return _points(definition, (in_vault, more), snapshots.mean(first), moved)


@lru_cache(maxsize=4096)
def points_on_day(definition: PolicyDefinition, first: date, on: date) -> Points:
    """The points of one day, its end: what that day alone is charged for."""
    vault, snapshots = _months(definition, on, 1)
    first = max(first, on - timedelta(days=MAX_DAYS - 1))
    return _points(definition, vault.mean(first), snapshots.mean(first), 0) if first <= on else NO_POINTS


def _points(
    definition: PolicyDefinition, vault: tuple[Decimal, Decimal], snapshots: tuple[Decimal, Decimal], moved: int
) -> Points:
    between = days_between_copies(definition)
    return Points(*vault, between, *snapshots, days_between_runs(definition), Decimal(moved))


def copied_only(definition: PolicyDefinition) -> PolicyDefinition:
    """The same policy, where each day has one run: the one that is copied into the vault."""
    if not isinstance(definition.schedule, HourlySchedule):
        return definition
    return replace(definition, schedule=DailySchedule(definition.schedule.start))


def snapshots_only(definition: PolicyDefinition) -> PolicyDefinition:
    """The same runs, each kept as long as its snapshot is."""
    return replace(definition, retention=Retention(daily=DailyRetention(definition.snapshot_days)))


def days_between_copies(definition: PolicyDefinition) -> Decimal:
    if isinstance(definition.schedule, WeeklySchedule):
        return _WEEK / len(definition.schedule.days)
    return ONE


def days_between_runs(definition: PolicyDefinition) -> Decimal:
    """Of an hourly policy less than a day: each of its runs is a backup, and one a day is copied."""
    return days_between_copies(definition) / len(minutes_of(definition.schedule))


def is_still_growing(definition: PolicyDefinition, first: date, on: date) -> bool:
    """Whether a year later the policy keeps more points than on this day: its retention has not filled up."""
    copied = copied_only(definition)
    later = min(on + timedelta(days=366), first + timedelta(days=MAX_DAYS - 1))
    counts = counts_between(copied, first, later)
    reached = (on - first).days + 1
    return max(counts[reached:], default=0) > max(counts[:reached], default=0)


def _mean(counts: list[int], moved: int) -> tuple[Decimal, Decimal]:
    """(share of days with a point, points beside the first), of what is left when some were moved away."""
    days = Decimal(len(counts))
    left = [max(0, count - moved) for count in counts]
    return sum((ONE for count in left if count), ZERO) / days, sum(max(0, count - 1) for count in left) / days


def _moved(definition: PolicyDefinition, first: date, on: date, after_days: int) -> int:
    oldest = on - timedelta(days=after_days)
    kept = points_on(definition, first, on, limit=_MORE_THAN_EXIST)
    return sum(run.wall_clock.date() <= oldest for run in kept)
