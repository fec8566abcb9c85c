"""Which day a report is about, when it is written, and in which form it is answered. Pure."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from app.core.time_zones import zone_of
from app.policies.zones import EXAMPLES, suggestions
from app.reports.day.calendar_day import Day, day_of
from app.reports.errors import FormNotOffered, ReportNotDue, ReportNotFound, TimeZoneNotKnown

CATCH_UP_DAYS: Final = 7
"""A worker that was away writes the reports of this many days."""
SETTLING: Final = timedelta(days=3)
"""So long after its day a report may get further revisions."""
LONGEST_PAUSE: Final = timedelta(hours=12)
"""Between two revisions."""
LAST_LOOK: Final = timedelta(hours=6)
"""So long after the settling the last revision may be written, if a worker was away."""
WAITED_FOR_GRACE: Final = timedelta(hours=12)
"""The longest grace that a policy gives. A tenant may set one of up to 30 days: the report does not wait for that."""
Form = Literal["application/json", "text/csv", "text/html"]
FORMS: Final[Sequence[Form]] = ("application/json", "text/csv", "text/html")


def read_day(on: date, time_zone: str, *, where: str) -> Day:
    """`where` names the parameters: `query:{}` or `#/{}`. Raises TimeZoneNotKnown, ReportNotDue."""
    try:
        return day_of(on, time_zone)
    except OverflowError:
        remedy = "Ask for a date that has begun."
        raise ReportNotDue("The calendar ends there.", pointer=where.format("date"), remedy=remedy) from None
    except ValueError as error:
        fit = " or ".join(suggestions(time_zone))
        remedy = f"Use an IANA name; did you mean {fit}?" if fit else f"Use an IANA name {EXAMPLES}."
        raise TimeZoneNotKnown(f"{error}.", pointer=where.format("time_zone"), remedy=remedy) from None


def today(time_zone: str, now: datetime) -> date:
    """The date that clocks of the zone show. Raises ValueError."""
    return now.astimezone(zone_of(time_zone)).date()


def check_date(day: Day, now: datetime, *, kept_days: float, where: str) -> None:
    """Raises ReportNotDue for a day that has not begun, ReportNotFound for one before the retention of reports."""
    if day.begins > now:
        raise ReportNotDue(
            f"{day.date} has not begun in {day.time_zone}.",
            pointer=where.format("date"),
            remedy=f"The newest report there can be is of {today(day.time_zone, now)}; it is provisional until that day"
            " is over.",
        )
    if now - day.ends > timedelta(days=kept_days):
        raise ReportNotFound(
            f"Reports are kept for {kept_days:g} days.",
            pointer=where.format("date"),
            remedy="Ask for a later date. The jobs themselves are kept: GET /v1/jobs with started_since and "
            "finished_until.",
        )


def first_kept(now: datetime, *, kept_days: float) -> date:
    """Reports of earlier dates are deleted, in every time zone."""
    return (now.astimezone(UTC) - timedelta(days=min(kept_days + 1, 300_000))).date()


# --- the worker ------------------------------------------------------------------------------------------------------
def dates_to_write(time_zone: str, now: datetime, *, since: datetime, written: Collection[date]) -> list[date]:
    """Days that are over and have no report yet, oldest first: of the last week, none from before `since`."""
    newest = today(time_zone, now) - timedelta(days=1)
    first = max(newest - timedelta(days=CATCH_UP_DAYS - 1), today(time_zone, since))
    days = (newest - first).days + 1
    return [day for day in (first + timedelta(days=number) for number in range(days)) if day not in written]


def settled_at(day: Day, last_grace_ends: datetime | None) -> datetime:
    """When the first revision can be written: what is still within its grace then is said to be so."""
    return max(day.ends, min(last_grace_ends or day.ends, day.ends + WAITED_FOR_GRACE))


def may_change(day: Day, now: datetime, revision: int, written_at: datetime) -> bool:
    """Whether a report may get another revision now. `revision`, `written_at`: of the newest one.

    They are spaced 1, 2, 4, 8, 12, 12, ... hours: at most nine fit in three days, and the last one says how it ended.
    """
    closes = day.ends + SETTLING
    if now >= closes:
        return written_at < closes and now < closes + LAST_LOOK
    return now >= written_at + min(timedelta(hours=2 ** (min(revision, 9) - 1)), LONGEST_PAUSE)


# --- what the caller takes -------------------------------------------------------------------------------------------
_RANGE: Final = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*")
_QUALITY: Final = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def form_for(accept: str | None) -> Form:
    """The form to answer in, by the header Accept (RFC 9110 section 12.5.1); JSON where it leaves the choice.

    Raises FormNotOffered.
    """
    if accept is None or not accept.strip():
        return FORMS[0]
    asked = [found for part in accept.split(",") if (found := _read_range(part)) is not None]
    wanted = [(_quality(form, asked), -number, form) for number, form in enumerate(FORMS)]
    quality, _, form = max(wanted)
    if quality <= 0:
        raise FormNotOffered(
            "None of the forms that the header Accept names is offered.",
            pointer="header:Accept",
            remedy=f"Send Accept with one of {', '.join(FORMS)}.",
        )
    return form


def _read_range(part: str) -> tuple[str, str, float] | None:
    media, *parameters = part.split(";")
    found = _RANGE.fullmatch(media)
    if found is None:
        return None
    qualities = [float(match[1]) for one in parameters if (match := _QUALITY.fullmatch(one))]
    return found[1].lower(), found[2].lower(), qualities[0] if qualities else 1.0


def _quality(form: Form, asked: Sequence[tuple[str, str, float]]) -> float:
    """Of the most specific range that fits."""
    kind, _, subtype = form.partition("/")
    for fits in ((kind, subtype), (kind, "*"), ("*", "*")):
        for one in asked:
            if one[:2] == fits:
                return one[2]
    return 0.0
