"""An operation that is to go: its answers say since when, and until when it still works.

`Deprecation` is RFC 9745, `Sunset` RFC 8594. docs/compatibility.md has the rule for callers.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

KEY = "x-deprecation"
NOTICE = timedelta(days=180)
"""For how long a deprecated operation goes on working, at least."""
LINK = '</openapi.json>; rel="deprecation"; type="application/json"'


def deprecated(*, since: date, sunset: date, instead: str) -> dict[str, Any]:
    """For a route's `openapi_extra`, beside `requires`. `instead`: what callers use in its place, in words.

    Raises ValueError if the notice is shorter than callers are promised.
    """
    if sunset - since < NOTICE:
        raise ValueError(f"from {since} to {sunset} are less than {NOTICE.days} days")
    return {"deprecated": True, KEY: {"since": since.isoformat(), "sunset": sunset.isoformat(), "instead": instead}}


def headers_of(route: object) -> Sequence[tuple[bytes, bytes]]:
    """What every answer of the route has, also its problems; nothing for a route that is not deprecated."""
    extra: dict[str, Any] | None = getattr(route, "openapi_extra", None)
    said = extra.get(KEY) if extra else None
    return _headers(said["since"], said["sunset"]) if said else ()


@cache
def _headers(since: str, sunset: str) -> Sequence[tuple[bytes, bytes]]:
    began, ends = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (since, sunset))
    return (
        (b"deprecation", f"@{int(began.timestamp())}".encode()),
        (b"sunset", format_datetime(ends, usegmt=True).encode()),
        (b"link", LINK.encode()),
    )
