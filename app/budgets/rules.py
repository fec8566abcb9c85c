"""Estimates Azure's rate limits from its answers alone. Pure; times are seconds on one clock, rates per second.

Three kinds of limit were seen or are documented, and none announces itself: a bucket that refills (ARM), a sliding hour
(jobs of a vault), and an hour that no header tells of. What Azure says is `remaining`, and Retry-After when it is too
late. So a replica never asks which kind it is. The worst of them is taken for granted: what was sent comes back when it
is an hour old, and what is left must last until then. For a sliding hour that is exact; a bucket shows more of itself
the more is sent. Where `remaining` does not fall although we send, it refills faster, and twice as much is tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HOUR = 3600.0
LEARN_SECONDS = 60.0
"""Between two entries of the history: short enough to learn within minutes, long enough for a difference to mean
something."""
PLAN_SECONDS = 900.0
LEASE_SECONDS = 5.0
"""How long a replica may use what it leased: so soon at the latest everybody has heard of a Retry-After, also a replica
whose notification was lost."""
BLOCK = 16
"""The most tokens in one lease."""
SHARE = 4
"""A lease takes a quarter of what is there at most, so that the last tokens reach every replica."""

GUESSED_TOKENS = 50.0
"""A guess, for the first moments of a subscription: fewer than any limit seen. Azure's first answer replaces it."""
GUESSED_RATE = 1.0
"""A guess, as long as no answer says what is left."""
LEAST_RATE = 1.0 / 60.0
"""A guess: whatever was learnt, one request a minute goes out, or a lifted limit would not be noticed."""
MANY = 100
"""A refusal after fewer requests in the hour says when to come back, not how fast to go."""
RECOVERY_AN_HOUR = 1.2
"""What a refusal taught is doubted by so much an hour: limits are raised, too."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The row at one moment. `spent` counts requests since ever; `remaining` is Azure's word, None = it says nothing.

    `spent` never falls and `at` never goes back within a history.
    """

    at: float
    spent: int
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of one limit."""

    history: Sequence[Sample] = ()
    """Of the last hour, about a minute apart, oldest first."""
    rate: float = GUESSED_RATE
    """Requests a second that can be kept up."""
    fullest: int = 0
    """The most that was ever left."""
    most_a_second: float | None = None
    """What a refusal taught; None = there was none that taught anything."""


def is_time_to_learn(before: Learnt, now: Sample) -> bool:
    """At Azure's first word, then once a minute."""
    if not before.history:
        return now.remaining is not None
    return now.at - before.history[-1].at >= LEARN_SECONDS


def learn(before: Learnt, now: Sample) -> Learnt:
    """What is known after `now`, Azure having refused nothing since the last time."""
    most = before.most_a_second
    if most is not None and before.history:
        most *= RECOVERY_AN_HOUR ** ((now.at - before.history[-1].at) / HOUR)
    return _known(before, now, most)


def learn_refusal(before: Learnt, now: Sample, retry_after: float) -> Learnt:
    """What is known after a 429 or 503 that names a time.

    So many requests were let through in the time until the next one is: that is what can be kept up. A header that
    promised more (there are limits that no header tells of) was wrong.
    """
    most, first = before.most_a_second, (_last_hour(before, now) or [now])[0]
    sent = now.spent - first.spent
    if sent >= MANY:
        seen = sent / max(now.at - first.at + retry_after, 1.0)
        most = seen if most is None else min(seen, most)
    return _known(before, now, most)


def _known(before: Learnt, now: Sample, most: float | None) -> Learnt:
    history = [*_last_hour(before, now), now]
    fullest = max(before.fullest, now.remaining or 0)
    rate = _rate(history, fullest)
    return Learnt(history, max(rate if most is None else min(rate, most), LEAST_RATE), fullest, most)


def _rate(history: Sequence[Sample], fullest: int) -> float:
    now = history[-1]
    if now.remaining is None:
        return GUESSED_RATE
    # At each later moment of the coming hour, what was given out by then must have been left, or have come back. Sooner
    # than PLAN_SECONDS it does not matter: no plan is that exact, and nothing left just now is no plan for an hour.
    rate = min(
        (now.remaining + one.spent - history[0].spent) / (one.at + HOUR - now.at)
        for one in history
        if one.at + HOUR - now.at >= PLAN_SECONDS
    )
    # Near its end a limit is not tried: what seems to come in then is what was sent an hour ago.
    return max(rate, 2.0 * _refill(history)) if now.remaining * 2 >= fullest else rate


def _refill(history: Sequence[Sample]) -> float:
    """What came in between the last two entries: at least what was sent and is not missing now."""
    before, now = history[-2:] if len(history) > 1 else (history[-1], history[-1])
    if before.remaining is None or now.remaining is None or now.at <= before.at:
        return 0.0
    return max(0.0, (now.remaining - before.remaining + now.spent - before.spent) / (now.at - before.at))


def _last_hour(before: Learnt, now: Sample) -> list[Sample]:
    return [sample for sample in before.history if sample.at > now.at - HOUR]
