"""Expected runs: the same as the preview's, whatever the span; what a policy promises, on ordinary and on odd days."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.azure import values as v
from app.policies.preview import runs_between
from app.protection.health.expected_runs import default_grace, expected_runs, longest_gap, next_run
from tests.each import each
from tests.policies.random_policies import definitions

KEPT = v.Retention(v.DailyRetention(30))
H = timedelta(hours=1)


def daily(zone: str, at: time = time(2, 30)) -> v.PolicyDefinition:
    return v.PolicyDefinition(zone, v.DailySchedule(at), KEPT, 2)


def weekly(*days: v.Weekday) -> v.PolicyDefinition:
    return v.PolicyDefinition("UTC", v.WeeklySchedule(time(1), days), v.Retention(), 5)


def hourly(every: int, window: int, start: time = time(8)) -> v.PolicyDefinition:
    return v.PolicyDefinition("UTC", v.HourlySchedule(every, start, window), KEPT, 2)


instants = st.integers(1_704_153_600, 1_861_920_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@settings(max_examples=60, deadline=None)
@given(definitions(), instants, st.integers(0, 12), st.integers(0, 1439))
def test_a_span_has_the_runs_that_the_preview_has(
    definition: v.PolicyDefinition, after: datetime, days: int, minutes: int
) -> None:
    until = after + timedelta(days=days, minutes=minutes)
    first, last = after.date() - timedelta(days=3), until.date() + timedelta(days=3)
    shown = sorted({run.at for run in runs_between(definition, first, last)})
    assert list(expected_runs(definition, after, until)) == [at for at in shown if after < at <= until]
    assert next_run(definition, after) == min(
        at
        for at in {run.at for run in runs_between(definition, first, after.date() + timedelta(days=10))}
        if at > after
    )


NIGHTS = [
    # zone, the local day before, how far apart the three runs around it are: 02:30 is skipped, or comes twice.
    # In New York 02:30 comes once in autumn, an hour later.
    ("Europe/Berlin", date(2026, 3, 28), [24 * H, 23 * H]),
    ("Europe/Berlin", date(2026, 10, 24), [24 * H, 25 * H]),
    ("America/New_York", date(2026, 3, 7), [24 * H, 23 * H]),
    ("America/New_York", date(2026, 10, 31), [25 * H, 24 * H]),
]


@each(NIGHTS)
def test_a_night_on_which_clocks_change_has_one_run(night: tuple[str, date, list[timedelta]]) -> None:
    zone, day, apart = night
    after = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    runs = expected_runs(daily(zone), after, after + timedelta(days=2, hours=22))
    assert len(runs) == 3, "a run each night"
    assert [later - earlier for earlier, later in pairwise(runs)] == apart


def test_a_span_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    run = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
    assert expected_runs(daily("UTC"), run - 24 * H, run) == (run,)
    assert expected_runs(daily("UTC"), run, run + 23 * H) == ()
    assert expected_runs(daily("UTC"), run, run - 48 * H) == ()


PROMISES = [
    (daily("UTC"), 24 * H, 12 * H),
    (weekly("sunday"), 168 * H, 12 * H),
    (weekly("monday", "thursday"), 96 * H, 12 * H),
    (hourly(4, 12), 12 * H, 3 * H),
    (hourly(4, 24), 4 * H, 3 * H),
    (hourly(8, 16), 8 * H, 4 * H),
    (hourly(12, 12), 12 * H, 6 * H),
]


@pytest.mark.parametrize(("definition", "objective", "grace"), PROMISES)
def test_a_policy_promises_its_longest_gap_and_half_of_its_shortest(
    definition: v.PolicyDefinition, objective: timedelta, grace: timedelta
) -> None:
    assert longest_gap(definition) == objective
    assert default_grace(definition) == grace


def test_a_schedule_without_runs_promises_nothing() -> None:
    never = weekly()
    assert longest_gap(never) is None
    assert next_run(never, datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert expected_runs(never, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == ()


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_the_calendar_are_no_error(zone: str) -> None:
    """Azure's times are foreign: a point dated in the year 1, or 9999, breaks no list."""
    assert next_run(daily(zone), datetime.min.replace(tzinfo=UTC)) is not None
    assert next_run(daily(zone), datetime.max.replace(tzinfo=UTC)) is None
