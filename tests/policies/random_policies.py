"""Definitions at random, all of them valid: for properties that must hold of every policy."""

from datetime import date, time
from typing import Any, get_args

from hypothesis import strategies as st

from app.azure import values as v

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
zones = st.sampled_from(
    ["UTC", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney", "Asia/Kathmandu"]
)
starts = st.dates(date(2023, 1, 1), date(2030, 12, 31))


def some(words: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(get_args(words)), min_size=1, max_size=4, unique=True).map(tuple)


dates = st.lists(st.integers(1, 28) | st.just("last"), min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def definitions(draw: st.DrawFn) -> v.PolicyDefinition:
    """Short retentions, so that points also go within the spans that are looked at."""
    weekdays = draw(some(v.Weekday))
    hourly = st.sampled_from([(4, 4), (4, 12), (4, 24), (6, 18), (8, 16), (12, 12), (12, 24)])
    schedule: v.Schedule = draw(
        st.builds(v.DailySchedule, times)
        | st.builds(v.WeeklySchedule, times, st.just(weekdays))
        | st.builds(lambda pair, at: v.HourlySchedule(pair[0], at, pair[1]), hourly, times)
    )
    is_weekly = isinstance(schedule, v.WeeklySchedule)
    weekday_form = st.fixed_dictionaries({"weeks": some(v.WeekOfMonth), "days": st.just(weekdays)})
    forms = weekday_form if is_weekly else weekday_form | st.fixed_dictionaries({"dates": dates})
    weekly = st.builds(v.WeeklyRetention, st.integers(1, 9), st.just(weekdays))
    retention = v.Retention(
        daily=None if is_weekly else draw(st.builds(v.DailyRetention, st.integers(7, 40))),
        weekly=draw(weekly) if is_weekly else draw(st.none() | weekly),
        monthly=draw(st.none() | st.builds(lambda n, form: v.MonthlyRetention(n, **form), st.integers(1, 5), forms)),
        yearly=draw(
            st.none()
            | st.builds(
                lambda n, months, form: v.YearlyRetention(n, months, **form), st.integers(1, 2), some(v.Month), forms
            )
        ),
    )
    instant = 5 if is_weekly else draw(st.integers(1, 5))
    return v.PolicyDefinition(draw(zones), schedule, retention, instant)
