"""When a delivery is tried again, when a receiver is left alone for a while, and when a webhook is disabled. Pure.

The functions take `luck`, a number from 0 to 1 drawn by the caller: retries of many deliveries do not come together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

WEBHOOKS_QUOTA: Final = "webhooks"
WEBHOOKS_PER_TENANT: Final = 100
"""Where the tenant has no quota of its own."""
MAX_TYPES: Final = 50
REPLAYED_AT_ONCE: Final = 1000
"""Events that one request replays at most."""
ANSWER_BYTES: Final = 1024
"""Of an answer that are kept; no more is read."""
ATTEMPTS_KEPT: Final = 25
"""Of a delivery in its log: the first, and the newest."""


class WebhookState(StrEnum):
    """Of a webhook."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By a caller: what comes is kept, and sent after `resume`."""
    DISABLED = "disabled"
    """By Holdfast, for the reason in `disabled_reason`: what comes meanwhile is not kept for it."""


class DisabledReason(StrEnum):
    GONE = "gone"
    """The receiver answered 410."""
    FAILING = "failing"
    """No delivery succeeded for days."""
    FORBIDDEN_TARGET = "forbidden_target"
    """Its host has an address now that is never called."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    """Not delivered in 3 days: given up. `replay` sends it again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of sending, in seconds. Tests run them faster (`scaled`)."""

    timeout: float = 15
    """Of one attempt, from the look-up of the name to the end of the answer."""
    first_retry: float = 5
    factor: float = 5
    longest_retry: float = 4 * 3600
    no_room: float = 2
    """Until a delivery is tried that Holdfast had no room for."""
    window: float = 3 * 86400
    """From the first attempt of a delivery on, in which it is tried again."""
    failures_to_open: int = 5
    """Resources that failed one after another, without a success between: then the whole webhook pauses, and one
    delivery at a time tries whether the receiver is back."""
    first_pause: float = 5
    longest_pause: float = 300
    longest_asked: float = 86400
    """Of a Retry-After that is honoured."""
    failing: float = 4 * 86400
    """Without a success, until the webhook is disabled."""
    lease: float = 30
    at_once: int = 8
    """Deliveries under way to one receiver."""

    def scaled(self, by: float) -> "Pace":
        """All times shorter by this factor, but for the lease and the attempt's own time."""
        names = ("first_retry", "longest_retry", "window", "first_pause", "longest_pause", "failing")
        return replace(self, **{name: getattr(self, name) / by for name in names})


def retry_delay(pace: Pace, attempts: int, luck: float) -> float:
    """Seconds until the next attempt after this many: 5 s, 25 s, 2 min, 10 min, 52 min, then 4 h, each +-25 %."""
    return float(min(pace.first_retry * pace.factor ** min(attempts - 1, 30), pace.longest_retry) * (0.75 + luck / 2))


def circuit_pause(pace: Pace, failures: int, luck: float) -> float:
    """Seconds that the whole webhook pauses after this number of failures in a row; 0 = not at all."""
    if failures < pace.failures_to_open:
        return 0.0
    opened = min(failures - pace.failures_to_open, 30)
    return float(min(pace.first_pause * 2**opened, pace.longest_pause) * (0.75 + luck / 2))


@dataclass(frozen=True, slots=True)
class Health:
    """Of a receiver, since its last success."""

    failures: int = 0
    since: datetime | None = None
    """The first of the failures."""
    lanes: tuple[str, ...] = ()
    """The resources that failed, until the circuit opens."""

    def after(self, pace: Pace, lane: str, at: datetime, *, is_success: bool) -> "Health":
        """One event that the receiver cannot take is not a receiver that is away: each resource counts once.

        Once the circuit is open every attempt counts, so that the pauses grow.
        """
        if is_success:
            return Health()
        since = self.since or at
        if self.failures >= pace.failures_to_open:
            return Health(self.failures + 1, since, self.lanes)
        if lane in self.lanes:
            return Health(self.failures, since, self.lanes)
        return Health(self.failures + 1, since, (*self.lanes, lane))


def asked_pause(header: str | None, now: datetime, longest: float) -> float:
    """Seconds of a Retry-After: a number or a date (RFC 9110 section 10.2.3). 0 for what cannot be read."""
    if header is None:
        return 0.0
    word = header.strip()
    if word.isascii() and word.isdigit():
        return min(float(word[:12]), longest)
    try:
        at = parsedate_to_datetime(word)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max(0.0, (at - now).total_seconds()), longest)
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt came to."""

    status: int | None
    """None = there was no answer; then `error` says why."""
    body: str = ""
    error: str | None = None
    retry_after: str | None = None
    """The header, as it came."""
    is_forbidden: bool = False
    """The target's addresses are not allowed: nothing was sent."""
    is_attempt: bool = True
    """False: Holdfast had no room to try. It counts nowhere, and comes again soon."""
    is_receivers: bool = True
    """False: Holdfast could not make the request. It says nothing about the receiver."""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def disables(self) -> DisabledReason | None:
        if self.is_forbidden:
            return DisabledReason.FORBIDDEN_TARGET
        return DisabledReason.GONE if self.status == 410 else None

    @property
    def asks_to_wait(self) -> bool:
        """The receiver as a whole wants to be left alone for a while."""
        return self.status in {429, 503}


def logged(attempts: Sequence[Mapping[str, Any]], answer: Answer, at: datetime) -> list[Mapping[str, Any]]:
    """The attempts of a delivery, with the newest; those between are dropped when they are many."""
    newest = {"at": at.isoformat(), "status": answer.status, "body": answer.body or None, "error": answer.error}
    return [*attempts[:1], *attempts[1:][-(ATTEMPTS_KEPT - 2) :], newest]
