"""When a policy runs, and how long it keeps what a run left. Pure: policies in, instants out.

A policy's times end in Z but are wall-clock times in its `timeZone` (docs/azure.md, Policies), so days are counted
there, and a run stays at its hour across the change of clocks. Which run of an hourly policy's day the longer layers
keep, and that its window includes its end, are guesses.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

from app.simulator.progress import instant_of, moment
from app.simulator.world import Json

WEEKS = ("First", "Second", "Third", "Fourth")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(calendar.month_name[1:])


def runs(properties: Json, since: int, until: int) -> list[tuple[int, int]]:
    """(run, end of its retention) for every run of a policy in (since, until], oldest first."""
    zone = _zone(properties)
    schedule = _schedule(properties["schedulePolicy"])
    # A window may reach past midnight, so the day before counts too.
    day = moment(since).astimezone(zone).date() - timedelta(days=1)
    last = moment(until).astimezone(zone).date()
    found = []
    while day <= last:
        for number, at in enumerate(_times_on(schedule, day, zone)):
            instant = instant_of(at)
            if since < instant <= until:
                found.append((instant, _kept_until(properties["retentionPolicy"], at, first=number == 0)))
        day += timedelta(days=1)
    return found


def kept_until(properties: Json, run: int) -> int:
    """The end of a run's retention under (perhaps another) policy."""
    at = moment(run).astimezone(_zone(properties))
    times = list(_times_on(_schedule(properties["schedulePolicy"]), at.date(), at.tzinfo))
    # As instants: where clocks go forward, 02:00 is the moment that reads 03:00.
    first = not times or instant_of(at) <= instant_of(times[0])
    return _kept_until(properties["retentionPolicy"], at, first=first)


def _zone(properties: Json) -> ZoneInfo:
    return ZoneInfo(win_tz.get(str(properties.get("timeZone") or "UTC"), "UTC"))


def _schedule(schedule: Json) -> tuple[list[tuple[int, int]], list[str]]:
    """(times of day as hour and minute, names of the days) of either generation of schedules."""
    frequency = str(schedule["scheduleRunFrequency"])
    if frequency == "Hourly":
        hourly = schedule["hourlySchedule"]
        begin = _clock_time(hourly["scheduleWindowStartTime"])
        hours = range(0, int(hourly.get("scheduleWindowDuration") or 24) + 1, int(hourly["interval"]))
        return [(begin[0] + hour, begin[1]) for hour in hours if hour < 24], list(DAYS)
    if schedule["schedulePolicyType"] == "SimpleSchedulePolicyV2":
        schedule = schedule[f"{frequency.lower()}Schedule"]
    days = schedule["scheduleRunDays"] if frequency == "Weekly" else DAYS
    return [_clock_time(schedule["scheduleRunTimes"][0])], list(days)


def _clock_time(text: str) -> tuple[int, int]:
    return int(text[11:13]), int(text[14:16])


def _times_on(schedule: tuple[list[tuple[int, int]], list[str]], day: date, zone: Any) -> Iterator[datetime]:
    times, days = schedule
    if DAYS[day.weekday()] in days:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        for hour, minute in times:
            yield midnight + timedelta(hours=hour, minutes=minute)  # wall-clock arithmetic: past midnight is fine


# -- retention ----------------------------------------------------------------------------------------------------
def _kept_until(retention: Json, at: datetime, *, first: bool) -> int:
    """The longest of the layers that take this run."""
    ends = [at]
    for layer, unit in (("dailySchedule", "days"), ("weeklySchedule", "weeks")):
        schedule = retention.get(layer)
        if schedule and (unit == "days" or (first and DAYS[at.weekday()] in schedule["daysOfTheWeek"])):
            ends.append(at + timedelta(**{unit: int(schedule["retentionDuration"]["count"])}))
    for layer, months in (("monthlySchedule", 1), ("yearlySchedule", 12)):
        schedule = retention.get(layer)
        if schedule and first and _chosen(schedule, at.date()):
            ends.append(_months_later(at, months * int(schedule["retentionDuration"]["count"])))
    return max(instant_of(end) for end in ends)


def _chosen(schedule: Json, day: date) -> bool:
    """Whether a monthly or yearly layer takes the runs of a day."""
    if MONTHS[day.month - 1] not in schedule.get("monthsOfYear", MONTHS):
        return False
    last = calendar.monthrange(day.year, day.month)[1]
    if schedule["retentionScheduleFormatType"] == "Daily":
        dates = schedule["retentionScheduleDaily"]["daysOfTheMonth"]
        return any(entry.get("date") == day.day or (entry.get("isLast") and day.day == last) for entry in dates)
    weekly = schedule["retentionScheduleWeekly"]
    if DAYS[day.weekday()] not in weekly["daysOfTheWeek"]:
        return False
    week = (day.day - 1) // 7
    names = {WEEKS[week]} if week < len(WEEKS) else set()
    if day.day + 7 > last:
        names.add("Last")
    return bool(names & set(weekly["weeksOfTheMonth"]))


def _months_later(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    if year > 9998:  # 9999 years of retention are allowed
        return datetime(9999, 1, 1, tzinfo=UTC)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
