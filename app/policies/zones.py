"""Suggests a time zone that Azure knows: of the same place, of the same offset, or none. Pure.

A wrong suggestion is worse than none: a caller who wrote "UTC+2" and takes "UTC" is backed up two hours late for ever.
"""

import difflib
import re
import zoneinfo
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.azure import names

EXAMPLES: Final = "such as Europe/Berlin or America/New_York"
_OFFSET: Final = re.compile(
    r"(?P<posix>Etc/)?(?:UTC|GMT|Z)?\s*(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?",
    re.IGNORECASE | re.ASCII,
)
_SHORT: Final = re.compile(r"[A-Za-z]{2,5}")
"""CST, IST, CEST: each abbreviation is used for several zones, so it is ambiguous."""
_NEAR: Final = 0.85
_MOST: Final = 3
_MONTHS: Final = [datetime(2026, month, 1) for month in range(1, 13)]  # noqa: DTZ001 - wall-clock times


def zone_remedy(zone: str) -> str:
    """What to write instead of a zone that Azure does not know."""
    offset = offset_of(zone)
    if offset is not None:
        return _by_offset(offset)
    try:
        return f"Use its IANA name, {names.iana_zone(zone)}."
    except ValueError:
        fit = suggestions(zone)
    return f"Use an IANA name; did you mean {' or '.join(fit)}?" if fit else f"Use an IANA name {EXAMPLES}."


def offset_of(zone: str) -> timedelta | None:
    """What "UTC+2" or "-05:30" means. In "Etc/GMT+2" the sign is that of POSIX: two hours behind."""
    found = _OFFSET.fullmatch(zone.strip())
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return offset if (found["sign"] == "+") != bool(found["posix"]) else -offset


def suggestions(zone: str) -> Sequence[str]:
    """Zones that the writer can only have meant: another letter case, a slip of the pen, a city without its region."""
    known = {name.lower(): name for name in zoneinfo.available_timezones() if _is_known_to_azure(name)}
    wanted = zone.strip().replace(" ", "_").lower()
    if wanted in known:
        return [known[wanted]]
    if _SHORT.fullmatch(wanted) and len(wanted) < 5:
        return []
    city = wanted.rsplit("/", 1)[-1]
    cities: dict[str, list[str]] = {}
    for name in sorted(known):
        cities.setdefault(name.rsplit("/", 1)[-1], []).append(known[name])
    if city in cities:
        return cities[city][:_MOST] if "/" in cities[city][0] else []
    near = difflib.get_close_matches(city, [name for name in cities if len(name) > 4], n=1, cutoff=_NEAR)
    region = wanted.rpartition("/")[0]
    fit = [one for name in near for one in cities[name] if not region or one.lower().startswith(region + "/")]
    return fit[:_MOST]


def _by_offset(offset: timedelta) -> str:
    """Places that are at that offset all year, by Azure's own list of zones."""
    if not offset:
        return "Use the IANA name UTC."
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    said = f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"
    fit = [zone for zone in names.azure_zones() if _is_always(zone, offset)][:_MOST]
    always = f" Always at {said}: {', '.join(fit)}." if fit else ""
    return f"Azure takes zones, not offsets: use the IANA name of your place, {EXAMPLES}.{always}"


def _is_always(zone: str, offset: timedelta) -> bool:
    there = zoneinfo.ZoneInfo(zone)
    return all(there.utcoffset(month) == offset for month in _MONTHS)


def _is_known_to_azure(zone: str) -> bool:
    try:
        names.windows_zone(zone)
    except ValueError:
        return False
    return True
