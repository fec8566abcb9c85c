"""How many points a policy keeps: the counts of the policy preview, as the cost needs them. Pure.

The counts are those of `app.policies.preview`, asked twice: of the policy with one copied point a day (what is in the
vault), and of the policy with its instant restore as the only retention (what is a snapshot). A month is charged day by
day, so the counts are means over the 30 days that end on the day asked about, or over those since the first run.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from app.azure.values import (
    DailyRetention,
    DailySchedule,
    HourlySchedule,
    PolicyDefinition,
    Retention,
    WeeklySchedule,
)
from app.cost.amounts import ONE, ZERO
from app.policies.preview import MAX_DAYS, counts_between, minutes_of, points_on

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


@lru_cache(maxsize=4096)
def points_of(definition: PolicyDefinition, first: date, on: date, archive_after_days: int | None = None) -> Points:
    """The points of the month that ends on a day, of runs since `first`; at most ten years are looked back.

    `archive_after_days`: a point that old has been moved to the archive tier; None = none is moved.
    """
    first = max(first, on - timedelta(days=MAX_DAYS - 1))
    if on < first:
        return Points(ZERO, ZERO, ONE, ZERO, ZERO, ONE, ZERO)
    copied = copied_only(definition)
    vault = counts_between(copied, first, on)[-WINDOW_DAYS:]
    since = max(first, on - timedelta(days=WINDOW_DAYS + definition.snapshot_days))  # an older snapshot is gone
    snapshots = counts_between(snapshots_only(definition), since, on)[-WINDOW_DAYS:]
    moved = _moved(copied, first, on, archive_after_days)
    in_vault, more = _mean(vault, moved)
    has_snapshot, more_snapshots = _mean(snapshots)
    between = days_between_copies(definition)
    runs = Decimal(len(minutes_of(definition.schedule)))
    return Points(in_vault, more, between, has_snapshot, more_snapshots, between / runs, Decimal(moved))


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


def is_still_growing(definition: PolicyDefinition, first: date, on: date) -> bool:
    """Whether a year later the policy keeps more points than on this day: its retention has not filled up."""
    copied = copied_only(definition)
    later = min(on + timedelta(days=366), first + timedelta(days=MAX_DAYS - 1))
    counts = counts_between(copied, first, later)
    reached = (on - first).days + 1
    return max(counts[reached:], default=0) > max(counts[:reached], default=0)


def _mean(counts: list[int], moved: int = 0) -> tuple[Decimal, Decimal]:
    """(share of days with a point, points beside the first), of what is left when some were moved away."""
    days = Decimal(len(counts))
    left = [max(0, count - moved) for count in counts]
    return sum((ONE for count in left if count), ZERO) / days, sum(max(0, count - 1) for count in left) / days


def _moved(definition: PolicyDefinition, first: date, on: date, after_days: int | None) -> int:
    if after_days is None:
        return 0
    oldest = on - timedelta(days=after_days)
    kept = points_on(definition, first, on, limit=_MORE_THAN_EXIST)
    return sum(run.wall_clock.date() <= oldest for run in kept)
