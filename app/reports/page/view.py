"""What the page says about a report: the headline first, then what to do. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.core.time_zones import zone_of
from app.reports.day.calendar_day import NIGHTS
from app.reports.day.contents import LETTERS
from app.reports.day.outcomes import BAD, WORST_FIRST, Outcome
from app.reports.day.stored import FewJson, HeadJson, ItemJson, TotalsJson
from app.reports.page import wording
from app.reports.page.charts import Column, Piece, columns, size_text, stacked

ROWS: Final = 100
"""Rows of a table or of the heat map: the worst ones; the page says so where there are more."""
NAMES: Final = 5
CAUSES_FIRST: Final = 3
CHART_WIDTH: Final = 300.0
_SHOWN: Final = (*BAD, None, Outcome.RUNNING, Outcome.DONE_WITH_WARNINGS)


@dataclass(frozen=True, slots=True)
class Night:
    """An earlier night: a letter for each item, and the bytes moved."""

    letters: Mapping[str, str]
    moved: int | None


@dataclass(frozen=True, slots=True)
class Headline:
    text: str
    todo: Sequence[wording.Said] = ()
    is_bad: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """`pieces` by mark; `states`: (mark, count, word), worst first."""

    text: str
    pieces: Sequence[Piece]
    states: Sequence[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    group: str
    due: str
    outcome: str
    why: str
    job: str


@dataclass(frozen=True, slots=True)
class Weak:
    said: wording.Said
    count: int
    total: int
    unknown: int
    names: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class Change:
    title: str
    count: int
    names: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """`cells`: a letter for each night, the report's own last; `-` = there is no report of it."""

    name: str
    cells: str
    summary: str


@dataclass(frozen=True, slots=True)
class Growth:
    columns: Sequence[Column | None]
    newest: str | None
    largest: str | None
    known: int
    made: int


@dataclass(frozen=True, slots=True)
class View:
    head: HeadJson
    tenant: str
    day: str
    subtitle: str
    headline: Headline
    gaps: Sequence[str]
    pieces: Sequence[Piece]
    coverage: Coverage | None
    rows: Sequence[Row]
    more_rows: int
    causes: Sequence[tuple[Any, float]]
    """(the cause, its share of the most frequent one in per cent)."""
    weak: Sequence[Weak]
    changes: Sequence[Change] | None
    heat: Sequence[HeatRow]
    heat_of: int
    """How many items there are, of which `heat` shows the worst."""
    first_night: str
    last_night: str
    growth: Growth


def view_of(head: HeadJson, items: Sequence[ItemJson], nights: Mapping[date, Night], *, tenant: str) -> View:
    on = date.fromisoformat(head["date"])
    bad = sorted((item for item in items if item["outcome"] in _SHOWN or item.get("late")), key=_by_outcome)
    counts = _counts(head["totals"])
    most = max((cause["count"] for cause in head["failures"]), default=1)
    return View(
        head=head,
        tenant=tenant,
        day=f"{on:%A} {on.day} {on:%B %Y}",
        subtitle=_subtitle(head),
        headline=headline_of(head, items),
        gaps=[_gap(one["name"], one["data_as_of"], head) for one in head["unreachable"]],
        pieces=stacked(counts),
        coverage=_coverage(head),
        rows=[_row(item, head) for item in bad[:ROWS]],
        more_rows=max(0, len(bad) - ROWS),
        causes=[(cause, round(100 * cause["count"] / most, 1)) for cause in head["failures"][:ROWS]],
        weak=_weak(head),
        changes=_changes(head),
        heat=_heat(items, nights, on),
        heat_of=len(items),
        first_night=f"{_nights(on)[0].day} {_nights(on)[0]:%b}",
        last_night=f"{on.day} {on:%b}",
        growth=_growth(head, nights, on),
    )


def _subtitle(head: HeadJson) -> str:
    hours = "" if head["hours"] == 24 else f", a day of {head['hours']:g} hours"
    return f"{head['time_zone']}{hours}"


def _counts(totals: TotalsJson) -> dict[str, int]:
    by_name: Mapping[str, int] = {name: count for name, count in totals.items() if isinstance(count, int)}
    return {name: by_name[name] for name in wording.OUTCOMES if name != "not_due"}


# --- the headline ----------------------------------------------------------------------------------------------------
def headline_of(head: HeadJson, items: Sequence[ItemJson]) -> Headline:
    totals = head["totals"]
    runs = totals["expected"] + totals["unplanned"]
    wrong = _what_went_wrong(totals["failed"], totals["missed"])
    if totals["items"] == 0:
        remedy = (
            "Protect a VM: POST /v1/protected-items. GET /v1/vaults/{id}/unprotected-vms lists those without backup."
        )
        return Headline("Nothing is protected.", [wording.Said("There are no protected items", remedy)])
    if wrong:
        return Headline(f"{wrong}. {_rest(totals, runs)}", _todo(head, items))
    if totals["unknown"]:
        unknown = totals["unknown"]
        return Headline(f"Of {unknown:,} {_backups(unknown)} the outcome is not known. {_rest(totals, runs)}")
    if totals["running"]:
        running = "1 backup is" if totals["running"] == 1 else f"{totals['running']:,} backups are"
        return Headline(f"{running} running. {_rest(totals, runs)}", is_bad=False)
    if runs == 0:
        return Headline("Nothing was due.", is_bad=False)
    warned = f" {totals['done_with_warnings']} of them with warnings." if totals["done_with_warnings"] else ""
    every = "The backup was made." if runs == 1 else f"All {runs:,} backups were made."
    late = f" {totals['late']:,} of them too late." if totals.get("late") else ""
    return Headline(every + warned + late, is_bad=False)


def _what_went_wrong(failed: int, missed: int) -> str:
    if not failed or not missed:
        count, what = (failed, "failed") if failed else (missed, "did not start")
        return f"{count:,} {_backups(count)} {what}" if count else ""
    return f"{failed:,} {_backups(failed)} failed, {missed:,} did not start"


def _backups(count: int) -> str:
    return "backup" if count == 1 else "backups"


def _rest(totals: TotalsJson, runs: int) -> str:
    done = totals["done"] + totals["done_with_warnings"]
    return f"{done:,} of {runs:,} were made."


def _todo(head: HeadJson, items: Sequence[ItemJson]) -> list[wording.Said]:
    """What was missed, then the most frequent causes; and what to do about each."""
    missed = [item["vm"]["name"] for item in items if item["outcome"] == Outcome.MISSED]
    found = [wording.MISSED.of(_listed(missed[:NAMES], len(missed)))] if missed else []
    causes = head["failures"][:CAUSES_FIRST]
    return found + [wording.Said(one["title"], one["remedy"], _listed(one["vms"], one["count"])) for one in causes]


def _listed(names: Sequence[str], count: int) -> str:
    return ", ".join(names) + (f" and {count - len(names):,} more" if count > len(names) else "")


# --- rows ------------------------------------------------------------------------------------------------------------
def _by_outcome(item: ItemJson) -> tuple[int, str, str]:
    return [str(one) for one in WORST_FIRST].index(str(item["outcome"])), item["vm"]["name"], item["protected_item_id"]


def _row(item: ItemJson, head: HeadJson) -> Row:
    outcome = item["outcome"] or "unknown"
    reason = wording.REASONS.get(item["reason"] or "", "")
    late = wording.LATE if item.get("late") else ""
    why = item["cause"] or reason or late or (wording.MISSED.title + "." if outcome == "missed" else "")
    return Row(
        item["vm"]["name"],
        item["vm"]["resource_group"],
        _clock(item["due_at"], head) if item["due_at"] is not None else "not planned",
        outcome,
        why,
        (item["job"] or "").rpartition("/")[2],
    )


def _clock(at: str, head: HeadJson) -> str:
    """As the clocks of the zone show it; on days on which they change, with the offset."""
    local = datetime.fromisoformat(at).astimezone(zone_of(head["time_zone"]))
    return f"{local:%H:%M}" if head["hours"] == 24 else f"{local:%H:%M} {local:%z}"


def time_text(at: str | None, head: HeadJson) -> str:
    if at is None:
        return "not known"
    local = datetime.fromisoformat(at).astimezone(zone_of(head["time_zone"]))
    return f"{local.day} {local:%b %Y, %H:%M}"


def _gap(vault: str, at: str | None, head: HeadJson) -> str:
    read = f"were last read in full on {time_text(at, head)}" if at is not None else "were never read in full"
    return f"The jobs of the vault {vault} {read}. Backups since then may be missing here."


# --- the estate ------------------------------------------------------------------------------------------------------
def _coverage(head: HeadJson) -> Coverage | None:
    found = head["coverage"]
    if found is None or not found["total"]:
        return None
    by_state = found["by_state"]
    states = [(mark, by_state[name], word) for name, (mark, word) in wording.STATES.items() if by_state.get(name)]
    by_mark = dict.fromkeys(("missed", "failed", "unknown", "done"), 0)
    for mark, count, _ in states:
        by_mark[mark] += count
    percent = f" ({found['coverage_percent']:g} %)" if found["coverage_percent"] is not None else ""
    text = f"{by_state.get('protected', 0):,} of {found['total']:,} VMs are protected{percent}"
    return Coverage(f"{text}, as of {time_text(found['as_of'], head)}.", stacked(by_mark), states)


# --- weak spots and changes ------------------------------------------------------------------------------------------
def _names(few: FewJson) -> tuple[list[str], int]:
    names = [thing["name"] for thing in few["things"][:NAMES]]
    return names, few["count"] - len(names)


def _weak(head: HeadJson) -> list[Weak]:
    found = []
    for name, said in wording.WEAK.items():
        spot = head["weak"][name]
        if spot["count"] or spot["unknown"]:
            found.append(Weak(said, spot["count"], spot["total"], spot["unknown"], *_names(spot)))
    return sorted(found, key=lambda weak: not weak.count)


def _changes(head: HeadJson) -> list[Change] | None:
    changes = head["changes"]
    if changes is None:
        return None
    lists: Mapping[str, Any] = {name: value for name, value in changes.items() if name in wording.CHANGES}
    return [
        Change(title, lists[name]["count"], *_names(lists[name]))
        for name, title in wording.CHANGES.items()
        if lists[name]["count"]
    ]


# --- thirty nights ---------------------------------------------------------------------------------------------------
def _nights(on: date) -> list[date]:
    return [on - timedelta(days=days) for days in range(NIGHTS - 1, -1, -1)]


def _heat(items: Sequence[ItemJson], nights: Mapping[date, Night], on: date) -> list[HeatRow]:
    """The items with the most bad nights; of equal ones by name."""
    days = [nights[day].letters if day in nights else None for day in _nights(on)[:-1]]
    bad: Counter[str] = Counter()
    for letters in days:
        bad.update(key for key, letter in (letters or {}).items() if letter in "mf")
    own = {item["protected_item_id"]: LETTERS[item["outcome"]] for item in items}
    bad.update(key for key, letter in own.items() if letter in "mf")
    worst = sorted(items, key=lambda item: (-bad[item["protected_item_id"]], item["vm"]["name"]))[:ROWS]
    return [_heat_row(item, days, own) for item in worst]


def _heat_row(item: ItemJson, days: Iterable[Mapping[str, str] | None], own: Mapping[str, str]) -> HeatRow:
    key = item["protected_item_id"]
    cells = "".join(letters.get(key, "-") if letters is not None else "-" for letters in days) + own[key]
    made, bad = sum(letter in "dw" for letter in cells), sum(letter in "mf" for letter in cells)
    return HeatRow(item["vm"]["name"], cells, f"{made} made, {bad} failed or missed, of {NIGHTS} nights")


def _growth(head: HeadJson, nights: Mapping[date, Night], on: date) -> Growth:
    moved = [nights[day].moved if day in nights else None for day in _nights(on)[:-1]] + [head["moved"]["bytes"]]
    known = [size for size in moved if size is not None]
    made = head["totals"]["done"] + head["totals"]["done_with_warnings"]
    newest = head["moved"]["bytes"]
    return Growth(
        columns(moved, CHART_WIDTH),
        size_text(newest) if newest is not None else None,
        size_text(max(known)) if known else None,
        head["moved"]["known"],
        made,
    )
