"""The report of a quarter as a page that can be printed. It runs no script and loads nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.core.time_zones import zone_of
from app.reports.page.charts import stacked
from app.reports.page.rendering import render_template

ROWS: Final = 500
"""Rows of a table, the worst off first; the page says so where there are more."""
WORDS: Final[Mapping[str, str]] = {
    "failed": "failed",
    "timed_out": "timed out",
    "not_tested": "not tested",
    "not_proven": "not proven",
    "proven": "proven",
}
"""Worst first."""
MARKS: Final[Mapping[str, str]] = {
    "failed": "failed",
    "timed_out": "missed",
    "not_tested": "unknown",
    "not_proven": "running",
    "proven": "done",
}
"""The mark of each outcome, of those that the daily report has."""
STATES: Final = {"gone": "no longer protected", "soft_deleted": "deleted, can be brought back"}


def as_page(report: Mapping[str, Any]) -> str:
    zone = zone_of(report["time_zone"])

    def moment(at: str | None) -> str:
        local = datetime.fromisoformat(at).astimezone(zone) if at is not None else None
        return f"{local.day} {local:%b %Y, %H:%M}" if local is not None else ""

    totals = report["totals"]
    pieces = stacked({MARKS[name]: totals[name] for name in reversed(list(WORDS))})
    return render_template(
        "quarter.html.j2",
        report=report,
        title=f"Restore tests, quarter {report['quarter'][-1]} of {report['quarter'][:4]}",
        headline=headline_of(totals),
        up_to=up_to_of(totals["proven_by_level"]),
        pieces=pieces,
        words=WORDS,
        marked=MARKS,
        states=STATES,
        rows=ROWS,
        moment=moment,
        minutes=minutes_text,
        period=(moment(report["from"]), moment(report["to"])),
    )


def headline_of(totals: Mapping[str, Any]) -> str:
    items, proven = totals["items"], totals["proven"]
    if not items:
        return "Nothing was protected."
    if proven == items:
        return "The VM was proven to come back." if items == 1 else f"All {items:,} VMs were proven to come back."
    rest = [f"{totals[name]:,} {words}" for name, words in WORDS.items() if name != "proven" and totals[name]]
    return f"{proven:,} of {items:,} VMs {'was' if proven == 1 else 'were'} proven to come back: {', '.join(rest)}."


def up_to_of(by_level: Mapping[str, int]) -> str:
    """How far the proofs went, the least first: `2 up to restored, 1 up to your check`."""
    return ", ".join(f"{count:,} up to {level.replace('_', ' ')}" for level, count in by_level.items() if count)


def minutes_text(seconds: float | None) -> str:
    """`3 min 20 s`, `2 h 5 min`; empty where it is not known."""
    if seconds is None:
        return ""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
