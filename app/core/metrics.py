"""What /metrics shows, in Prometheus text format. No label contains an id or a name from a caller.

Two kinds: figures of this process (requests), and figures that the database counts over all replicas and tenants. Every
replica shows the same values of the second kind. They are left out while the database is away, because an old figure or
a zero would look like good news. docs/operating.md names every metric, and when to be alarmed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from app.core.clock import monotonic_boottime

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HOLD_SECONDS = 10.0
"""How long a count of the database is reused. Scrapers need no token and may scrape as often as they like."""

registry = CollectorRegistry()
_requests = Counter("holdfast_requests", "Requests answered.", ["method", "status"], registry=registry)
_seconds = Histogram("holdfast_request_seconds", "Duration of a request in seconds.", ["method"], registry=registry)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(method: str, status: int, seconds: float) -> None:
    # A client may send any word as a method: a label value each would be a memory leak anyone can open.
    known = method if method in METHODS else "other"
    count, duration = _measures(known, status)
    count.inc()
    duration.observe(seconds)


@cache
def _measures(method: str, status: int) -> tuple[Counter, Histogram]:
    return _requests.labels(method, str(status)), _seconds.labels(method)


Aged = tuple[int, float]
"""How many, and for how many seconds the oldest of them has been there."""


@dataclass(frozen=True, slots=True)
class HintFigures:
    """The hint of Resource Graph (jobs/hints)."""

    subscriptions: Mapping[str, int] = field(default_factory=dict)
    """By state: used, left_alone, not_needed, refused."""
    lag_seconds: float = 0.0
    """The longest of those that are used."""
    brought: int = 0
    """Lists that it brought forward, ever."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the database counts, over all tenants."""

    in_flight: Mapping[tuple[str, str], Aged]
    """Jobs by (kind, state), in every state that is no end."""
    attempts: Aged
    """Attempts whose outcome is not known yet."""
    due: Mapping[str, Aged]
    """By loop: rows that are due, and that no worker has taken."""
    orphans: int
    unsealed: int
    budgets: Mapping[str, tuple[float, float]]
    """By request class: how many requests are left, and for how many seconds none may be sent."""
    hint: HintFigures = HintFigures()


class Tally:
    """The newest counts: within `hold_seconds` one reading by this process, however many scrape it at once."""

    hold_seconds = HOLD_SECONDS

    def __init__(self, count: Callable[[], Awaitable[Counts | None]]) -> None:
        """`count` reads the database; None = it cannot be counted now, which is kept as long as a count is."""
        self._count = count
        self._newest: Counts | None = None
        self._counted_at: float | None = None
        self._counting = asyncio.Lock()

    async def newest(self) -> Counts | None:
        async with self._counting:
            if self._counted_at is None or monotonic_boottime() >= self._counted_at + self.hold_seconds:
                self._newest = await self._count()
                self._counted_at = monotonic_boottime()
            return self._newest


class _Snapshot:
    """One answer's worth of what the database counted."""

    def __init__(self, counts: Counts | None) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(
            "holdfast_database_up",
            "Whether the database answered and accepted writes at the last count.",
            float(bool(self._counts)),
        )
        if self._counts is not None:
            yield from _jobs(self._counts)
            yield from _work(self._counts)
            yield from _azure(self._counts)
            yield from _hint(self._counts.hint)


def _jobs(counts: Counts) -> Iterator[GaugeMetricFamily]:
    jobs = GaugeMetricFamily("holdfast_jobs_in_flight", "Jobs that have not ended.", labels=["kind", "state"])
    oldest = GaugeMetricFamily(
        "holdfast_job_oldest_seconds", "Age of the oldest job that has not ended.", labels=["kind", "state"]
    )
    for labels, (count, seconds) in counts.in_flight.items():
        jobs.add_metric(labels, count)
        oldest.add_metric(labels, seconds)
    yield from (jobs, oldest)
    yield GaugeMetricFamily(
        "holdfast_orphans",
        "Azure jobs beyond the requested one: requests that were carried out twice or more.",
        counts.orphans,
    )
    yield GaugeMetricFamily("holdfast_audit_unsealed", "Audit entries that are not sealed yet.", counts.unsealed)


def _work(counts: Counts) -> Iterator[GaugeMetricFamily]:
    open_attempts, oldest = counts.attempts
    yield GaugeMetricFamily("holdfast_attempts_open", "Requests to Azure whose outcome is not known.", open_attempts)
    yield GaugeMetricFamily("holdfast_attempt_oldest_seconds", "Age of the oldest open attempt.", oldest)
    due = GaugeMetricFamily("holdfast_work_due", "Rows that are due and not claimed by a worker.", labels=["loop"])
    overdue = GaugeMetricFamily(
        "holdfast_work_overdue_seconds", "How long the oldest due row has been waiting.", labels=["loop"]
    )
    for loop, (count, seconds) in counts.due.items():
        due.add_metric([loop], count)
        overdue.add_metric([loop], seconds)
    yield from (due, overdue)


def _azure(counts: Counts) -> Iterator[GaugeMetricFamily]:
    left = GaugeMetricFamily(
        "holdfast_azure_requests_left",
        "Requests of a class that may be sent now, in the subscription that has fewest left.",
        labels=["request_class"],
    )
    blocked = GaugeMetricFamily(
        "holdfast_azure_blocked_seconds",
        "Seconds for which Azure refuses requests of a class (Retry-After), in the subscription where that is longest.",
        labels=["request_class"],
    )
    for request_class, (requests, seconds) in counts.budgets.items():
        left.add_metric([request_class], requests)
        blocked.add_metric([request_class], seconds)
    yield from (left, blocked)


def _hint(figures: HintFigures) -> Iterator[GaugeMetricFamily]:
    states = GaugeMetricFamily(
        "holdfast_hint_subscriptions",
        "Subscriptions by what becomes of the hint there: used, left_alone, not_needed, refused.",
        labels=["state"],
    )
    for state, count in figures.subscriptions.items():
        states.add_metric([state], count)
    yield states
    yield GaugeMetricFamily(
        "holdfast_hint_lag_seconds",
        "How late the hint shows an end, in the subscription where that is longest.",
        figures.lag_seconds,
    )
    yield GaugeMetricFamily(
        "holdfast_hint_lists_brought_forward", "Lists of jobs that the hint has brought forward.", figures.brought
    )


def render(counts: Counts | None) -> bytes:
    """The metrics as text. `counts`: figures of the database, at most HOLD_SECONDS old; None = it is not up."""
    return generate_latest(registry) + generate_latest(_Snapshot(counts))
