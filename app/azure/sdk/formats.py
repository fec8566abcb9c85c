"""How Azure writes times, durations and waits, read and written.

Pure but for one thing: a Retry-After that is a date, in an answer that has none itself, is counted from our own clock.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, Final

_ISO_DURATION: Final = re.compile(
    r"P(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_CLOCK_DURATION: Final = re.compile(r"(?:(?P<days>\d+)\.)?(?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+(?:\.\d+)?)")
_SAID_WAIT: Final = re.compile(
    r"\b(?:try|retry)(?: again)? (?:after|in) ['\"]?(?P<amount>\d{1,9}(?:\.\d{1,9})?)['\"]? ?"
    r"(?P<unit>second|minute|hour)",
    re.IGNORECASE,
)
_UNIT_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}
_NO_TIME_BEFORE: Final = datetime(2001, 1, 1, tzinfo=UTC)
"""Azure writes "never" as 0001-01-01T00:00:00 or 2001-01-01T00:00:00Z (docs/azure.md, Formats)."""
LONGEST_WAIT: Final = 3600.0
"""Seconds. The longest period of a limit that was seen is an hour. A longer Retry-After counts as an hour, so that a
wrong decimal point or date cannot block a subscription for days. Then Azure is asked again."""


def time_or_none(text: Any) -> datetime | None:
    """An ISO 8601 time with up to 7 fractional digits, UTC when it names no zone; None for Azure's ways to say "never".

    Raises ValueError for a text that is no time.
    """
    if text is None or text == "":
        return None
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return moment.astimezone(UTC) if moment > _NO_TIME_BEFORE else None


def seconds_or_none(text: Any) -> float | None:
    """A duration as ISO 8601 (`PT2M`) or as .NET's `d.hh:mm:ss.f`; None when absent or not understood."""
    if not isinstance(text, str) or text in {"", "P", "PT"}:
        return None
    match = _ISO_DURATION.fullmatch(text) or _CLOCK_DURATION.fullmatch(text)
    if match is None:
        return None
    parts = {unit: float(amount) for unit, amount in match.groupdict().items() if amount is not None}
    return timedelta(**parts).total_seconds()


def flag_or_none(value: Any) -> bool | None:
    """A boolean, also as text in any letter case ("False" is false); anything else says nothing."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def number_or_none(value: Any) -> float | None:
    """A number, also as text and with a percent sign; anything else says nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value.strip().removesuffix("%") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def whole_or_none(value: Any) -> int | None:
    number = number_or_none(value)
    return int(number) if number is not None and number == int(number) else None


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait: `Retry-After` as a number, as an HTTP date (RFC 9110 section 10.2.3), or in milliseconds.

    A date is compared with the answer's own `Date`, so that a wrong clock here does not matter. None if the header is
    missing or cannot be read; never more than LONGEST_WAIT.
    """
    seconds = _asked_wait(headers, now)
    return None if seconds is None else min(seconds, LONGEST_WAIT)


def _asked_wait(headers: Mapping[str, str], now: datetime | None) -> float | None:
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        milliseconds = _number(headers.get(name))
        if milliseconds is not None:
            return milliseconds / 1000
    text = headers.get("Retry-After")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    until = http_date(text)
    if until is None:
        return None
    start = now or http_date(headers.get("Date")) or datetime.now(UTC)
    return max(0.0, (until - start).total_seconds())


def said_wait(message: str | None) -> float | None:
    """Seconds to wait by the words of an error: "Please try again after '324' seconds." (docs/azure.md, Throttling).

    None where they name none; never more than LONGEST_WAIT.
    """
    said = _SAID_WAIT.search(message or "")
    return None if said is None else min(float(said["amount"]) * _UNIT_SECONDS[said["unit"].lower()], LONGEST_WAIT)


def http_date(text: str | None) -> datetime | None:
    """The instant of an HTTP date; None if the text is not one."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)


def filter_time(moment: datetime) -> str:
    """`2026-01-31 04:57:49 PM`: the 12-hour UTC clock of `$filter` (docs/azure.md, Jobs), in any locale."""
    utc = moment.astimezone(UTC)
    hour = utc.hour % 12 or 12
    return f"{utc:%Y-%m-%d} {hour:02}:{utc:%M:%S} {'AM' if utc.hour < 12 else 'PM'}"


def filter_window(start: datetime, end: datetime) -> tuple[str, str]:
    """Both ends of a window as `$filter` takes them: whole seconds, widened and never narrowed."""
    up = end if end.microsecond == 0 else end.replace(microsecond=0) + timedelta(seconds=1)
    return filter_time(start), filter_time(up)


def wire_time(moment: datetime) -> str:
    """`2027-01-01T00:00:00.000Z`, as the recorded clients send a retention end (docs/azure.md, Jobs)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(text: str | None) -> float | None:
    try:
        seconds = float(text) if text is not None else None
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < float("inf") else None
