"""The time until the next poll or the next retry.

Pure. Every figure scales with POLL_SECONDS, unless Azure's rate limit requires longer intervals.
"""

LOOK_SOON_FRACTION = 15
"""An item-level operation ends within 0-3 s for a backup or restore (docs/azure.md, Asynchronous writes); az looks
every 5 s. With the default POLL_SECONDS of 30 the first poll comes after 2 s. The 202's Retry-After of 60 s is a hint
for that one operation and is ignored: the poll is a small read, and without it Azure's job id is not known."""

MAX_SHIFT = 11
USUAL_TRIES = 4
"""Number of polls after which they are POLL_SECONDS apart."""
MOST_TRIES = 1000
"""Counted no further: a small column holds them."""
IDLE_POLLS = 30
"""A vault without running jobs of ours is swept every 15 minutes (with the default POLL_SECONDS of 30), to record jobs
that Azure's own schedule started."""
LONGEST_INTERVAL_POLLS = 120
"""An hour with the default POLL_SECONDS: a plan made in a bad moment must not outlive it for long."""


def longest_interval(poll_seconds: float) -> float:
    """Maximum polling interval of a vault, in seconds, with any of Azure's limits."""
    return LONGEST_INTERVAL_POLLS * poll_seconds


def idle_sweep(poll_seconds: float) -> float:
    """Polling interval, in seconds, of a vault without running jobs of ours, if Azure's limits allow."""
    return poll_seconds * IDLE_POLLS


def look_soon(poll_seconds: float) -> float:
    """Seconds until the first poll of an operation."""
    return poll_seconds / LOOK_SOON_FRACTION


def back_off(
    tries: int, poll_seconds: float, retry_after: float | None = None, *, longest: float | None = None
) -> float:
    """Seconds until the next poll or retry after `tries` without success.

    Doubles up to `longest`; the default is POLL_SECONDS, because a service that is away is usually back soon. A refusal
    (a deleted vault, a missing right) will probably be repeated, so its `longest` is greater. A Retry-After of Azure is
    never shortened.
    """
    own = min(look_soon(poll_seconds) * float(1 << min(tries, MAX_SHIFT)), longest or poll_seconds)
    return max(own, retry_after or 0.0)


def tries_after(tries: int, *, refused: bool) -> int:
    """`tries` after one more without success.

    Only refusals count beyond the tries that lead to POLL_SECONDS. Else an hour in which Azure was away would make the
    first refusal after it, which may be a matter of a moment, a pause of an hour.
    """
    return min(tries + 1, MOST_TRIES if refused else USUAL_TRIES)
