"""Throttling, off until `/_simulator/limits` asks for it: token buckets and sliding windows, per caller and class.

Figures that can be named: ARM's documented buckets (reads 250 + 25/s, writes 200 + 10/s), and what Recovery Services
was seen to count itself: GET of a job 150 an hour (2023), lists of jobs 450 an hour (2025). Seconds here are nominal:
with a time scale the buckets refill, and windows pass, that much faster. The body of a 429 was not observed.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from app.simulator.arm import ArmError, Call
from app.simulator.progress import TICKS, Clock
from app.simulator.world import Json

CLASSES = ("list_jobs", "get_job", "other_read", "write", "trigger", "query_graph")
PRESETS: dict[str, Json] = {
    "arm_reads": {"classes": ["list_jobs", "get_job", "other_read"], "count": 250, "refill_per_second": 25},
    "arm_writes": {"classes": ["write", "trigger"], "count": 200, "refill_per_second": 10},
    "get_job_2023": {"classes": ["get_job"], "count": 150, "seconds": 3600},
    "list_jobs_2025": {"classes": ["list_jobs"], "count": 450, "seconds": 3600},
}


@dataclass(slots=True)
class Bucket:
    """Some tokens at once, and a steady refill."""

    count: int
    refill: float
    left: float
    filled: float = 0.0  # nominal seconds of the last refill

    def wait(self, now: float) -> float:
        """Nominal seconds until one more request would be let through; 0 = now."""
        self.left = min(float(self.count), self.left + (now - self.filled) * self.refill)
        self.filled = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.refill

    def take(self, _now: float) -> int:
        self.left -= 1
        return int(self.left)


@dataclass(slots=True)
class Window:
    """A number of requests in any span of a number of seconds."""

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
    """The limits in force. Every caller (object id of the token) has its own buckets and windows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rules: list[Json] = []
        self._meters: dict[tuple[int, str], Bucket | Window] = {}

    def change(self, asked: Json) -> Json:
        """Replace all limits; nothing asked = none. Raises ValueError with what is wrong."""
        unknown = [name for name in asked.get("presets", ()) if name not in PRESETS]
        if unknown or asked.keys() - {"presets", "limits"}:
            raise ValueError(f"presets are {', '.join(PRESETS)}; limits are objects")
        rules = [PRESETS[name] for name in asked.get("presets", ())] + [_rule(rule) for rule in asked.get("limits", ())]
        self._rules, self._meters = rules, {}
        return {"limits": rules}

    def pass_or_refuse(self, call: Call, request_class: str, caller: str) -> int | None:
        """Count a request; what is left afterwards (None without a limit), or 429 with Retry-After."""
        now = self._clock.now() * self._clock.scale / TICKS
        meters = [
            self._meter(number, rule, caller, now)
            for number, rule in enumerate(self._rules)
            if request_class in rule["classes"]
        ]
        wait = max((meter.wait(now) for meter in meters), default=0.0)
        if wait > 0:
            call.world.truth.throttled[request_class] = call.world.truth.throttled.get(request_class, 0) + 1
            headers = {"Retry-After": str(max(1, math.ceil(wait / self._clock.scale)))}
            message = "The request is being throttled: the number of requests of this kind exceeded the limit."
            raise ArmError(429, "TooManyRequests", message, headers=headers)
        return min((meter.take(now) for meter in meters), default=None)

    def _meter(self, number: int, rule: Json, caller: str, now: float) -> Bucket | Window:
        key = (number, caller)
        if key not in self._meters:
            if "seconds" in rule:
                self._meters[key] = Window(rule["count"], rule["seconds"])
            else:
                self._meters[key] = Bucket(rule["count"], rule["refill_per_second"], rule["count"], now)
        return self._meters[key]


def _rule(rule: Any) -> Json:
    """A limit as asked for, checked: classes, count, and one of seconds and refill_per_second."""
    if not isinstance(rule, dict) or not set(rule.get("classes", ())) <= set(CLASSES) or not rule.get("classes"):
        raise ValueError(f"a limit names classes, of {', '.join(CLASSES)}")
    pace = [name for name in ("seconds", "refill_per_second") if name in rule]
    if rule.keys() - {"classes", "count", *pace} or len(pace) != 1:
        raise ValueError("a limit has classes, count, and either seconds or refill_per_second")
    if not isinstance(rule.get("count"), int) or rule["count"] < 1 or not rule[pace[0]] > 0:
        raise ValueError("count must be a positive whole number, and its pace positive")
    return rule
