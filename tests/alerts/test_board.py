"""Findings on the board: one alert for a thing and a cause, one for a storm, and everything heals."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.alerts.event_rules import finding
from app.alerts.intake.board import STORM_SIZE, STORM_WINDOW, Board, OpenAlert, Told
from app.alerts.kinds import AlertKind

START = datetime(2026, 3, 1, tzinfo=UTC)


def told(number: int, key: str, *, opens: bool = True, place: str = "westus", cause: str = "x", at: float = 0) -> Told:
    moment = START + timedelta(seconds=at)
    found = finding(
        AlertKind.JOB_FAILED, key, f"/v1/jobs/{number}", moment, opens=opens, cause=cause, place="v", title=key
    )
    return Told(found, moment, event_id=str(number), place=place)


def board(alerts: list[OpenAlert] | None = None) -> Board:
    numbers = count(1)
    return Board(alerts or [], lambda: UUID(int=next(numbers)))


def live(shown: Board) -> list[OpenAlert]:
    return [one for one in shown.alerts if not one.is_resolved]


def test_the_same_again_counts_and_the_same_event_again_does_not() -> None:
    shown = board()
    for number in (1, 2, 2):
        shown.take(told(number, "a/backup/x"))
    (alert,) = live(shown)
    assert (alert.count, alert.events) == (2, ["1", "2"])


def test_a_thing_heals_with_all_its_causes_and_no_other_thing() -> None:
    shown = board()
    for number, key in enumerate(("a/backup/x", "a/backup/y", "a/restore/x", "ab/backup/x")):
        shown.take(told(number, key, place=""))
    shown.take(told(9, "a/backup", opens=False))
    assert {one.key for one in live(shown)} == {"a/restore/x", "ab/backup/x"}


def test_after_it_healed_the_next_time_is_another_alert() -> None:
    shown = board()
    shown.take(told(1, "a/backup/x"))
    shown.take(told(2, "a/backup", opens=False))
    shown.take(told(3, "a/backup/x"))
    assert [one.is_resolved for one in shown.alerts] == [True, False]


def test_four_thousand_failures_are_one_alert_and_heal_with_the_last_of_them() -> None:
    shown = board()
    for number in range(4000):
        shown.take(told(number, f"{number}/backup/x", at=number / 100))
    (storm,) = live(shown)
    assert (storm.is_storm, storm.count, len(storm.members)) == (True, 4000, 4000)
    assert storm.first_at == START
    assert len(storm.events) == 100
    for number in range(4000):
        assert live(shown) == [storm]
        shown.take(told(5000 + number, f"{number}/backup", opens=False))
    assert live(shown) == []


def test_failures_that_are_far_apart_or_elsewhere_or_of_another_cause_are_no_storm() -> None:
    shown = board()
    for number in range(STORM_SIZE * 3):
        gap = STORM_WINDOW.total_seconds() / (STORM_SIZE - 1) + 1
        shown.take(told(number, f"{number}/backup/x", at=number * gap))
        shown.take(told(100 + number, f"e{number}/backup/x", place=f"region-{number}"))
        shown.take(told(200 + number, f"c{number}/backup/x", cause=f"cause-{number}"))
    assert not any(one.is_storm for one in shown.alerts)
    assert len(live(shown)) == STORM_SIZE * 9


@dataclass
class Truth:
    """What is wrong, by hand: each thing with what it failed of."""

    wrong: set[tuple[int, int]] = field(default_factory=set)


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 11), st.integers(0, 1), st.integers(0, 300)), max_size=80)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_comes_what_is_wrong_is_in_exactly_one_open_alert(steps: list[tuple[bool, int, int, int]]) -> None:
    """And nothing else is; every count adds up to what was found."""
    shown, truth, at, found = board(), Truth(), 0, 0
    for number, (opens, thing, cause, gap) in enumerate(steps):
        at += gap
        key = f"{thing}/backup/{cause}" if opens else f"{thing}/backup"
        shown.take(told(number, key, opens=opens, cause=str(cause), at=at))
        if opens:
            truth.wrong.add((thing, cause))
            found += 1
        else:
            truth.wrong -= {(thing, 0), (thing, 1)}
        keys = [key for one in live(shown) for key in (sorted(one.members) if one.is_storm else [one.key])]
        assert sorted(keys) == sorted(f"{thing}/backup/{cause}" for thing, cause in truth.wrong)
    assert sum(one.count for one in shown.alerts if one.folded_into is None) == found
