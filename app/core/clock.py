"""The clocks of this process. Leases and due times use the database's clock instead (see leases.py)."""

import time
from datetime import UTC, datetime
from typing import Protocol

_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def monotonic_boottime() -> float:
    """Seconds of a clock that also goes on while the process is stopped or the machine sleeps: for deadlines.

    The event loop's own clock stops while the machine sleeps (Linux: CLOCK_MONOTONIC); with it a request could be sent
    hours after its deadline. Unlike the wall clock, this clock cannot be set.
    """
    return time.clock_gettime(_TICKS)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)
