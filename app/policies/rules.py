"""Validates a policy before Azure sees it. Pure.

Azure has one error for all mistakes; here each mistake has a pointer and a remedy. Sources of the limits:
- daily 7 to 9999 days: Azure Backup FAQ ("minimum allowed retention range for a daily backup point"); weekly to 5163,
  monthly to 1188, yearly to 99: what Azure PowerShell accepts for VMs, 99 years each;
- 9999 recovery points an item: Azure Backup support matrix; dates to the 28th, or the last day: Azure PowerShell;
- every 4, 6, 8 or 12 hours in a window of 4 to 24 hours, a multiple of the interval; times on the half hour;
  instant restore 1 to 5 days, 1 to 30 when enhanced, 5 when weekly: azurerm's documentation of `backup_policy_vm`;
- what a weekly schedule's retention may name: Azure PowerShell refuses the rest before asking Azure.
Azure's own answers to such policies were not observed.
"""

import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.azure import names
from app.azure.values import (
    HourlySchedule,
    MonthlyRetention,
    PolicyDefinition,
    Retention,
    Schedule,
    WeeklySchedule,
    YearlyRetention,
)
from app.policies.changes import changes_between
from app.policies.errors import PolicyNotValid
from app.policies.preview import MAX_DAYS, minutes_of
from app.policies.zones import zone_remedy

INTERVALS = (4, 6, 8, 12)
WINDOW = (4, 24)
HALF_HOUR = 30
STANDARD_INSTANT_DAYS = 5
ENHANCED_INSTANT_DAYS = 30
WEEKLY_INSTANT_DAYS = 5
COUNTS = {
    "daily": (7, 9999, "days"),
    "weekly": (1, 5163, "weeks"),
    "monthly": (1, 1188, "months"),
    "yearly": (1, 99, "years"),
}
LAST_DATE = 28
MOST_POINTS = 9999
FIRST_YEAR, LAST_YEAR = 1970, 2200
DEFAULT_SPAN_DAYS = 365


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing a policy cannot say, where, and what to say instead."""

    pointer: str
    detail: str
    remedy: str


def check_name(name: str) -> None:
    """Raises PolicyNotValid."""
    try:
        names.check_policy_name(name)
    except ValueError as error:
        raise PolicyNotValid(str(error), pointer="#/name", remedy="Choose a name that Azure allows.") from None


def check_definition(definition: PolicyDefinition) -> None:
    """Raises PolicyNotValid with the first mistake; all of them are in `errors`."""
    found = list(mistakes(definition))
    if found:
        errors = [{"pointer": one.pointer, "detail": one.detail, "remedy": one.remedy} for one in found]
        raise PolicyNotValid(found[0].detail, pointer=found[0].pointer, remedy=found[0].remedy, errors=errors)


def mistakes(definition: PolicyDefinition) -> Iterator[Mistake]:
    """Everything that is wrong with a definition, in the order of its fields."""
    yield from _zone(definition.time_zone)
    yield from _schedule(definition.schedule)
    yield from _layers(definition.schedule, definition.retention)
    yield from _counts(definition.schedule, definition.retention, definition.snapshot_days)
    yield from _instant(definition)


def is_same(there: PolicyDefinition | None, asked: PolicyDefinition) -> bool:
    """Whether Azure's policy equals the requested one.

    Azure stores a Windows zone name, which means several IANA names, and the order of days does not matter.
    """
    return there is not None and not changes_between(there, asked)


def check_span(first: date, *, until: date | None, days: int | None, on: date | None) -> date:
    """The last day of a preview. Raises PolicyNotValid unless it is a day to ten years long and `on` is in it."""
    if until is not None and days is not None:
        raise PolicyNotValid("Say until or days, not both.", pointer="#/days", remedy="Leave one of them out.")
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise PolicyNotValid(
            f"A preview begins between {FIRST_YEAR} and {LAST_YEAR}.", pointer="#/from", remedy="Use a nearer day."
        )
    length = (until - first).days + 1 if until is not None else DEFAULT_SPAN_DAYS if days is None else days
    if not 1 <= length <= MAX_DAYS:
        raise PolicyNotValid(
            f"A preview has 1 to {MAX_DAYS} days (ten years), not {length}.",
            pointer="#/until" if until is not None else "#/days",
            remedy="Use a last day that is not before `from`, and a span of at most ten years.",
        )
    last = first + timedelta(days=length - 1)
    if on is not None and not first <= on <= last:
        raise PolicyNotValid(
            f"{on} is not a day of the span.", pointer="#/on", remedy=f"Use a day from {first} to {last}."
        )
    return last


# --- time zone -----------------------------------------------------------------------------------------------------
def _zone(zone: str) -> Iterator[Mistake]:
    try:
        zoneinfo.ZoneInfo(zone)
        names.windows_zone(zone)
    except (KeyError, ValueError, OSError):
        # zoneinfo raises KeyError's subclass for unknown keys, ValueError or OSError for path-like ones.
        yield Mistake("#/time_zone", f"{zone!r} is not a time zone that Azure knows.", zone_remedy(zone))


# --- schedule ------------------------------------------------------------------------------------------------------
def _schedule(schedule: Schedule) -> Iterator[Mistake]:
    at, pointer = (
        (schedule.start, "#/schedule/start")
        if isinstance(schedule, HourlySchedule)
        else (schedule.at, "#/schedule/time")
    )
    if at.minute % HALF_HOUR or at.second:
        yield Mistake(
            pointer,
            f"Azure starts backups on the hour or the half hour, not at {at:%H:%M}.",
            f"Use {at:%H}:00 or {at:%H}:30.",
        )
    if isinstance(schedule, WeeklySchedule):
        yield from _unique(schedule.days, "#/schedule/days")
    if isinstance(schedule, HourlySchedule):
        yield from _window(schedule.every_hours, schedule.window_hours)


def _window(every: int, window: int) -> Iterator[Mistake]:
    if every not in INTERVALS:
        yield Mistake("#/schedule/every_hours", f"A backup every {every} hours is not possible.", "Use 4, 6, 8 or 12.")
        return
    least, most = WINDOW
    fitting = [hours for hours in range(least, most + 1) if hours % every == 0]
    if window not in fitting:
        yield Mistake(
            "#/schedule/window_hours",
            f"A window of {window} hours does not fit a backup every {every} hours.",
            f"Use a multiple of every_hours, from {least} to {most}: {', '.join(map(str, fitting))}.",
        )


# --- retention -----------------------------------------------------------------------------------------------------
def _layers(schedule: Schedule, retention: Retention) -> Iterator[Mistake]:
    """Which layers there must be, and which days they may name."""
    if isinstance(schedule, WeeklySchedule):
        if retention.daily is not None:
            yield Mistake(
                "#/retention/daily",
                "A weekly schedule makes no daily points to keep.",
                "Leave daily out, or schedule daily.",
            )
        if retention.weekly is None:
            yield Mistake(
                "#/retention/weekly", "A weekly schedule needs weekly retention.", "Say how many weeks to keep."
            )
    elif retention.daily is None:
        yield Mistake(
            "#/retention/daily",
            "A daily or hourly schedule needs daily retention.",
            "Say how many days to keep, e.g. 30.",
        )
    if retention.weekly is not None:
        yield from _unique(retention.weekly.days, "#/retention/weekly/days")
        yield from _weekly_days(schedule, retention.weekly.days)
    if retention.monthly is not None:
        yield from _which(schedule, retention.monthly, "#/retention/monthly")
    if retention.yearly is not None:
        yield from _unique(retention.yearly.months, "#/retention/yearly/months")
        yield from _which(schedule, retention.yearly, "#/retention/yearly")


def _weekly_days(schedule: Schedule, days: Sequence[str]) -> Iterator[Mistake]:
    if not days:
        yield Mistake("#/retention/weekly/days", "Weekly retention needs its day.", "Name a day, e.g. sunday.")
    elif isinstance(schedule, WeeklySchedule) and set(days) != set(schedule.days):
        never = [day for day in days if day not in schedule.days]
        yield Mistake(
            "#/retention/weekly/days",
            f"The schedule never runs on {', '.join(never)}."
            if never
            else "With a weekly schedule, weekly retention is for exactly the days it runs on.",
            f"Use {', '.join(schedule.days)}.",
        )


def _which(schedule: Schedule, kept: MonthlyRetention | YearlyRetention, pointer: str) -> Iterator[Mistake]:
    """Either nth weekdays or dates, on days the schedule runs."""
    by_weekday = bool(kept.weeks or kept.days)
    if by_weekday == bool(kept.dates):
        yield Mistake(
            pointer,
            "Say either weeks with days, or dates; not both and not neither.",
            'E.g. {"weeks": ["first"], "days": ["sunday"]} or {"dates": [1, "last"]}.',
        )
        return
    if by_weekday and not (kept.weeks and kept.days):
        missing, example = ("days", "sunday") if kept.weeks else ("weeks", "first")
        yield Mistake(
            f"{pointer}/{missing}", f"The nth weekday needs {missing} too.", f"Add {missing}, e.g. {example}."
        )
    for field in ("weeks", "days", "dates"):
        yield from _unique(getattr(kept, field), f"{pointer}/{field}")
    yield from _dates(schedule, kept.dates, f"{pointer}/dates")
    if isinstance(schedule, WeeklySchedule):
        never = [day for day in kept.days if day not in schedule.days]
        if never:
            yield Mistake(
                f"{pointer}/days",
                f"The schedule never runs on {', '.join(never)}.",
                f"Use days it runs on: {', '.join(schedule.days)}.",
            )


def _dates(schedule: Schedule, dates: Sequence[int | str], pointer: str) -> Iterator[Mistake]:
    if dates and isinstance(schedule, WeeklySchedule):
        yield Mistake(
            pointer, "A weekly schedule does not run on every date.", "Use weeks and days, or schedule daily."
        )
    for number, day in enumerate(dates):
        if isinstance(day, int) and not 1 <= day <= LAST_DATE:
            yield Mistake(
                f"{pointer}/{number}",
                f"Not every month has a {day}., so Azure cannot keep that point.",
                f'Use 1 to {LAST_DATE}, or "last" for the last day of the month.',
            )


def _counts(schedule: Schedule, retention: Retention, instant_days: int) -> Iterator[Mistake]:
    for layer, (least, most, unit) in COUNTS.items():
        kept = getattr(retention, layer)
        if kept is not None and not least <= kept.count <= most:
            yield Mistake(
                f"#/retention/{layer}/count",
                f"Azure keeps {layer} points for {least} to {most} {unit}.",
                f"Use {least} to {most}.",
            )
    yield from _total(schedule, retention, instant_days)


def _total(schedule: Schedule, retention: Retention, instant_days: int) -> Iterator[Mistake]:
    """The day's copied point lives by the daily rule, its other points as long as instant restore."""
    if retention.daily is None or not isinstance(schedule, HourlySchedule) or schedule.every_hours not in INTERVALS:
        return
    snapshots = (len(minutes_of(schedule)) - 1) * instant_days
    most = MOST_POINTS - snapshots
    if 1 < most < retention.daily.count <= COUNTS["daily"][1]:
        yield Mistake(
            "#/retention/daily/count",
            f"{retention.daily.count} daily points and {snapshots} snapshots are more than the {MOST_POINTS} recovery "
            "points that Azure keeps of one VM.",
            f"Use at most {most} days, and monthly or yearly points for longer.",
        )


def _unique(named: Sequence[object], pointer: str) -> Iterator[Mistake]:
    twice = sorted({str(one) for one in named if named.count(one) > 1})
    if twice:
        yield Mistake(pointer, f"{', '.join(twice)} is named twice.", "Name each once.")


# --- instant restore, policy type ----------------------------------------------------------------------------------
def check_type(definition: PolicyDefinition, *, asked: bool | None) -> None:
    """Raises PolicyNotValid if a standard policy has a schedule that only enhanced policies may have."""
    if asked is False and definition.enhanced:
        raise PolicyNotValid(
            "An hourly schedule is only possible in an enhanced policy.",
            pointer="#/enhanced",
            remedy="Leave enhanced out or send true, or schedule daily or weekly.",
        )


def _instant(definition: PolicyDefinition) -> Iterator[Mistake]:
    days, pointer = definition.snapshot_days, "#/instant_restore_days"
    if isinstance(definition.schedule, WeeklySchedule):
        if days != WEEKLY_INSTANT_DAYS:
            yield Mistake(
                pointer,
                f"With a weekly schedule Azure keeps snapshots for exactly {WEEKLY_INSTANT_DAYS} days.",
                f"Use {WEEKLY_INSTANT_DAYS}, or leave it out.",
            )
        return
    most = ENHANCED_INSTANT_DAYS if definition.enhanced else STANDARD_INSTANT_DAYS
    if not 1 <= days <= most:
        kind = "An enhanced" if definition.enhanced else "A standard"
        more = "" if definition.enhanced else f", or an enhanced policy (up to {ENHANCED_INSTANT_DAYS})"
        yield Mistake(
            pointer, f"{kind} policy keeps snapshots for 1 to {most} days, not {days}.", f"Use 1 to {most}{more}."
        )
