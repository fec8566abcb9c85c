"""Time zones by their IANA names. Pure."""

import zoneinfo
from functools import cache
from zoneinfo import ZoneInfo

LONGEST_NAME = 64


@cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_zone(name: str) -> bool:
    """Whether it is the name of a zone, letter by letter; never a path or an offset."""
    return name in _names()


def zone_of(name: str) -> ZoneInfo:
    """Raises ValueError."""
    if not is_zone(name):
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")
    return ZoneInfo(name)
