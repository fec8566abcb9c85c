"""What is learnt of a limit that nobody announces."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.budgets.rules import (
    GUESSED_RATE,
    HOUR,
    LEARN_SECONDS,
    LEAST_RATE,
    Learnt,
    Sample,
    is_time_to_learn,
    learn,
    learn_refusal,
)

Limit = Callable[[list[float], float], int]
"""How many are left, after these requests, now."""


def sliding_hour(limit: int) -> Limit:
    return lambda sent, now: limit - sum(1 for at in sent if at > now - HOUR)


def fixed_hour(limit: int, *, began: float = 0.0, instances: int = 1) -> Limit:
    """As recorded until 2024: all of it is back at once. Several servers count apart, and answer in turn."""

    def left(sent: list[float], now: float) -> int:
        since = now - (now - began) % HOUR
        mine = [at for number, at in enumerate(sent) if number % instances == len(sent) % instances]
        return limit - sum(1 for at in mine if at >= since)

    return left


def bucket(size: int, refill: float) -> Limit:
    def left(sent: list[float], now: float) -> int:
        level, filled = float(size), 0.0
        for at in sent:
            level, filled = min(size, level + (at - filled) * refill) - 1, at
        return int(min(size, level + (now - filled) * refill))

    return left


def after(limit: Limit, *, minutes: int, wish: float = 1e9) -> tuple[Learnt, list[float]]:
    """Send as fast as was learnt, but no faster than is wished for: what is known then, and when was sent."""
    learnt, sent, owed = Learnt(), list[float](), 1.0
    for minute in range(minutes):
        start = minute * LEARN_SECONDS
        number = int(owed)
        sent += [start + LEARN_SECONDS * step / max(number, 1) for step in range(number)]
        now = start + LEARN_SECONDS
        learnt = learn(learnt, Sample(now, len(sent), limit(sent, now)))
        owed += min(learnt.rate, wish) * LEARN_SECONDS - number
    return learnt, sent


def test_before_azure_said_anything_a_guess_holds() -> None:
    assert learn(Learnt(), Sample(0, 0, None)).rate == GUESSED_RATE
    assert not is_time_to_learn(Learnt(), Sample(0, 0, None))
    assert is_time_to_learn(Learnt(), Sample(0, 1, 449)), "its first word counts at once"


def test_a_sliding_hour_is_known_from_its_first_answer() -> None:
    assert learn(Learnt(), Sample(0, 1, 449)).rate * HOUR == pytest.approx(449)


def test_what_is_left_must_last_until_what_was_sent_comes_back() -> None:
    """A hundred at once, then 350 are left for 59 minutes; a moment later the hundred are back."""
    burst = learn(Learnt([Sample(0, 0, 450)]), Sample(60, 100, 350))
    assert burst.rate == pytest.approx(350 / (HOUR - 60))
    even = [Sample(minute * 60.0, 100 + minute * 5, 350 - minute * 5) for minute in range(1, 61)]
    assert learn(Learnt(even[1:], fullest=450), Sample(61 * 60.0, 405, 145)).rate * HOUR == pytest.approx(450, rel=0.03)


def test_a_limit_that_azure_lowers_is_forgotten_after_two_hours() -> None:
    """450, and 150 from the third hour on: used to its end, and not passed."""
    changed = 3 * HOUR
    learnt, sent = after(lambda sent, now: sliding_hour(450 if now < changed else 150)(sent, now), minutes=60 * 6)
    assert learnt.fullest <= 150 / 0.8
    assert 0.85 * 150 <= sum(1 for at in sent if at > 5 * HOUR) <= 152


@given(late=st.lists(st.integers(0, 12), min_size=1, max_size=40), limit=st.sampled_from([150, 450, 1200]))
def test_a_limit_that_stays_is_not_thought_lowered(late: list[int], limit: int) -> None:
    """Evenly used to its end, reported late."""
    learnt = Learnt([], fullest=limit)
    for minute in range(150):
        sent = int(minute * limit / 60)
        spent = max(0, sent - late[minute % len(late)])
        learnt = learn(learnt, Sample(minute * LEARN_SECONDS, spent, max(0, limit - min(sent, limit))))
    assert learnt.fullest == limit


@pytest.mark.parametrize("hours", [1, 2, 5])
def test_a_sliding_hour_is_used_to_its_end_and_never_passed(hours: int) -> None:
    learnt, sent = after(sliding_hour(450), minutes=60 * hours)
    assert 0.8 * 450 <= learnt.rate * HOUR <= 460
    now = learnt.history[-1].at
    assert 0.85 * 450 <= sum(1 for at in sent if at > now - HOUR) <= 452


@pytest.mark.parametrize("limit", [150, 450])
@pytest.mark.parametrize("instances", [1, 3])
@pytest.mark.parametrize("began", [0.0, -1234.5])
def test_a_fixed_hour_is_used_and_not_passed_when_all_of_it_is_back_at_once(
    limit: int, instances: int, began: float
) -> None:
    _, sent = after(fixed_hour(limit, began=began, instances=instances), minutes=60 * 6)
    windows = [sum(1 for at in sent if hour * HOUR <= at - began < (hour + 1) * HOUR) for hour in range(1, 6)]
    assert max(windows) <= limit * instances
    assert min(windows[:-1]) >= limit * 0.85


@given(late=st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_what_replicas_report_late_is_no_refill(late: list[int]) -> None:
    """A steady 140 an hour of 150; what was sent is reported up to twelve requests too late, as by four replicas."""
    learnt, spent = Learnt(), 0
    for minute in range(55):
        sent = int(minute * 140 / 60)
        spent = max(spent, sent - late[minute % len(late)])
        learnt = learn(learnt, Sample(minute * LEARN_SECONDS, spent, 150 - sent))
        assert learnt.rate * HOUR <= 150 * 3


def test_a_slow_refill_is_used_as_far_as_it_goes_and_never_emptied() -> None:
    """250, and a token in 15 s: 240 an hour can be kept up for ever."""
    slow = bucket(250, 1 / 15)
    learnt, sent = after(slow, minutes=60 * 5)
    assert sum(1 for at in sent if at >= 4 * HOUR) >= 0.85 * 240
    assert min(slow(sent[:n], sent[n - 1]) for n in range(1, len(sent), 7)) >= 0
    assert learnt.most_a_second is None


def test_a_bucket_that_refills_is_found_out_within_minutes() -> None:
    learnt, sent = after(bucket(250, 25), minutes=10, wish=1.7)
    assert learnt.rate >= 1.7
    assert after(bucket(250, 25), minutes=4, wish=1.7)[0].rate < 25
    assert bucket(250, 25)(sent, learnt.history[-1].at) > 200, "and it was never in danger"


def test_thousands_an_hour_are_thousands_an_hour() -> None:
    assert learn(Learnt(), Sample(0, 10, 11_999)).rate * HOUR == pytest.approx(11_999)


def test_a_limit_that_no_header_tells_of_is_learnt_from_the_refusal() -> None:
    """450 sent in four and a half minutes; come back in 55 and a half: that is 450 an hour."""
    history = [Sample(minute * 60.0, minute * 100, 11_000) for minute in range(5)]
    learnt = learn_refusal(Learnt(history), Sample(270, 450, 11_000), 3330)
    assert learnt.rate * HOUR == pytest.approx(450)
    later = learn(learnt, Sample(270 + HOUR, 450, 11_999))
    assert 450 < later.rate * HOUR <= 541, "believed, and doubted a little more every hour"


def test_a_refusal_after_a_few_requests_says_when_and_not_how_fast() -> None:
    learnt = learn_refusal(Learnt([Sample(0, 0, 11_999)]), Sample(30, 20, 11_999), 300)
    assert learnt.most_a_second is None


def test_a_refusal_for_a_second_does_not_slow_down_for_an_hour() -> None:
    learnt = learn_refusal(Learnt([Sample(0, 0, 249)]), Sample(10, 500, 0), 1.0)
    assert learnt.most_a_second is not None
    assert learnt.most_a_second > 25


SAMPLES = st.lists(
    st.tuples(st.floats(0.1, 7200), st.integers(0, 5000), st.none() | st.integers(0, 20_000)), min_size=1, max_size=80
)


@given(SAMPLES, st.none() | st.floats(0.001, 50))
def test_whatever_was_heard_the_rate_is_sane_and_the_history_an_hour_long(
    steps: list[tuple[float, int, int | None]], most: float | None
) -> None:
    learnt, at, spent = Learnt(most_a_second=most), 0.0, 0
    for seconds, sent, remaining in steps:
        at, spent = at + seconds, spent + sent
        learnt = learn(learnt, Sample(at, spent, remaining))
        assert learnt.rate >= LEAST_RATE
        assert learnt.most_a_second is None or learnt.rate <= max(learnt.most_a_second, LEAST_RATE)
        assert all(at - HOUR < sample.at <= at for sample in learnt.history)
