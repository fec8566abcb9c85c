"""How many lists the hint may bring forward, and how long other vaults wait. Pure.

What Azure allows is the same with and without the hint. The hint may use what other reads of jobs leave of it, and no
more: then no request is refused because of it.
"""

from dataclasses import dataclass
from datetime import timedelta

from app.jobs.sweep.next_sweep import sweep_interval
from app.jobs.sweep.watch import VaultLoad

ASK_POLLS = 1.0
"""While the hint is in use it is asked every POLL_SECONDS; while it has to prove itself, half as often."""
HELPS_FROM_POLLS = 5.0
"""With lists of a vault this often (150 s by default), the hint could bring little: it is not asked for."""
USED = 0.99
"""The share of what Azure allows that lists and reads of single jobs may use together."""
MOST_SAVED = 6.0
"""Lists that were not brought forward because there was no news: at most these and the last round's are kept."""
MOST_OWED = 10.0
"""Lists of others that were more than planned: at most these are made up for."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What Azure allows in one subscription, and who shares it."""

    busy: int
    calm: int
    lists_a_second: float | None
    """Reads of jobs; None = nothing was learnt yet."""
    spent: int = 0
    """Reads of jobs that were answered, ever."""
    pending: int = 0
    """Vaults that are due, or swept now."""

    @property
    def crowd(self) -> VaultLoad:
        return VaultLoad(max(1, self.busy), self.calm, self.lists_a_second)


def usual_interval(allowed: Allowance, poll_seconds: float) -> float:
    """Seconds between two sweeps of a busy vault without the hint."""
    return sweep_interval(poll_seconds, allowed.crowd, 0.5)


def could_help(allowed: Allowance, poll_seconds: float) -> bool:
    """Whether Azure allows so few lists that it is worth asking."""
    return allowed.busy > 0 and usual_interval(allowed, poll_seconds) >= HELPS_FROM_POLLS * poll_seconds


def longest_lag(allowed: Allowance, poll_seconds: float) -> timedelta:
    """A hint later than this is no better than the lists."""
    return timedelta(seconds=usual_interval(allowed, poll_seconds) / 2)


def saved_after(saved: float, seconds: float, spent: int, allowed: Allowance) -> float:
    """Lists that Azure allows now: what was allowed in these seconds, less the reads that were sent for any reason."""
    allowed_since = seconds * (allowed.lists_a_second or 0.0) * USED
    return max(-MOST_OWED, min(saved + allowed_since - spent, MOST_SAVED + allowed_since))


def lists_to_bring(saved: float, allowed: Allowance) -> int:
    """How many lists may be brought forward: those that are due anyway come first."""
    return max(0, int(saved - allowed.pending))


def ask_again_in(poll_seconds: float, *, is_trusted: bool) -> float:
    return poll_seconds * ASK_POLLS * (1.0 if is_trusted else 2.0)


def look_back(lag: timedelta | None, poll_seconds: float) -> timedelta:
    """How far back the query reads: far enough to see ends that are late, and to learn how late.

    As long as nothing is known, ten minutes by default; never more than half an hour, because each job in it is a row.
    """
    least = timedelta(seconds=20 * poll_seconds)
    return min(max(least, 4 * (lag or least / 4)), 3 * least)
