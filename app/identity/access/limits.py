"""How often, and how many at once, a caller may ask, and how often an address may try: counted by each process.

Windows of a minute, and their counts, come from `limits`; the counters are our own: its memory storages sweep all keys
behind every request (1.2 ms with 10,000 callers) or start a thread for it. Measured here: 8 us a request, however many
callers.
"""

import ipaddress
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from app.identity.errors import RateLimited, TooManyAtOnce, TooManyBadTokens
from app.identity.tokens.principal import Principal

POLICY = "principal"
WINDOW_SECONDS = 60
AT_ONCE_RETRY_SECONDS = 1
LIMIT = 10_000
"""Maximum number of counters; the oldest window is dropped first. A caller whose counter was dropped starts at zero."""

Headers = list[tuple[bytes, bytes]]


class Counters(Storage):
    """Counts in this process's memory: of bounded number, with no thread and no sweep."""

    def __init__(self, most: int = LIMIT) -> None:
        super().__init__()
        self._most = most
        self._windows: dict[str, tuple[float, int]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        ends, count = self._windows.get(key, (0.0, 0))
        if ends <= now:
            self._windows.pop(key, None)
            ends, count = now + expiry, 0
            while len(self._windows) >= self._most:
                del self._windows[next(iter(self._windows))]
        self._windows[key] = ends, count + amount
        return count + amount

    def get(self, key: str) -> int:
        ends, count = self._windows.get(key, (0.0, 0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._windows.get(key, (time.time(), 0))[0]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)


class RequestLimits:
    """Rate limits of one process, per minute: requests of a principal, bad tokens of an address."""

    def __init__(self, *, per_principal: int, bad_tokens: int) -> None:
        self._principals = FixedWindowRateLimiter(Counters())
        self._addresses = FixedWindowRateLimiter(Counters())
        self._per_principal = RateLimitItemPerMinute(per_principal)
        self._bad_tokens = RateLimitItemPerMinute(bad_tokens)
        self._policy = f'"{POLICY}";q={per_principal};w={WINDOW_SECONDS}'.encode()

    def count(self, principal: Principal, told: Headers) -> None:
        """Count one request of this principal. Raises RateLimited above the limit.

        In both cases `told` gets the header fields with the limit (draft-ietf-httpapi-ratelimit-headers-10, sections 3
        and 4).
        """
        item, who = self._per_principal, principal.key
        allowed = self._principals.hit(item, who)
        ends_at, left = self._principals.get_window_stats(item, who)
        wait = max(1, round(ends_at - time.time()))
        told.append((b"ratelimit-policy", self._policy))
        told.append((b"ratelimit", f'"{POLICY}";r={left};t={wait}'.encode()))
        if not allowed:
            raise RateLimited(
                f"You may send {item.amount} requests a minute to one process of this service.",
                retry_after=wait,
                remedy="Send fewer: ask lists with updated_since, wait for jobs with Prefer: wait=60.",
            )

    def count_bad_token(self, address: str) -> None:
        """Count one request from this address without a valid token."""
        self._addresses.hit(self._bad_tokens, network_of(address))

    def is_shut_out(self, address: str) -> bool:
        """Whether this address sent too many bad tokens, so that no new token from it is checked in this minute."""
        return not self._addresses.test(self._bad_tokens, network_of(address))

    def shut_out(self, address: str) -> TooManyBadTokens:
        ends_at, _ = self._addresses.get_window_stats(self._bad_tokens, network_of(address))
        return TooManyBadTokens(
            "Too many requests without a valid token came from this address.",
            retry_after=ends_at - time.time(),
            remedy="Get a valid token before the next request; see docs/identity.md, What a token must be.",
        )


class Place:
    """One request's place among those of its principal that are worked on."""

    def __init__(self, at_once: "AtOnce", whose: str) -> None:
        self._at_once = at_once
        self._whose = whose
        self._is_held = True

    def give_back(self) -> None:
        """Free the place of this request, which from now on only waits or reads its answer. Safe to repeat."""
        if self._is_held:
            self._is_held = False
            self._at_once.leave(self._whose)


class AtOnce:
    """How many requests of a principal one process works on at a time; others are refused, not queued.

    A queued burst would use memory, and would be worked on long after its callers have gone.
    """

    def __init__(self, each: int) -> None:
        self._each = each
        self._held: Counter[str] = Counter()

    @contextmanager
    def place(self, principal: Principal) -> Iterator[Place]:
        """For the length of the block, unless it is given back before. Raises TooManyAtOnce when all are taken."""
        whose = principal.key
        if self._held[whose] >= self._each:
            raise TooManyAtOnce(
                f"{self._each} of your requests are being worked on: the limit of one process.",
                remedy="Send them one after another, or a few at a time; again after Retry-After. Nothing was done.",
                retry_after=AT_ONCE_RETRY_SECONDS,
            )
        self._held[whose] += 1
        place = Place(self, whose)
        try:
            yield place
        finally:
            place.give_back()

    def leave(self, whose: str) -> None:
        self._held[whose] -= 1
        if not self._held[whose]:
            del self._held[whose]


def network_of(address: str) -> str:
    """An IPv6 caller owns at least a /64 and is counted as that. Anything else counts as it is written."""
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))
