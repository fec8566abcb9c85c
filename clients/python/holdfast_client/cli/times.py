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
        return _stamp(found if found.tzinfo else _here(found, written))
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(
            f"{written!r} is not a time. Examples: 2026-11-28T03:00, 2026-11-28T03:00Z, 2h"
        ) from None


def _here(found: datetime, written: str) -> datetime:
    """In this machine's time zone. Raises click.BadParameter where its clocks show this twice, or never."""
    first, second = (found.replace(fold=fold).astimezone() for fold in (0, 1))
    if first == second:
        return first
    shown = "never" if first.replace(tzinfo=None) != found else "twice"
    examples = " or ".join(one.isoformat(timespec="minutes") for one in sorted({first, second}))
    raise click.BadParameter(f"The clocks of this machine show {written!r} {shown}. Write a zone: {examples}")


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


def exact(stamp: str | None) -> str:
    """As `local`, with the offset of the zone: where a mistake of an hour matters."""
    if not stamp:
        return ""
    try:
        return datetime.fromisoformat(stamp).astimezone().isoformat(sep=" ", timespec="minutes")
    except ValueError:
        return stamp


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
