"""Which quarter a report is about, and whether there is one. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from app.reports.day.calendar_day import Day
from app.reports.errors import ReportNotDue, ReportNotFound
from app.reports.rules import read_day, today
from app.restore_tests.runs.pruning import KEPT

PATTERN: Final = r"^20[0-9]{2}-Q[1-4]$"
WHERE: Final = "query:{}"


@dataclass(frozen=True, slots=True)
class Quarter:
    """From the first instant of its first date to the first of the next quarter, in UTC, as the zone's clocks go."""

    name: str
    """`2026-Q4`."""
    time_zone: str
    begins: datetime
    ends: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends


def read_quarter(name: str, time_zone: str) -> Quarter:
    """`name` fits PATTERN. Raises TimeZoneNotKnown."""
    year, number = int(name[:4]), int(name[-1])
    first, after = date(year, 3 * number - 2, 1), date(year + number // 4, 3 * number % 12 + 1, 1)
    begins, ends = (_day(on, time_zone).begins for on in (first, after))
    return Quarter(name, time_zone, begins, ends)


def _day(on: date, time_zone: str) -> Day:
    return read_day(on, time_zone, where=WHERE)


def check_quarter(quarter: Quarter, now: datetime) -> None:
    """Raises ReportNotDue for one that has not begun, ReportNotFound for one of which runs may be deleted by now."""
    pointer = WHERE.format("quarter")
    if quarter.begins > now:
        newest = today(quarter.time_zone, now)
        raise ReportNotDue(
            f"{quarter.name} has not begun in {quarter.time_zone}.",
            pointer=pointer,
            remedy=f"The newest there can be is {name_of(newest)}; it is provisional until that quarter is over.",
        )
    if quarter.begins < now - KEPT:
        raise ReportNotFound(
            f"Runs are kept for {KEPT // timedelta(days=1)} days: not all of that quarter are there any more.",
            pointer=pointer,
            remedy="Ask for a later quarter. Evidence is kept for ever: GET /v1/restore-test-runs/{id}/evidence.",
        )


def name_of(on: date) -> str:
    return f"{on.year}-Q{(on.month + 2) // 3}"
