"""How often a caller may ask, and an address may try: counted per process, in fixed windows of a minute.

The window and the count come from `limits`; the counters are our own: its memory storages sweep all keys behind every
request (1.2 ms with 10,000 callers) or start a thread for it. Measured here: 8 us a request, however many callers.
"""

import ipaddress
import time

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from app.identity.errors import RateLimited, TooManyBadTokens
from app.identity.principal import Principal

POLICY = "principal"
WINDOW_SECONDS = 60
LIMIT = 10_000
"""Counters kept at once; the oldest window goes first. Who is forgotten begins anew, he is not refused."""

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
    """What one process lets through in a minute: requests of a principal, bad tokens of an address."""

    def __init__(self, *, per_principal: int, bad_tokens: int) -> None:
        self._principals = FixedWindowRateLimiter(Counters())
        self._addresses = FixedWindowRateLimiter(Counters())
        self._per_principal = RateLimitItemPerMinute(per_principal)
        self._bad_tokens = RateLimitItemPerMinute(bad_tokens)
        self._policy = f'"{POLICY}";q={per_principal};w={WINDOW_SECONDS}'.encode()

    def count(self, principal: Principal, told: Headers) -> None:
        """One request of this principal. Raises RateLimited when it is one too many.

        Either way `told` gets the fields that say so (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4).
        """
        item, who = self._per_principal, principal.key
        allowed = self._principals.hit(item, who)
        ends_at, left = self._principals.get_window_stats(item, who)
        wait = max(1, round(ends_at - time.time()))
        told.append((b"ratelimit-policy", self._policy))
        told.append((b"ratelimit", f'"{POLICY}";r={left};t={wait}'.encode()))
        if not allowed:
            raise RateLimited(
                f"You may send {item.amount} requests a minute to one process of this service.", retry_after=wait,
                remedy="Send fewer: ask lists with updated_since, wait for jobs with Prefer: wait=60.",
            )  # fmt: skip

    def count_bad_token(self, address: str) -> None:
        """One request from this address that proved nobody."""
        self._addresses.hit(self._bad_tokens, network_of(address))

    def is_shut_out(self, address: str) -> bool:
        """Whether so many proved nobody that no new token from there is looked at before the minute is over."""
        return not self._addresses.test(self._bad_tokens, network_of(address))

    def shut_out(self, address: str) -> TooManyBadTokens:
        ends_at, _ = self._addresses.get_window_stats(self._bad_tokens, network_of(address))
        return TooManyBadTokens(
            "Too many requests without a valid token came from this address.", retry_after=ends_at - time.time(),
            remedy="Get a valid token before the next request; see docs/identity.md, What a token must be.",
        )  # fmt: skip


def network_of(address: str) -> str:
    """An IPv6 caller owns at least a /64: he is counted as that. Anything else counts as it is written."""
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))
