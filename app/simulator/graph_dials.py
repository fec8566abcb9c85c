"""How Resource Graph misbehaves (`/_simulator/graph`): staleness by table, jobs it hides or tells wrongly, its quota.

How late Azure's own tables are was recorded for two changes only (docs/azure.md, Resource Graph). Here nothing is late
until a test says so.
"""

from dataclasses import dataclass, field
from typing import Any

from app.simulator.progress import TICKS, Clock

TABLES = ("resources", "items", "jobs")
FROZEN = "frozen"
WINDOW_SECONDS = 5.0
"""Of the quota, nominal."""


def _zeros() -> dict[str, float | str]:
    return dict.fromkeys(TABLES, 0.0)


@dataclass(slots=True)
class Dials:
    """Set by `change`. Seconds are nominal."""

    lag_seconds: dict[str, float | str] = field(default_factory=_zeros)
    jobs_missing: float = 0.0
    jobs_wrong: float = 0.0
    quota: int | None = 15
    frozen_at: dict[str, int] = field(default_factory=dict)
    history: dict[str, list[tuple[int, list[dict[str, Any]]]]] = field(default_factory=dict)
    """What the tables that lag held, oldest first. Jobs need none: what they were is computed."""
    used: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By caller: (the window's first query, queries in it)."""

    def change(self, asked: dict[str, Any], now: int) -> dict[str, Any]:
        """Set what is named, and give all. Raises ValueError for an unknown name or a wrong value."""
        if asked.keys() - {"lag_seconds", "jobs_missing", "jobs_wrong", "quota"}:
            raise ValueError("there are lag_seconds, jobs_missing, jobs_wrong and quota")
        for table, lag in asked.get("lag_seconds", {}).items():
            self._set_lag(table, lag, now)
        for name in ("jobs_missing", "jobs_wrong"):
            share = asked.get(name, getattr(self, name))
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
                raise ValueError(f"{name} is a share from 0 to 1")
            setattr(self, name, float(share))
        quota = asked.get("quota", self.quota)
        if quota is not None and (isinstance(quota, bool) or not isinstance(quota, int) or quota < 1):
            raise ValueError("quota is a number of queries in 5 seconds, or null")
        self.quota = quota
        return {
            "lag_seconds": self.lag_seconds,
            "jobs_missing": self.jobs_missing,
            "jobs_wrong": self.jobs_wrong,
            "quota": self.quota,
        }

    def _set_lag(self, table: str, lag: Any, now: int) -> None:
        good = lag == FROZEN or (isinstance(lag, int | float) and not isinstance(lag, bool) and lag >= 0)
        if table not in TABLES or not good:
            raise ValueError(f"lag_seconds has {', '.join(TABLES)}: seconds, or {FROZEN!r}")
        self.lag_seconds[table] = lag
        self.history.pop(table, None)
        self.frozen_at[table] = now

    def as_of(self, clock: Clock, table: str) -> int:
        """The instant that a table shows."""
        lag = self.lag_seconds[table]
        return self.frozen_at[table] if isinstance(lag, str) else clock.now() - int(lag * TICKS / clock.scale)

    def spend(self, clock: Clock, caller: str) -> tuple[int, int, bool]:
        """Count a query: (how many are left, real seconds until the window ends, whether it is let through)."""
        now = clock.now()
        began, used = self.used.get(caller, (now, 0))
        if clock.age(began) >= WINDOW_SECONDS:
            began, used = now, 0
        seconds = max(1, -(-(clock.after(began, WINDOW_SECONDS) - now) // TICKS))
        if self.quota is not None and used >= self.quota:
            return 0, seconds, False
        self.used[caller] = (began, used + 1)
        return (14 if self.quota is None else self.quota - used - 1), seconds, True
