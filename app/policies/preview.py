"""What a policy will do: its runs, the points they make, and how long each point is kept. Pure; Azure is not asked.

Facts about Azure, and their sources:
- A run starts at a wall-clock time of the policy's zone (docs/azure.md, Policies). What Azure does on the two days a
  year on which clocks change is not documented. Here a time that the clocks skip runs by the offset from before the
  change (02:30 becomes 03:30), and a time that comes twice runs the first time only: every planned run happens exactly
  once.
- An hourly policy runs at its start and every N hours after it, the end of the window included; a window may reach past
  midnight (the portal's default was 08:00 and 24 hours), and a run after midnight belongs to the next day.
- Azure copies one backup a day into the vault, of an hourly policy the last one of the day (Azure Backup, "Back up VMs
  with the enhanced policy"; support matrix, "Maximum backup frequency to vault"). That point is kept by the daily rule
  and by every weekly, monthly and yearly rule whose day it is, as long as the longest of them. The day's other points
  are snapshots only and live as long as instant restore. That this means the day of the policy's zone, and that the
  long rules keep the copied point, is our reading; it was not measured.
- A point kept N days is deleted N days after its date; months and years end on the same day of the month, or on the
  month's last day. Azure clears up some time later: a point may be seen for hours or days longer.
- A changed retention also holds for the points that are there (Azure Backup support matrix, "Modify backup policy").

Days are the unit: a point made on day D and kept until day K exists on every day from D to K - 1, counted at the end of
the day, so that the hour of the run does not matter.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Literal
from zoneinfo import ZoneInfo

from app.azure.values import (
    HourlySchedule,
    MonthlyRetention,
    PolicyDefinition,
    Schedule,
    WeeklySchedule,
    YearlyRetention,
)

Rule = Literal["snapshot", "daily", "weekly", "monthly", "yearly"]
"""What keeps a point; `snapshot`: it was never copied into the vault."""
ClockChange = Literal["skipped", "repeated"]

MAX_DAYS = 3653
"""Ten years, leap days included."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKS = ("first", "second", "third", "fourth")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Run:
    """One planned backup. `kept` says until which day (not included) each rule keeps what it leaves."""

    at: datetime
    """UTC."""
    wall_clock: datetime
    """In the policy's zone, as its clocks really show it."""
    clock_change: ClockChange | None
    kept: dict[Rule, date]

    @property
    def kept_until(self) -> date:
        return max(self.kept.values())


@dataclass(frozen=True, slots=True)
class Preview:
    first: date
    last: date
    runs: Sequence[Run]
    """The first runs of the span."""
    counts: Sequence[int]
    """How many points exist at the end of each day, the first day of the span first."""
    points: Sequence[Run]
    """The newest of those that exist on the day asked about, newest first; `kept` only names what still keeps them."""


def preview(
    definition: PolicyDefinition, first: date, last: date, *, on: date | None = None, limit: int = 100
) -> Preview:
    """What the policy does from `first` to `last`, both included, when no point exists before.

    `on`, a day of the span, asks for the points of that day; at most `limit` runs and points are named.
    """
    runs: list[Run] = []
    for run in runs_between(definition, first, last):
        if len(runs) == limit:
            break
        runs.append(run)
    points = points_on(definition, first, on, limit=limit) if on is not None else []
    return Preview(first, last, runs, counts_between(definition, first, last), points)


# --- runs ----------------------------------------------------------------------------------------------------------
def runs_between(definition: PolicyDefinition, first: date, last: date) -> Iterator[Run]:
    """Every run whose date is in the span, oldest first."""
    zone = ZoneInfo(definition.time_zone)
    for planned, kept in _planned(definition, first, last):
        at, change = instant_of(planned, zone)
        yield Run(at, at.astimezone(zone), change, kept)


def instant_of(wall_clock: datetime, zone: ZoneInfo) -> tuple[datetime, ClockChange | None]:
    """The one instant (UTC) at which a planned wall-clock time runs, and what the clocks do to it that day."""
    local = wall_clock.replace(tzinfo=zone, fold=0)
    at = local.astimezone(UTC)
    if local.utcoffset() == local.replace(fold=1).utcoffset():
        return at, None
    shown = at.astimezone(zone).replace(tzinfo=None)
    return at, "repeated" if shown == wall_clock else "skipped"


def run_times(schedule: Schedule, zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """The instants (UTC) of the runs whose window begins on this day, oldest first; those after midnight included."""
    if runs_on(schedule, day):
        for minute in minutes_of(schedule):
            yield instant_of(_planned_at(day, minute), zone)[0]


def _planned(definition: PolicyDefinition, first: date, last: date) -> Iterator[tuple[datetime, dict[Rule, date]]]:
    """Each planned wall-clock time with what keeps its point, oldest first."""
    minutes = minutes_of(definition.schedule)
    tail = timedelta(days=1) if minutes[-1] >= _MINUTES_A_DAY else timedelta()
    for day in _days(definition.schedule, first - tail, last):
        for minute in minutes:
            planned = _planned_at(day, minute)
            if first <= planned.date() <= last:
                yield planned, kept_by(definition, planned.date(), is_copied=minute == copied_minute(minutes))


def minutes_of(schedule: Schedule) -> Sequence[int]:
    """The runs of a day, in minutes after the midnight its window begins after; past midnight: more than a day."""
    if not isinstance(schedule, HourlySchedule):
        return (schedule.at.hour * 60 + schedule.at.minute,)
    start = schedule.start.hour * 60 + schedule.start.minute
    # A window of 24 hours ends where the next day's begins: that run is the next day's.
    return [start + hours * 60 for hours in range(0, min(schedule.window_hours, 23) + 1, schedule.every_hours)]


def copied_minute(minutes: Sequence[int]) -> int:
    """The run of the day that is copied into the vault: the last one before midnight."""
    return max(minute for minute in minutes if minute < _MINUTES_A_DAY)


def runs_on(schedule: Schedule, day: date) -> bool:
    return not isinstance(schedule, WeeklySchedule) or _WEEKDAYS[day.weekday()] in schedule.days


def _days(schedule: Schedule, first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if runs_on(schedule, day):
            yield day


# --- retention -----------------------------------------------------------------------------------------------------
def kept_by(definition: PolicyDefinition, day: date, *, is_copied: bool) -> dict[Rule, date]:
    """The rules that keep a point of this day, each with the day on which it ends. Empty: no rule keeps the point."""
    if not is_copied:
        return {"snapshot": days_later(day, definition.snapshot_days)}
    kept: dict[Rule, date] = {}
    retention = definition.retention
    daily, weekly, monthly, yearly = retention.daily, retention.weekly, retention.monthly, retention.yearly
    if daily is not None:
        kept["daily"] = days_later(day, daily.count)
    if weekly is not None and _WEEKDAYS[day.weekday()] in weekly.days:
        kept["weekly"] = days_later(day, 7 * weekly.count)
    if monthly is not None and takes(monthly, day):
        kept["monthly"] = months_later(day, monthly.count)
    if yearly is not None and takes(yearly, day):
        kept["yearly"] = months_later(day, 12 * yearly.count)
    return kept


def takes(rule: MonthlyRetention | YearlyRetention, day: date) -> bool:
    """Whether a monthly or yearly rule keeps the point of a day. Of five Sundays the fifth is only the last."""
    if isinstance(rule, YearlyRetention) and _MONTHS[day.month - 1] not in rule.months:
        return False
    last = _days_in(day.year, day.month)
    if rule.dates:
        return day.day in rule.dates or (day.day == last and "last" in rule.dates)
    if _WEEKDAYS[day.weekday()] not in rule.days:
        return False
    week = (day.day - 1) // 7
    return (week < len(_WEEKS) and _WEEKS[week] in rule.weeks) or (day.day + 7 > last and "last" in rule.weeks)


def days_later(day: date, days: int) -> date:
    """Azure lets some retentions outlast the calendar."""
    return day + timedelta(days=days) if days <= (date.max - day).days else date.max


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


@lru_cache(maxsize=2048)
def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


# --- counting ------------------------------------------------------------------------------------------------------
def counts_between(definition: PolicyDefinition, first: date, last: date) -> list[int]:
    """The number of points at the end of each day of the span, none existing before it.

    Every point is one step up on its day and one down on the day it goes, so ten years cost one pass over their days.
    """
    start, end = first.toordinal(), last.toordinal()
    steps = [0] * (end - start + 2)
    for day, until, points in lives(definition, first, last):
        steps[day - start] += points
        steps[min(until, end + 1) - start] -= points
    return list(accumulate(steps[:-1]))


def lives(definition: PolicyDefinition, first: date, last: date) -> Iterator[tuple[int, int, int]]:
    """(day on which they are made, day on which they go, points) of all points of the span; days as ordinals.

    What a later `first` leaves out are the points of earlier days, and nothing else.
    """
    start, end = first.toordinal(), last.toordinal()
    minutes = minutes_of(definition.schedule)
    snapshots_today = sum(1 for minute in minutes if minute < _MINUTES_A_DAY) - 1
    snapshots_tomorrow = len(minutes) - 1 - snapshots_today
    for day in _days(definition.schedule, first - timedelta(days=1), last):
        ordinal = day.toordinal()
        kept = kept_by(definition, day, is_copied=True)
        made = [
            (ordinal, max(kept.values()).toordinal() if kept else ordinal, 1),
            (ordinal, ordinal + definition.snapshot_days, snapshots_today),
            (ordinal + 1, ordinal + 1 + definition.snapshot_days, snapshots_tomorrow),
        ]
        yield from (one for one in made if start <= one[0] <= end and one[1] > one[0] and one[2])


def points_on(definition: PolicyDefinition, first: date, on: date, *, limit: int) -> list[Run]:
    """The points that exist at the end of a day, newest first, of runs since `first`."""
    zone = ZoneInfo(definition.time_zone)
    found = []
    for planned, is_copied in reversed(_alive(definition, first, on)[-limit:]):
        at, change = instant_of(planned, zone)
        kept = kept_by(definition, planned.date(), is_copied=is_copied)
        still = {rule: until for rule, until in kept.items() if until > on}
        found.append(Run(at, at.astimezone(zone), change, still))
    return found


def lost_points(before: PolicyDefinition, after: PolicyDefinition, since: date, today: date) -> tuple[int, int]:
    """(points there are, those of them that would go) when a policy in force since a day is changed today.

    An estimate from the schedule alone: runs that failed, backups on demand and points from before another policy are
    not in it. At most ten years are looked back.
    """
    alive = _alive(before, max(since, today - timedelta(days=MAX_DAYS)), today)
    stay = sum(is_kept(after, planned.date(), today, is_copied=is_copied) for planned, is_copied in alive)
    return len(alive), len(alive) - stay


def is_kept(definition: PolicyDefinition, day: date, on: date, *, is_copied: bool) -> bool:
    return any(until > on for until in kept_by(definition, day, is_copied=is_copied).values())


def _alive(definition: PolicyDefinition, first: date, on: date) -> list[tuple[datetime, bool]]:
    """(planned, whether it was copied into the vault) of every point that exists at the end of a day, oldest first.

    Snapshots are kept for days only, so for most days one look at the calendar is enough.
    """
    minutes = minutes_of(definition.schedule)
    copied = copied_minute(minutes)
    days_kept = definition.snapshot_days
    found: list[tuple[datetime, bool]] = []
    for day in _days(definition.schedule, first - timedelta(days=1), on):
        if (on - day).days > days_kept:
            if day >= first and is_kept(definition, day, on, is_copied=True):
                found.append((_planned_at(day, copied), True))
            continue
        for minute in minutes:
            planned, is_copied = _planned_at(day, minute), minute == copied
            if first <= planned.date() <= on and is_kept(definition, planned.date(), on, is_copied=is_copied):
                found.append((planned, is_copied))
    return found


def _planned_at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - a wall clock


def most_points(definition: PolicyDefinition, first: date) -> int:
    """The most points that exist at a time within ten years."""
    return max(counts_between(definition, first, first + timedelta(days=MAX_DAYS - 1)), default=0)
