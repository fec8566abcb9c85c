"""Throttling, off until `/_simulator/limits` asks for it.

Two kinds of limits, as in Azure (docs/azure.md, Throttling):

- a limit of an **action** (`Microsoft.RecoveryServices/vaults/backupJobs/read`: lists and single GETs together) that
  the provider counts itself, for all vaults and all callers of a subscription. Until about May 2024 a fixed window of
  an hour (150 in 2023, 450 in 2024), since then a bucket that refills (450, in 2025 250). How fast it refills is not
  known, so it is a parameter. The 429 of the window was recorded, that of the bucket was not.
- a limit of **classes** of requests, for each caller in a subscription: ARM's documented buckets (reads 250 + 25/s,
  writes 200 + 10/s). The body of their 429 was not observed.

Seconds here are nominal: with a time scale buckets refill, and windows pass, that much faster.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.simulator.arm import ArmError, Call
from app.simulator.progress import TICKS, Clock
from app.simulator.world import Json

CLASSES = ("list_jobs", "get_job", "other_read", "write", "trigger", "query_graph")
JOB_READS = "Microsoft.RecoveryServices/vaults/backupJobs/read"
SLOW_REFILL = 1 / 15
"""A guess. The recordings prove only that a token comes back within 30 s."""
PRESETS: dict[str, Json] = {
    "arm_reads": {"classes": ["list_jobs", "get_job", "other_read"], "count": 250, "refill_per_second": 25},
    "arm_writes": {"classes": ["write", "trigger"], "count": 200, "refill_per_second": 10},
    "job_reads_2023": {"action": JOB_READS, "count": 150, "seconds": 3600},
    "job_reads_2024": {"action": JOB_READS, "count": 450, "seconds": 3600},
    "job_reads_2024_bucket": {"action": JOB_READS, "count": 450, "refill_per_second": SLOW_REFILL},
    "job_reads_2025": {"action": JOB_READS, "count": 250, "refill_per_second": SLOW_REFILL},
}
PRESETS |= {"get_job_2023": PRESETS["job_reads_2023"], "list_jobs_2025": PRESETS["job_reads_2024"]}
"""Two older names."""
_PACES = ("seconds", "sliding_seconds", "refill_per_second")
_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_KINDS = {"write": "writes", "trigger": "writes"}
"""Header of a class: what is not here is a read."""


class Meter(Protocol):
    count: int

    def wait(self, now: float) -> float:
        """Nominal seconds until one more request would be let through; 0 = now."""
        ...

    def take(self, now: float) -> int:
        """Count a request: what is left."""
        ...


@dataclass(slots=True)
class Bucket:
    """Some tokens at once, and a steady refill."""

    count: int
    refill: float
    left: float
    filled: float = 0.0  # nominal seconds of the last refill

    def wait(self, now: float) -> float:
        self.left = min(float(self.count), self.left + (now - self.filled) * self.refill)
        self.filled = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.refill

    def take(self, _now: float) -> int:
        self.left -= 1
        return int(self.left)


@dataclass(slots=True)
class FixedWindow:
    """A number of requests until the window ends; the next one begins with the first request after it [guess]."""

    count: int
    seconds: float
    began: float
    taken: int = 0

    def wait(self, now: float) -> float:
        if now >= self.began + self.seconds:
            self.began, self.taken = now, 0
        return 0.0 if self.taken < self.count else self.began + self.seconds - now

    def take(self, _now: float) -> int:
        self.taken += 1
        return self.count - self.taken


@dataclass(slots=True)
class SlidingWindow:
    """A number of requests in any span of a number of seconds. Never observed: the strictest that a client may meet."""

    count: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.taken and self.taken[0] <= now - self.seconds:
            self.taken.popleft()
        return 0.0 if len(self.taken) < self.count else self.taken[0] + self.seconds - now

    def take(self, now: float) -> int:
        self.taken.append(now)
        return self.count - len(self.taken)


class Limits:
    """The limits in force, and what was counted of each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rules: list[Json] = []
        self._meters: dict[tuple[Any, ...], Meter] = {}
        self._asked = 0

    def change(self, asked: Json) -> Json:
        """Replace all limits; nothing asked = none. Raises ValueError with what is wrong."""
        unknown = [name for name in asked.get("presets", ()) if name not in PRESETS]
        if unknown or asked.keys() - {"presets", "limits"}:
            raise ValueError(f"presets are {', '.join(PRESETS)}; limits are objects")
        rules = [PRESETS[name] for name in asked.get("presets", ())] + [_rule(rule) for rule in asked.get("limits", ())]
        self._rules, self._meters = rules, {}
        return {"limits": rules}

    def pass_or_refuse(self, call: Call, request_class: str, caller: str) -> Json:
        """Count a request: the headers that say what is left (none without a limit). Raises ArmError: a 429."""
        now = self._clock.now() * self._clock.scale / TICKS
        self._asked += 1
        action = action_of(call.method, call.path)
        rules = [(n, rule) for n, rule in enumerate(self._rules) if _holds(rule, action, request_class)]
        meters = [(rule, self._meter(number, rule, call, caller, now)) for number, rule in rules]
        waits = [(meter.wait(now), rule) for rule, meter in meters]
        wait, strictest = max(waits, key=lambda one: one[0], default=(0.0, {}))
        if wait > 0:
            call.world.truth.throttled[request_class] = call.world.truth.throttled.get(request_class, 0) + 1
            raise _refusal(strictest, max(1, math.ceil(wait / self._clock.scale)))
        return _headers([(rule, meter.take(now)) for rule, meter in meters], request_class)

    def _meter(self, number: int, rule: Json, call: Call, caller: str, now: float) -> Meter:
        instance = self._asked % rule.get("instances", 1)
        key = (number, subscription_of(call.path), instance, None if "action" in rule else caller)
        return self._meters.setdefault(key, _new_meter(rule, now))


def action_of(method: str, path: str) -> str:
    """The ARM action of a request in lower case: the types of its path, and what is done; a list is a read as a GET is.

    A POST is named by its last segment, and ends in `action`.
    """
    namespace, types = "", list[str]()
    for part in path.lower().split("/providers/")[1:]:
        namespace, *rest = part.strip("/").split("/")
        types = rest[0::2]
    verb = _VERBS.get(method, "action")
    return "/".join([namespace, *types, verb])


def subscription_of(path: str) -> str:
    parts = path.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""


def _holds(rule: Json, action: str, request_class: str) -> bool:
    return rule["action"].lower() == action if "action" in rule else request_class in rule["classes"]


def _new_meter(rule: Json, now: float) -> Meter:
    if "seconds" in rule:
        return FixedWindow(rule["count"], rule["seconds"], now)
    if "sliding_seconds" in rule:
        return SlidingWindow(rule["count"], rule["sliding_seconds"])
    return Bucket(rule["count"], rule["refill_per_second"], rule["count"], now)


def _refusal(rule: Json, seconds: int) -> ArmError:
    """The recorded 429 of an action; `Retry-After` only if asked for, because the recording had it removed."""
    if "action" not in rule:
        message = "The request is being throttled: the number of requests of this kind exceeded the limit."
        headers = {"Retry-After": str(seconds)} if rule.get("retry_after", True) else {}
        return ArmError(429, "TooManyRequests", message, headers=headers)
    span = int(rule.get("seconds") or rule.get("sliding_seconds") or 0)
    within = f" for time interval '{span // 3600:02}:{span % 3600 // 60:02}:{span % 60:02}'" if span else ""
    message = (
        f"Number of requests for action '{rule['action']}' exceeded the limit of '{rule['count']}'{within}. "
        f"Please try again after '{seconds}' seconds."
    )
    headers = {"x-ms-failure-cause": "gateway", "Connection": "close"}
    if rule.get("retry_after", False):
        headers["Retry-After"] = str(seconds)
    return ArmError(429, "ResourceRequestsThrottled", message, headers=headers)


def _headers(left: Sequence[tuple[Json, int]], request_class: str) -> Json:
    """What an answer says is left. An action's limit replaces the count of its kind of requests."""
    least: dict[str, int] = {}
    versions = list[str]()
    for rule, amount in left:
        kind = "resource-requests" if "action" in rule else _KINDS.get(request_class, "reads")
        name = f"x-ms-ratelimit-remaining-subscription-{kind}"
        least[name] = min(amount, least.get(name, amount))
        if "refill_per_second" in rule:
            versions.append("v1" if "action" in rule else "v2")
    return {name: str(amount) for name, amount in least.items()} | (
        {"x-ms-throttling-version": min(versions)} if versions else {}
    )


def _rule(rule: Any) -> Json:
    """A limit as asked for, checked: classes or an action, a count, one pace, and the dials."""
    if not isinstance(rule, dict) or ("action" in rule) == ("classes" in rule):
        raise ValueError("a limit names either classes or an action")
    names = rule.get("classes", [])
    if "classes" in rule and (not names or not set(names) <= set(CLASSES)):
        raise ValueError(f"classes are {', '.join(CLASSES)}")
    pace = [name for name in _PACES if name in rule]
    if rule.keys() - {"classes", "action", "count", "retry_after", "instances", *pace} or len(pace) != 1:
        raise ValueError(f"a limit has count, one of {', '.join(_PACES)}, and perhaps retry_after and instances")
    if not isinstance(rule.get("count"), int) or rule["count"] < 1 or not rule[pace[0]] > 0:
        raise ValueError("count must be a positive whole number, and its pace positive")
    if not isinstance(rule.get("instances", 1), int) or rule.get("instances", 1) < 1:
        raise ValueError("instances is how many counters take turns: a positive whole number")
    if type(rule.get("action", "")) is not str or type(rule.get("retry_after", True)) is not bool:
        raise ValueError("action is a text, retry_after is true or false")
    return rule
