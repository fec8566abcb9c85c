"""The time until the next poll or the next retry.

Pure. Every figure scales with POLL_SECONDS, unless Azure's rate limit requires longer intervals.
"""

from dataclasses import dataclass

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
CALM_VAULTS = 50
"""Up to this number of busy vaults, each is polled every POLL_SECONDS; beyond, the interval grows with their number, to
twice POLL_SECONDS: 100 vaults at 60 s are 6,000 lists an hour, where 30 s would be 12,000."""
JITTER = 0.03
SPARE_CAPACITY = 8.0
SPARE_AN_HOUR = 900.0
"""Requests for details (percent, sizes, a vault's items) that all busy vaults together may make in an hour of
default polling. A caller who watches a job, and the result of a restore, are never refused for it."""
DEFAULT_POLL_SECONDS = 30.0
SEEN_WEIGHT = 0.3
BUSY_SHARE = 0.95
"""The share of Azure's rate limit for lists that is planned for sweeps; lost answers are looked up with lists, too."""
CALM_SHARE = 0.2
"""The share of these, at most, for vaults without running jobs of ours."""
PATIENT_POLLS = 4
"""Two minutes with the default POLL_SECONDS: so late a failure may be seen where nothing was expected to end yet
(forecast.py)."""
LONGEST_INTERVAL_POLLS = 120
"""An hour with the default POLL_SECONDS: a plan made in a bad moment must not outlive it for long."""
WINDOW_FIRST = 0.25


@dataclass(frozen=True, slots=True)
class VaultLoad:
    """The vaults that share what Azure allows, and how much that is."""

    busy: int = 1
    """Vaults with running jobs of ours."""
    calm: int = 0
    """The others that are followed."""
    lists_a_second: float | None = None
    """Learnt (budgets/rules.py); None = nothing was learnt yet, so nothing holds us back."""


def longest_interval(poll_seconds: float) -> float:
    """Maximum polling interval of a vault, in seconds, whatever Azure's limits."""
    return LONGEST_INTERVAL_POLLS * poll_seconds


def idle_sweep(poll_seconds: float) -> float:
    """Polling interval, in seconds, of a vault without running jobs of ours, if Azure's limits allow."""
    return poll_seconds * IDLE_POLLS


def idle_interval(poll_seconds: float, crowd: VaultLoad) -> float:
    """Seconds until a calm vault is looked at again."""
    seconds = idle_sweep(poll_seconds)
    if crowd.lists_a_second is not None:
        seconds = max(seconds, crowd.calm / (crowd.lists_a_second * BUSY_SHARE * CALM_SHARE))
    return min(seconds, longest_interval(poll_seconds))


def sweep_interval(
    poll_seconds: float, crowd: VaultLoad, dice: float, *, lists: float = 1.0, news_in: float = 0.0
) -> float:
    """Seconds until a busy vault is looked at again.

    `dice` in 0..1 spreads vaults that began together over time; `lists`: how many one sweep takes on average;
    `news_in`: in how many seconds something may have ended. With little to spend all busy vaults become late together
    and alike, none before another.
    """
    seconds = poll_seconds * min(max(crowd.busy / CALM_VAULTS, 1.0), 2.0)
    if crowd.lists_a_second is not None:
        calm = crowd.calm / idle_interval(poll_seconds, crowd)
        left = max(crowd.lists_a_second * BUSY_SHARE - calm, crowd.lists_a_second * (BUSY_SHARE - CALM_SHARE))
        seconds = max(seconds, crowd.busy * lists / left)
    seconds = max(seconds, min(news_in, PATIENT_POLLS * poll_seconds))
    seconds = min(seconds, longest_interval(poll_seconds))
    return seconds * (1.0 + JITTER * (2.0 * dice - 1.0))


def lists_a_sweep(ending: float, window_pages: int) -> float:
    """How many requests one sweep of such a vault takes on average."""
    return float(window_pages) if begins_with_window(ending, window_pages) else 1.0 + ending * window_pages


def refilled(spare: float, seconds: float, busy_vaults: int, poll_seconds: float) -> float:
    """The detail budget after this many seconds."""
    rate = SPARE_AN_HOUR / 3600.0 * (DEFAULT_POLL_SECONDS / poll_seconds) / max(busy_vaults, 1)
    return min(max(SPARE_CAPACITY, rate * 60.0), spare + seconds * rate)


def ending_after(ending: float, *, has_ended: bool) -> float:
    """The running average of how often a sweep finds that a job has ended.

    Rounded: after three hundred sweeps without an end it would be smaller than its column (REAL) can store, and no
    sweep of that vault could be written any more.
    """
    return round(ending + SEEN_WEIGHT * (float(has_ended) - ending), 6)


def begins_with_window(ending: float, window_pages: int) -> bool:
    """Whether one time-window list alone is cheaper than the list of what is in progress, then perhaps the window.

    In-progress first costs 1 + ending * pages requests on average, the window alone costs its pages.
    """
    return ending >= WINDOW_FIRST and window_pages <= 1.0 + ending * window_pages


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


def owed_interval(owed_for: float, usual: float, idle: float) -> float:
    """Seconds until the items of an idle vault are asked for again, when their list has failed for some time.

    Doubles each time, as `back_off` does, but depends on how long the list has been missing. So sweeps that succeed are
    not counted as failed tries.
    """
    return min(max(usual, owed_for), idle)
