"""Points in time as people write them, and as the API does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import click

_AGO = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def instant(written: str, *, now: datetime | None = None) -> str:
    """RFC 3339 of `2026-11-28T03:00` (this machine's time zone), `...Z`, `...+01:00`, a date, or `2h` (ago).

    Raises click.BadParameter.
    """
    present = now or datetime.now(UTC)
    ago = _AGO.fullmatch(written.strip())
    if ago:
        return _stamp(present - timedelta(**{_UNITS[ago[2]]: int(ago[1])}))
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        raise click.BadParameter(
            f"{written!r} is not a time. Examples: 2026-11-28T03:00, 2026-11-28T03:00Z, 2h"
        ) from None
    return _stamp(found if found.tzinfo else found.astimezone())


def night(written: str, *, today: date | None = None) -> str:
    """The date of a report: `yesterday`, `today`, or a date. Raises click.BadParameter."""
    present = today or datetime.now().astimezone().date()
    named = {"today": present, "yesterday": present - timedelta(days=1)}
    try:
        return (named.get(written) or date.fromisoformat(written)).isoformat()
    except ValueError:
        raise click.BadParameter(f"{written!r} is not a date. Examples: yesterday, 2026-11-28") from None


def later(days: float) -> str:
    return _stamp(datetime.now(UTC) + timedelta(days=days))


def local(stamp: str | None) -> str:
    """In this machine's time zone, to the minute."""
    if not stamp:
        return ""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return stamp


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
