"""Estimates Azure's rate limits from its answers alone. Pure; times are seconds on one clock, rates per second.

Two kinds of limit were seen (docs/azure.md, Throttling): a fixed window of an hour, and a bucket that refills. Azure
does not say which one applies. It sends only `remaining`, and after a refusal how long to wait. So the strictest one is
assumed: a request counts for an hour, and what is left must last until then. That keeps within a fixed window, and
within a sliding one. If `remaining` does not fall although requests are sent, the limit refills faster, and more is
tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HOUR = 3600.0
LEARN_SECONDS = 60.0
"""Between two entries of the history: short enough to learn within minutes, long enough for a difference to mean
something."""
PLAN_SECONDS = 900.0
LEASE_SECONDS = 5.0
"""How long a replica may use leased tokens. So a Retry-After takes effect in all replicas after this time at the
latest, even if a notification was lost."""
BLOCK = 16
"""The most tokens in one lease."""
SHARE = 4
"""A lease takes at most a quarter of what is left, so that every replica gets some of the last tokens."""

GUESSED_TOKENS = 50.0
"""A guess, for the first moments of a subscription: fewer than any limit seen. Azure's first answer replaces it."""
GUESSED_RATE = 1.0
"""A guess, used until an answer says what is left."""
LEAST_RATE = 1.0 / 60.0
"""A guess: at least one request a minute is sent, because otherwise a raised limit would not be noticed."""
MANY = 100
"""A refusal after fewer requests in the hour tells when to try again, but not the rate."""
INTERVALS = 4
"""Intervals of the history that must show a refill."""
TRIED = 4.0
"""How many times the refill that was seen is tried."""
FULL_HOUR = HOUR - 3 * LEARN_SECONDS
"""A history as long as this shows what an hour's limit is."""
LOWERED = 0.8
"""An hour that shows less than this share of a limit shows that Azure lowered it."""
RECOVERY_AN_HOUR = 1.2
"""The rate learnt from a refusal grows by this factor per hour, because Azure may raise a limit."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The row at one moment. `spent` counts all requests so far; `remaining` is Azure's header, None = no header.

    `spent` never falls and `at` never goes back within a history.
    """

    at: float
    spent: int
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known about one limit."""

    history: Sequence[Sample] = ()
    """Of the last hour, about a minute apart, oldest first."""
    rate: float = GUESSED_RATE
    """Requests a second that can be kept up."""
    fullest: int = 0
    """The most that may be left: what was left once, or less where an hour showed that the limit was lowered."""
    most_a_second: float | None = None
    """The rate learnt from a refusal; None = no refusal so far showed a rate."""


def is_time_to_learn(before: Learnt, now: Sample) -> bool:
    """At Azure's first word, then once a minute."""
    if not before.history:
        return now.remaining is not None
    return now.at - before.history[-1].at >= LEARN_SECONDS


def learn(before: Learnt, now: Sample) -> Learnt:
    """What is known after `now`, if Azure refused nothing since the last sample."""
    most = before.most_a_second
    if most is not None and before.history:
        most *= RECOVERY_AN_HOUR ** ((now.at - before.history[-1].at) / HOUR)
    return _known(before, now, most)


def learn_refusal(before: Learnt, now: Sample, retry_after: float) -> Learnt:
    """What is known after a 429 or 503 with a Retry-After.

    The sustainable rate is what Azure accepted, divided by the time up to the end of the Retry-After. If a header
    promised more, it was wrong: some limits have no header.
    """
    most, first = before.most_a_second, (_last_hour(before, now) or [now])[0]
    sent = now.spent - first.spent
    if sent >= MANY:
        seen = sent / max(now.at - first.at + retry_after, 1.0)
        most = seen if most is None else min(seen, most)
    return _known(before, now, most)


def _known(before: Learnt, now: Sample, most: float | None) -> Learnt:
    history = [*_last_hour(before, now), now]
    fullest = max(_still_possible(before.fullest, history), *(sample.remaining or 0 for sample in history))
    rate = _rate(history, fullest)
    return Learnt(history, max(rate if most is None else min(rate, most), LEAST_RATE), fullest, most)


def _still_possible(fullest: int, history: Sequence[Sample]) -> int:
    """`fullest`, or less where the last hour shows that the limit is lower.

    What was sent before that hour is back. So the whole limit is what is left now, and what was sent in that hour.
    Replicas report a little late, so a small difference means nothing.
    """
    first, now = history[0], history[-1]
    if now.remaining is None or now.at - first.at < FULL_HOUR:
        return fullest
    seen = now.remaining + now.spent - first.spent
    return seen if seen < LOWERED * fullest else fullest


def _rate(history: Sequence[Sample], fullest: int) -> float:
    now = history[-1]
    if now.remaining is None:
        return GUESSED_RATE
    # At each later moment of the coming hour, the tokens given out by then must have been left before, or have expired.
    # Moments before PLAN_SECONDS are ignored: the estimate is not that exact, and an empty budget now must not decide
    # the rate of a whole hour.
    # What is not missing from the fullest is back already: a fixed window has ended since, or the limit refills.
    back = max(0, now.spent - history[0].spent - (fullest - now.remaining))
    rate = min(
        (now.remaining + max(0, one.spent - history[0].spent - back)) / (one.at + HOUR - now.at)
        for one in history
        if one.at + HOUR - now.at >= PLAN_SECONDS
    )
    # Near the end of a limit no higher rate is tried: what seems to be a refill may be requests of an hour ago that
    # expire.
    return max(rate, TRIED * _refill(history)) if now.remaining * 2 >= fullest else rate


def _refill(history: Sequence[Sample]) -> float:
    """The refill that the last intervals show: what was sent, and is not missing from `remaining` now.

    Without the interval that shows most: when a fixed window ends, all of it is back at once, and then nothing for an
    hour. Together, because replicas report late: what one interval shows too much of, the next one lacks. Counters of
    several servers of Azure jump as well.
    """
    if len(history) <= INTERVALS:
        return 0.0
    steps = zip(history[-INTERVALS - 1 : -1], history[-INTERVALS:], strict=True)
    gains = [(_gain(before, now), now.at - before.at) for before, now in steps]
    if any(seconds <= 0 for _, seconds in gains):
        return 0.0
    rest = sorted(gains)[:-1]
    return max(0.0, sum(gain for gain, _ in rest) / sum(seconds for _, seconds in rest))


def _gain(before: Sample, now: Sample) -> float:
    if before.remaining is None or now.remaining is None:
        return 0.0
    return now.remaining - before.remaining + now.spent - before.spent


def _last_hour(before: Learnt, now: Sample) -> list[Sample]:
    return [sample for sample in before.history if sample.at > now.at - HOUR]
