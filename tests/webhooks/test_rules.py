"""When is tried again, and when no more: tables."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.core.events.models import Event
from app.webhooks.rules import ATTEMPTS_KEPT, Answer, Health, Pace, asked_pause, circuit_pause, logged, retry_delay
from app.webhooks.sending.delivery_rows import Due, Sent, end_of, pause_of
from tests.each import each

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
DAY = 86400.0
PAUSES = {
    None: 0,
    "": 0,
    "0": 0,
    "120": 120,
    " 7 ": 7,
    "999999": DAY,
    "1e3": 0,
    "-5": 0,
    "soon": 0,
    "Sat, 31 Jan 2026 12:01:00 GMT": 60,
    "Sat, 31 Jan 2026 11:00:00 GMT": 0,
    "Sun, 31 Jan 2027 12:01:00 GMT": DAY,
    "\u0663": 0,
    "9" * 5000: DAY,
    "Sat, 99 Jan 2026 12:01:00 GMT": 0,
}


@each(PAUSES.items())
def test_a_retry_after_is_read_and_bounded(case: tuple[str | None, float]) -> None:
    assert asked_pause(case[0], NOW, DAY) == case[1]


def test_retries_take_three_days_and_are_spread() -> None:
    pace, at, attempts = Pace(), 0.0, 0
    while at <= pace.window:
        attempts += 1
        at += retry_delay(pace, attempts, 0.5)
    assert 20 <= attempts <= 25
    assert [retry_delay(pace, number, 0.5) for number in (1, 2, 3, 9, 999)] == [5, 25, 125, 14400, 14400]
    assert (retry_delay(pace, 1, 0.0), retry_delay(pace, 1, 1.0)) == (3.75, 6.25)


WINDOW = 3 * DAY
ASKED = {
    (0.0, "7200"): 14_400.0,
    (0.0, "20000"): 20_000.0,
    (WINDOW - 20_000, "86400"): 20_000.0,
    (WINDOW - 20_000, None): 14_400.0,
    (WINDOW - 14_000, "86400"): None,
    (WINDOW - 14_000, None): None,
    (WINDOW + DAY, "60"): None,
}
"""By the age of a delivery and its Retry-After: seconds until it is tried again; None = it is given up."""


@each(ASKED.items())
def test_a_receiver_that_asks_for_more_than_is_left_is_tried_at_the_end_of_the_window(
    case: tuple[tuple[float, str | None], float | None],
) -> None:
    (age, asked), pause = case
    due = Due(UUID(int=0), "job/a", 9, NOW - timedelta(seconds=age), (), Event())
    sent = Sent(due, Answer(503, retry_after=asked), NOW)
    ended = end_of(sent, Pace(), 0.5)
    assert (None if ended else pause_of(sent, Pace(), 0.5)) == pause


def test_a_receiver_is_left_alone_after_five_failures_for_five_minutes_at_most() -> None:
    pace = Pace()
    assert [circuit_pause(pace, failures, 0.5) for failures in (0, 4, 5, 6, 12, 10**9)] == [0, 0, 5, 10, 300, 300]


def failures_after(lanes: str) -> list[int]:
    """Of attempts in these lanes, one after another; a dot is a success."""
    pace, health, counted = Pace(), Health(), []
    for lane in lanes:
        health = health.after(pace, lane, NOW, is_success=lane == ".")
        counted.append(health.failures)
    return counted


def test_one_resource_that_is_refused_counts_once_and_opens_nothing() -> None:
    assert failures_after("aaaaaaaaaa") == [1] * 10
    assert failures_after("abab.ab") == [1, 2, 2, 2, 0, 1, 2]
    assert failures_after("abcdeeab.e") == [1, 2, 3, 4, 5, 6, 7, 8, 0, 1]


def test_the_first_failure_since_the_last_success_is_remembered() -> None:
    pace = Pace()
    one = Health().after(pace, "a", NOW, is_success=False)
    two = one.after(pace, "b", NOW + timedelta(days=1), is_success=False)
    assert (one.since, two.since, two.after(pace, "c", NOW, is_success=True)) == (NOW, NOW, Health())


@pytest.mark.parametrize("status", [199, 200, 204, 299, 301, 410, 500, None])
def test_only_2xx_is_a_success(status: int | None) -> None:
    assert Answer(status).is_success is (status in {200, 204, 299})


def test_the_log_keeps_the_first_attempt_and_the_newest() -> None:
    attempts: list[dict[str, object]] = []
    for number in range(100):
        attempts = [dict(one) for one in logged(attempts, Answer(500, str(number)), NOW)]
    assert len(attempts) == ATTEMPTS_KEPT
    assert [one["body"] for one in (attempts[0], attempts[1], attempts[-1])] == ["0", "76", "99"]
