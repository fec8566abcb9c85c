"""How long to wait before the next look or the next try. Pure; every figure scales with POLL_SECONDS."""

LOOK_SOON_FRACTION = 15
"""An item-level operation ends within 0-3 s for a backup or restore (wire.md section 2); az looks every 5 s. With the
default POLL_SECONDS of 30 the first look comes after 2 s. The 202's Retry-After of 60 s is a hint for that one
operation and is not waited for: the answer is a small read, and the caller's job id hangs on it."""

MAX_SHIFT = 10
IDLE_SWEEP_SECONDS = 900.0
"""A vault with nothing of ours in flight."""


def look_soon(poll_seconds: float) -> float:
    """Seconds until the first look at an operation."""
    return poll_seconds / LOOK_SOON_FRACTION


def back_off(tries: int, poll_seconds: float, retry_after: float | None = None) -> float:
    """Seconds until the next look or try after `tries` that came to nothing.

    Doubles from the first look up to POLL_SECONDS. A Retry-After that Azure named is kept to the second, never
    shortened.
    """
    own = min(look_soon(poll_seconds) * float(1 << min(tries, MAX_SHIFT)), poll_seconds)
    return max(own, retry_after or 0.0)
