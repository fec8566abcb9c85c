"""What a policy may say, checked before Azure sees it. Pure.

Azure answers every mistake with one error; here each has its pointer and its remedy. The limits are Azure's documented
ones for VM policies.
"""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from app.azure import names
from app.azure.values import (
    DailySchedule,
    HourlySchedule,
    MonthlyRetention,
    PolicyDefinition,
    Retention,
    Schedule,
    WeeklySchedule,
    YearlyRetention,
)  # fmt: skip
from app.policies.errors import PolicyNotValid

INTERVALS = (4, 6, 8, 12)
HALF_HOUR = 30
STANDARD_INSTANT_DAYS = 5


def check_name(name: str) -> None:
    """Raises PolicyNotValid."""
    try:
        names.check_policy_name(name)
    except ValueError as error:
        raise PolicyNotValid(str(error), pointer="#/name", remedy="Choose a name that Azure allows.") from None


def check_definition(definition: PolicyDefinition) -> None:
    """Raises PolicyNotValid for the first thing that cannot be."""
    _check_zone(definition.time_zone)
    _check_schedule(definition.schedule)
    _check_retention(definition.schedule, definition.retention)
    _check_instant(definition)


def is_same(there: PolicyDefinition | None, asked: PolicyDefinition) -> bool:
    """Whether Azure's policy says what was asked.

    Azure keeps a Windows zone name, which stands for several IANA names.
    """
    if there is None or not names.same_time_zone(there.time_zone, asked.time_zone):
        return False
    return replace(there, time_zone=asked.time_zone) == asked


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
        names.windows_zone(zone)
    except (ValueError, OSError):
        # zoneinfo raises KeyError's subclass for unknown keys, ValueError or OSError for path-like ones.
        pass
    except KeyError:
        pass
    else:
        return
    raise PolicyNotValid(
        f"{zone!r} is not a time zone that Azure knows.",
        pointer="#/time_zone", remedy="Use an IANA name such as Europe/Berlin, America/New_York or UTC.",
    )  # fmt: skip


def _check_schedule(schedule: Schedule) -> None:
    at, pointer = (
        (schedule.start, "#/schedule/start")
        if isinstance(schedule, HourlySchedule)
        else (schedule.at, "#/schedule/time")
    )
    if at.minute % HALF_HOUR or at.second:
        raise PolicyNotValid(
            f"Azure starts backups on the hour or the half hour, not at {at:%H:%M}.",
            pointer=pointer, remedy=f"Use {at:%H}:00 or {at:%H}:30.",
        )  # fmt: skip
    if isinstance(schedule, WeeklySchedule):
        _check_unique(schedule.days, "#/schedule/days")
    if isinstance(schedule, HourlySchedule):
        if schedule.every_hours not in INTERVALS:
            raise PolicyNotValid(
                f"A backup every {schedule.every_hours} hours is not possible.",
                pointer="#/schedule/every_hours", remedy="Use 4, 6, 8 or 12.",
            )  # fmt: skip
        window = schedule.window_hours
        if not 4 <= window <= 24 or window % schedule.every_hours:
            raise PolicyNotValid(
                f"A window of {window} hours does not fit a backup every {schedule.every_hours} hours.",
                pointer="#/schedule/window_hours", remedy="Use a multiple of every_hours, from 4 to 24.",
            )  # fmt: skip


def _check_retention(schedule: Schedule, retention: Retention) -> None:
    if isinstance(schedule, WeeklySchedule):
        if retention.daily is not None:
            raise PolicyNotValid(
                "A weekly schedule makes no daily points to keep.",
                pointer="#/retention/daily", remedy="Leave daily out, or schedule daily.",
            )  # fmt: skip
        if retention.weekly is None:
            raise PolicyNotValid(
                "A weekly schedule needs weekly retention.",
                pointer="#/retention/weekly", remedy="Say how many weekly points to keep.",
            )  # fmt: skip
    elif retention.daily is None:
        raise PolicyNotValid(
            "A daily or hourly schedule needs daily retention.",
            pointer="#/retention/daily", remedy="Say how many days to keep, e.g. 30.",
        )  # fmt: skip
    if retention.weekly is not None:
        _check_unique(retention.weekly.days, "#/retention/weekly/days")
        _check_days_run(schedule, retention.weekly.days, "#/retention/weekly/days")
        if isinstance(schedule, WeeklySchedule) and set(retention.weekly.days) != set(schedule.days):
            raise PolicyNotValid(
                "With a weekly schedule, weekly retention is for exactly the days it runs on.",
                pointer="#/retention/weekly/days", remedy=f"Use {', '.join(schedule.days)}.",
            )  # fmt: skip
    if retention.monthly is not None:
        _check_which(schedule, retention.monthly, "#/retention/monthly")
    if retention.yearly is not None:
        _check_unique(retention.yearly.months, "#/retention/yearly/months")
        _check_which(schedule, retention.yearly, "#/retention/yearly")


def _check_which(schedule: Schedule, kept: MonthlyRetention | YearlyRetention, pointer: str) -> None:
    """Either nth weekdays or dates, on days the schedule runs."""
    by_weekday = bool(kept.weeks or kept.days)
    if by_weekday == bool(kept.dates):
        raise PolicyNotValid(
            "Say either weeks with days, or dates; not both and not neither.",
            pointer=pointer, remedy='E.g. {"weeks": ["first"], "days": ["sunday"]} or {"dates": [1, "last"]}.',
        )  # fmt: skip
    if by_weekday and not (kept.weeks and kept.days):
        missing = "days" if kept.weeks else "weeks"
        raise PolicyNotValid(
            f"The nth weekday needs {missing} too.", pointer=f"{pointer}/{missing}", remedy=f"Add {missing}."
        )
    for field in ("weeks", "days", "dates"):
        _check_unique(getattr(kept, field), f"{pointer}/{field}")
    if kept.dates and isinstance(schedule, WeeklySchedule):
        raise PolicyNotValid(
            "A weekly schedule does not run on every date.",
            pointer=f"{pointer}/dates", remedy="Use weeks and days, or schedule daily.",
        )  # fmt: skip
    _check_days_run(schedule, kept.days, f"{pointer}/days")


def _check_days_run(schedule: Schedule, days: Sequence[str], pointer: str) -> None:
    if isinstance(schedule, WeeklySchedule):
        never = [day for day in days if day not in schedule.days]
        if never:
            raise PolicyNotValid(
                f"The schedule never runs on {', '.join(never)}.",
                pointer=pointer, remedy=f"Use days it runs on: {', '.join(schedule.days)}.",
            )  # fmt: skip


def _check_unique(named: Sequence[object], pointer: str) -> None:
    if len(set(named)) != len(named):
        raise PolicyNotValid("Something is named twice.", pointer=pointer, remedy="Name each once.")


def _check_instant(definition: PolicyDefinition) -> None:
    days = definition.instant_restore_days
    if isinstance(definition.schedule, DailySchedule | WeeklySchedule) and days > STANDARD_INSTANT_DAYS:
        raise PolicyNotValid(
            f"A standard policy keeps snapshots for at most {STANDARD_INSTANT_DAYS} days, not {days}.",
            pointer="#/instant_restore_days", remedy="Use 1 to 5, or an hourly schedule (up to 30).",
        )  # fmt: skip
    if isinstance(definition.schedule, WeeklySchedule) and days != STANDARD_INSTANT_DAYS:
        raise PolicyNotValid(
            "With a weekly schedule Azure keeps snapshots for exactly 5 days.",
            pointer="#/instant_restore_days", remedy="Use 5.",
        )  # fmt: skip
