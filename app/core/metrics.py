"""What /metrics shows, in Prometheus text format. No label ever holds an id or a name of a caller's."""

from collections.abc import Mapping
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

registry = CollectorRegistry()
_requests = Counter("holdfast_requests", "Requests answered.", ["method", "status"], registry=registry)
_seconds = Histogram("holdfast_request_seconds", "How long a request took.", ["method"], registry=registry)
_in_flight = Gauge("holdfast_jobs_in_flight", "Jobs that have not ended.", ["kind", "state"], registry=registry)
_orphans = Gauge(
    "holdfast_orphans",
    "Azure jobs of attempts that were given up, seen within a week. Alert on > 0.",
    registry=registry,
)
_unsealed = Gauge(
    "holdfast_audit_unsealed",
    "Audit entries that no seal vouches for yet. Alert when it does not fall within a minute.",
    registry=registry,
)
_left = Gauge(
    "holdfast_azure_requests_left",
    "Requests of a class that may be sent now, in the subscription that has fewest left.",
    ["request_class"],
    registry=registry,
)
_blocked = Gauge(
    "holdfast_azure_blocked_seconds",
    "For how long Azure asked to be sent nothing of a class, in the subscription where that is longest.",
    ["request_class"],
    registry=registry,
)
_database_up = Gauge("holdfast_database_up", "Whether the database answered this very request.", registry=registry)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(method: str, status: int, seconds: float) -> None:
    # A client may send any word as a method: a label value each would be a memory leak anyone can open.
    known = method if method in METHODS else "other"
    _requests.labels(known, str(status)).inc()
    _seconds.labels(known).observe(seconds)


Budgets = Mapping[str, tuple[float, float]]
"""By request class: how many requests are left, and for how many seconds none may be sent."""


def render(
    in_flight: Mapping[tuple[str, str], int] | None,
    orphans: int = 0,
    unsealed: int = 0,
    budgets: Budgets = MappingProxyType({}),
) -> bytes:
    """The text; `in_flight` is {(kind, state): count}, read from the database for this answer; None = it is away."""
    _orphans.set(orphans)
    _unsealed.set(unsealed)
    for request_class, (left, blocked) in budgets.items():
        _left.labels(request_class).set(left)
        _blocked.labels(request_class).set(blocked)
    _in_flight.clear()
    _database_up.set(in_flight is not None)
    for (kind, state), count in (in_flight or {}).items():
        _in_flight.labels(kind, state).set(count)
    return generate_latest(registry)
