"""What a policy will do: every day's count against a model that counts by hand, and the days on which clocks change."""

import calendar
import sys
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.azure import values as v
from app.policies.preview import (
    MAX_DAYS,
    counts_between,
    lost_points,
    months_later,
    points_on,
    preview,
    runs_between,
    takes,
)
from tests.policies.random_policies import definitions, starts

DAILY = v.Retention(v.DailyRetention(30))
STORY = v.PolicyDefinition(
    "America/New_York",
    v.DailySchedule(time(2)),
    v.Retention(
        v.DailyRetention(30), v.WeeklyRetention(12, ("sunday",)), v.MonthlyRetention(12, ("first",), ("sunday",))
    ),
    2,
)


# --- the model: one point at a time, one day at a time -------------------------------------------------------------
def made_on(definition: v.PolicyDefinition, day: date) -> list[tuple[time, bool]]:
    """(time of day, whether it is copied into the vault) of the runs of a calendar day."""
    schedule = definition.schedule
    if isinstance(schedule, v.WeeklySchedule):
        names = [name.lower() for name in calendar.day_name]
        return [(schedule.at, True)] if names[day.weekday()] in schedule.days else []
    if isinstance(schedule, v.DailySchedule):
        return [(schedule.at, True)]
    begin = datetime.combine(date(2000, 1, 1), schedule.start)
    todays: list[time] = []
    yesterdays: list[time] = []
    hours = 0
    while hours <= schedule.window_hours and hours < 24:
        at = begin + timedelta(hours=hours)
        (todays if at.day == 1 else yesterdays).append(at.time())
        hours += schedule.every_hours
    return [(at, False) for at in yesterdays] + [(at, at == max(todays)) for at in todays]


def is_chosen(rule: v.MonthlyRetention | v.YearlyRetention, day: date) -> bool:
    """Written from the month's calendar page, not from arithmetic."""
    if isinstance(rule, v.YearlyRetention) and calendar.month_name[day.month].lower() not in rule.months:
        return False
    page = [one for one in calendar.Calendar().itermonthdates(day.year, day.month) if one.month == day.month]
    if rule.dates:
        return day in [page[-1] if wanted == "last" else page[int(wanted) - 1] for wanted in rule.dates]
    same = [one for one in page if one.weekday() == day.weekday()]
    named = [
        same[-1] if week == "last" else same[["first", "second", "third", "fourth"].index(week)] for week in rule.weeks
    ]
    return day in named and calendar.day_name[day.weekday()].lower() in rule.days


def month_by_month(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, day.day)
        except ValueError:
            day -= timedelta(days=1)


def lives_until(definition: v.PolicyDefinition, day: date, *, copied: bool) -> date:
    if not copied:
        return day + timedelta(days=definition.instant_restore_days or 2)
    kept, ends = definition.retention, [day]
    if kept.daily:
        ends.append(day + timedelta(days=kept.daily.count))
    if kept.weekly and calendar.day_name[day.weekday()].lower() in kept.weekly.days:
        ends.append(day + timedelta(days=7 * kept.weekly.count))
    if kept.monthly and is_chosen(kept.monthly, day):
        ends.append(month_by_month(day, kept.monthly.count))
    if kept.yearly and is_chosen(kept.yearly, day):
        ends.append(month_by_month(day, 12 * kept.yearly.count))
    return max(ends)


def counted_by_hand(definition: v.PolicyDefinition, first: date, days: int) -> list[int]:
    points: list[date] = []
    counts = []
    for number in range(days):
        day = first + timedelta(days=number)
        points += [lives_until(definition, day, copied=copied) for _, copied in made_on(definition, day)]
        counts.append(sum(1 for until in points if until > day))
    return counts


@settings(max_examples=150, deadline=None)
@given(definitions(), starts, st.integers(1, 420))
def test_each_days_count_equals_a_count_by_hand(definition: v.PolicyDefinition, first: date, days: int) -> None:
    last = first + timedelta(days=days - 1)
    assert counts_between(definition, first, last) == counted_by_hand(definition, first, days)


@settings(max_examples=60, deadline=None)
@given(definitions(), starts, st.integers(0, 300))
def test_the_points_of_a_day_are_as_many_as_its_count(definition: v.PolicyDefinition, first: date, after: int) -> None:
    on = first + timedelta(days=after)
    points = points_on(definition, first, on, limit=100_000)
    assert len(points) == counts_between(definition, first, on)[-1]
    assert points == sorted(points, key=lambda point: point.at, reverse=True)
    for point in points:
        made = point.wall_clock.date() if point.clock_change is None else None
        assert all(until > on for until in point.kept.values())
        assert point.kept
        assert made is None or first <= made <= on


@settings(max_examples=60, deadline=None)
@given(definitions(), starts)
def test_every_run_of_a_day_happens_exactly_once_whatever_the_clocks_do(d: v.PolicyDefinition, first: date) -> None:
    days = 370
    runs = list(runs_between(d, first, first + timedelta(days=days - 1)))
    planned = [
        (first + timedelta(days=n), at) for n in range(days) for at, _ in sorted(made_on(d, first + timedelta(days=n)))
    ]
    assert len(runs) == len(planned)
    for run, (day, at) in zip(runs, planned, strict=True):
        assert run.at == run.wall_clock.astimezone(UTC)
        if run.clock_change != "skipped":
            assert run.wall_clock.replace(tzinfo=None) == datetime.combine(day, at)
            assert run.wall_clock.fold == 0


@settings(max_examples=60, deadline=None)
@given(definitions(), definitions(), starts, st.integers(0, 300))
def test_what_a_change_loses_is_what_the_new_rules_do_not_keep(
    before: v.PolicyDefinition, after: v.PolicyDefinition, since: date, age: int
) -> None:
    today = since + timedelta(days=age)
    days = [since + timedelta(days=number) for number in range(age + 1)]
    made = [(day, copied) for day in days for _, copied in made_on(before, day)]
    alive = [(day, copied) for day, copied in made if lives_until(before, day, copied=copied) > today]
    gone = [day for day, copied in alive if lives_until(after, day, copied=copied) <= today]
    assert lost_points(before, after, since, today) == (len(alive), len(gone))


def test_the_same_definition_loses_nothing() -> None:
    assert lost_points(STORY, STORY, date(2024, 1, 1), date(2026, 1, 1))[1] == 0


def test_a_shorter_retention_loses_the_points_between() -> None:
    shorter = v.PolicyDefinition("America/New_York", v.DailySchedule(time(2)), v.Retention(v.DailyRetention(7)), 2)
    before = v.PolicyDefinition("America/New_York", v.DailySchedule(time(2)), DAILY, 2)
    assert lost_points(before, shorter, date(2025, 1, 1), date(2026, 1, 1)) == (30, 23)


# --- the story, by hand --------------------------------------------------------------------------------------------
def test_the_storys_points_a_year_later() -> None:
    first, on = date(2026, 1, 1), date(2026, 12, 31)
    seen = preview(STORY, first, on, on=on, limit=1000)
    assert seen.counts[:3] == [1, 2, 3]
    # On 31 January the first day goes as the 31st comes; on 4 February a Sunday more than thirty days old has stayed.
    assert seen.counts[29:31] == [30, 30]
    assert seen.counts[34] == 31
    by_rule = {
        rule: [p.wall_clock.date() for p in seen.points if rule in p.kept] for rule in ("daily", "weekly", "monthly")
    }
    assert len(by_rule["daily"]) == 30
    assert by_rule["weekly"] == [date(2026, 12, 27) - timedelta(weeks=n) for n in range(12)]
    assert by_rule["monthly"] == [
        date(2026, 12, 6),
        date(2026, 11, 1),
        date(2026, 10, 4),
        date(2026, 9, 6),
        date(2026, 8, 2),
        date(2026, 7, 5),
        date(2026, 6, 7),
        date(2026, 5, 3),
        date(2026, 4, 5),
        date(2026, 3, 1),
        date(2026, 2, 1),
        date(2026, 1, 4),
    ]
    assert len(seen.points) == seen.counts[-1]


def test_the_count_of_a_daily_policy_grows_to_its_retention_and_stays() -> None:
    definition = v.PolicyDefinition("UTC", v.DailySchedule(time(0)), DAILY, 2)
    counts = counts_between(definition, date(2026, 1, 1), date(2026, 3, 31))
    assert counts == [*range(1, 31), *([30] * 60)]


def test_of_an_hourly_day_one_point_is_kept_long_and_the_others_as_long_as_their_snapshots() -> None:
    definition = v.PolicyDefinition("UTC", v.HourlySchedule(4, time(8), 12), DAILY, 2)
    first = date(2026, 1, 1)
    runs = list(runs_between(definition, first, first))
    assert [f"{run.wall_clock:%H:%M}" for run in runs] == ["08:00", "12:00", "16:00", "20:00"]
    assert [dict(run.kept) for run in runs] == [{"snapshot": date(2026, 1, 3)}] * 3 + [{"daily": date(2026, 1, 31)}]
    assert counts_between(definition, first, date(2026, 2, 10))[-1] == 30 + 2 * 3


def test_a_window_past_midnight_runs_on_the_next_day() -> None:
    definition = v.PolicyDefinition("UTC", v.HourlySchedule(6, time(18), 24), DAILY, 2)
    runs = list(runs_between(definition, date(2026, 1, 1), date(2026, 1, 2)))
    assert [f"{run.wall_clock:%d %H}" for run in runs] == [
        "01 00",
        "01 06",
        "01 12",
        "01 18",
        "02 00",
        "02 06",
        "02 12",
        "02 18",
    ]
    assert [run.wall_clock.hour for run in runs if "daily" in run.kept] == [18, 18]


# --- clocks --------------------------------------------------------------------------------------------------------
def shown(definition: v.PolicyDefinition, day: date) -> list[tuple[str, str, str | None]]:
    return [
        (f"{run.at:%H:%M}", f"{run.wall_clock:%H:%M}", run.clock_change) for run in runs_between(definition, day, day)
    ]


def daily_at(zone: str, at: time) -> v.PolicyDefinition:
    return v.PolicyDefinition(zone, v.DailySchedule(at), DAILY, 2)


def test_a_run_keeps_its_wall_clock_time_when_clocks_change() -> None:
    eastern = daily_at("America/New_York", time(4))
    assert shown(eastern, date(2026, 3, 7)) == [("09:00", "04:00", None)]
    assert shown(eastern, date(2026, 3, 8)) == [("08:00", "04:00", None)]
    assert shown(eastern, date(2026, 11, 1)) == [("09:00", "04:00", None)]


def test_a_time_that_the_clocks_skip_runs_by_the_offset_from_before() -> None:
    assert shown(daily_at("America/New_York", time(2, 30)), date(2026, 3, 8)) == [("07:30", "03:30", "skipped")]
    assert shown(daily_at("Europe/Berlin", time(2)), date(2026, 3, 29)) == [("01:00", "03:00", "skipped")]
    assert shown(daily_at("Australia/Sydney", time(2)), date(2026, 10, 4)) == [("16:00", "03:00", "skipped")]


def test_a_time_that_comes_twice_runs_the_first_time() -> None:
    assert shown(daily_at("America/New_York", time(1, 30)), date(2026, 11, 1)) == [("05:30", "01:30", "repeated")]
    assert shown(daily_at("Europe/Berlin", time(2, 30)), date(2026, 10, 25)) == [("00:30", "02:30", "repeated")]


def test_a_zone_without_changes_has_none() -> None:
    runs = list(runs_between(daily_at("Asia/Tokyo", time(2)), date(2026, 1, 1), date(2026, 12, 31)))
    assert len(runs) == 365
    assert {run.clock_change for run in runs} == {None}
    assert {run.at.hour for run in runs} == {17}


# --- edges ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 5, 1), 12 * 9999, date.max),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


def test_the_fifth_weekday_of_a_month_is_its_last_and_the_fourth_may_be() -> None:
    last, fourth = v.MonthlyRetention(1, ("last",), ("sunday",)), v.MonthlyRetention(1, ("fourth",), ("sunday",))
    assert [day for day in range(1, 32) if takes(last, date(2026, 3, day))] == [29]
    assert [day for day in range(1, 32) if takes(fourth, date(2026, 3, day))] == [22]
    assert [day for day in range(1, 29) if takes(last, date(2026, 2, day))] == [22]
    assert [day for day in range(1, 29) if takes(fourth, date(2026, 2, day))] == [22]


def test_the_last_day_of_february_is_found_in_every_year() -> None:
    rule = v.YearlyRetention(1, ("february",), dates=("last",))
    found = [day for day in (date(2023, 12, 31) + timedelta(days=n) for n in range(1, 1097)) if takes(rule, day)]
    assert found == [date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)]


def test_ten_years_are_previewed_in_the_time_of_a_glance(capsys: pytest.CaptureFixture[str]) -> None:
    """The figure is printed; no time decides a test."""
    definition = v.PolicyDefinition(
        "America/New_York",
        v.HourlySchedule(4, time(8), 24),
        v.Retention(
            v.DailyRetention(180),
            v.WeeklyRetention(52, ("sunday",)),
            v.MonthlyRetention(60, ("first",), ("sunday",)),
            v.YearlyRetention(10, ("january",), ("first",), ("sunday",)),
        ),
        7,
    )
    first = date(2026, 1, 1)
    last = first + timedelta(days=MAX_DAYS - 1)
    took = []
    for _ in range(5):
        began = stopwatch.thread_time()
        seen = preview(definition, first, last, on=last)
        took.append(stopwatch.thread_time() - began)
    with capsys.disabled():
        sys.stdout.write(f"\nbench: a preview of ten years, hourly: {min(took) * 1000:.1f} ms of CPU (aim: 50 ms)\n")
    assert len(seen.counts) == MAX_DAYS
    assert ZoneInfo(definition.time_zone)
