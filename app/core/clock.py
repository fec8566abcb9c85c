"""The clocks of this process. Leases and due times use the database's clock instead (see leases.py)."""

import time
from datetime import UTC, datetime
from typing import Protocol

_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def monotonic_boottime() -> float:
    """Seconds that only ever go on, also while the process is stopped or the machine asleep: for deadlines.

    The event loop's own clock stands still while the machine sleeps (Linux: CLOCK_MONOTONIC), and a deadline counted
    on it would let a request leave hours after it was meant to. It cannot be set, unlike the wall clock.
    """
    return time.clock_gettime(_TICKS)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)
