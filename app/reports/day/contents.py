"""Makes a report: totals, causes, weak spots and items of one day. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.reports.day import weak_spots
from app.reports.day.calendar_day import READ_WITHIN, Day
from app.reports.day.changes import Earlier, changes_since
from app.reports.day.facts import Facts, ItemFacts, VaultFacts
from app.reports.day.histories import policies_of, policy_at
from app.reports.day.item_days import Planned, item_day, planned_of, runs_of
from app.reports.day.outcomes import ItemDay, Judged, Outcome, Reason
from app.reports.day.stored import (
    CauseJson,
    HeadJson,
    ItemJson,
    RunJson,
    SizeJson,
    TotalsJson,
    UnreachableJson,
    VaultJson,
)

LETTERS: Final[Mapping[str | None, str]] = {
    Outcome.DONE: "d",
    Outcome.DONE_WITH_WARNINGS: "w",
    Outcome.FAILED: "f",
    Outcome.MISSED: "m",
    Outcome.RUNNING: "r",
    Outcome.NOT_DUE: "n",
    None: "u",
}
"""How the nights of the heat map are kept: one letter for an item."""
_MADE: Final = frozenset({Outcome.DONE, Outcome.DONE_WITH_WARNINGS})
CAUSE_VMS: Final = 5
CANCELLED: Final[Mapping[str, Any]] = {
    "code": "cancelled",
    "title": "The backup was cancelled",
    "remedy": "If it is needed, start one: POST /v1/protected-items/{id}/backups.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """`nights`: item -> letter. `digest`: of what became of each item; equal ones need no new revision."""

    head: HeadJson
    items: Sequence[ItemJson]
    nights: Mapping[str, str]
    digest: str
    settles_at: datetime | None
    """When the grace of the last run ends; None = nothing was due."""


def make_report(day: Day, now: datetime, facts: Facts, earlier: Earlier | None) -> Report:
    planned = planned_of(facts, day)
    days = [(item, item_day(item, facts, planned, day, now)) for item in facts.items]
    items = [_item_json(item, found, day) for item, found in days]
    weak = weak_spots.weak_spots(facts)
    failures = _causes(days, {Outcome.FAILED})
    return Report(
        {
            "date": day.date.isoformat(),
            "time_zone": day.time_zone,
            "from": stamp(day.begins),
            "to": stamp(day.ends),
            "hours": day.hours,
            "provisional": now < day.ends,
            "data_as_of": _stamp_or_none(_oldest(facts)),
            "vaults": [_vault_json(vault) for vault in _vaults(facts)],
            "unreachable": _unreachable(days, facts, min(now, day.ends)),
            "totals": _totals(days),
            "failures": failures,
            "warnings": _causes(days, {Outcome.DONE_WITH_WARNINGS}),
            "coverage": facts.coverage,
            "weak": weak,
            "moved": _moved(days),
            "changes": changes_since(earlier, items, weak, facts, day) if earlier is not None else None,
        },
        items,
        {item["protected_item_id"]: LETTERS[item["outcome"]] for item in items},
        _digest(items, failures),
        _settles_at(facts, planned),
    )


def _settles_at(facts: Facts, planned: Planned) -> datetime | None:
    """When the grace of the last run of the day ends, over all items; None = nothing was due."""
    differing = {(key, item.grace): item for item in facts.items for key in policies_of(item) if key in planned.days}
    days = [(item, planned.days[key]) for (key, _), item in differing.items()]
    return max((run.late_at for item, day in days for run in runs_of(item, day)), default=None)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _stamp_or_none(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def _job_path(judged: Judged) -> str | None:
    return f"/v1/jobs/{judged.backup.id}" if judged.backup is not None else None


def _item_json(item: ItemFacts, found: ItemDay, day: Day) -> ItemJson:
    first = found.judged
    gone_at = item.gone_at
    cause = _cause_of(first)
    return {
        "protected_item_id": item.id,
        "vm": item.vm,
        "vault_id": item.vault_id,
        "policy_id": policy_at(item, day.ends),
        "gone_at": stamp(gone_at) if gone_at is not None and gone_at < day.ends else None,
        "due_at": _stamp_or_none(first.due_at),
        "outcome": first.outcome,
        "reason": first.reason,
        "job": _job_path(first),
        "late": first.late,
        "cause": cause["title"] if cause is not None else None,
        "consistency": item.consistency,
        "oldest_point_at": _stamp_or_none(item.oldest_point_at),
        "newest_point_at": _stamp_or_none(item.newest_point_at),
        "other_runs": [_run_json(one) for one in found.others],
    }


def _run_json(one: Judged) -> RunJson:
    return {
        "due_at": _stamp_or_none(one.due_at),
        "outcome": one.outcome,
        "reason": one.reason,
        "job": _job_path(one),
        "late": one.late,
    }


def _totals(days: Sequence[tuple[ItemFacts, ItemDay]]) -> TotalsJson:
    counted: Counter[Outcome | None] = Counter()
    expected = unplanned = late = 0
    for _, found in days:
        for run in found.runs:
            counted[run.outcome] += 1
            expected += run.due_at is not None
            unplanned += run.due_at is None
            late += run.late is True
    return {
        "items": len(days),
        "expected": expected,
        "unplanned": unplanned,
        "done": counted[Outcome.DONE],
        "done_with_warnings": counted[Outcome.DONE_WITH_WARNINGS],
        "failed": counted[Outcome.FAILED],
        "missed": counted[Outcome.MISSED],
        "running": counted[Outcome.RUNNING],
        "unknown": counted[None],
        "late": late,
        "not_due": sum(found.judged.outcome is Outcome.NOT_DUE for _, found in days),
        "uncounted": sum(found.is_uncounted for _, found in days),
    }


# --- causes ----------------------------------------------------------------------------------------------------------
def _cause_of(run: Judged) -> Mapping[str, Any] | None:
    if run.backup is None:
        return None
    if run.outcome is Outcome.FAILED:
        return run.backup.error or CANCELLED
    return run.backup.warning if run.outcome is Outcome.DONE_WITH_WARNINGS else None


def _causes(days: Iterable[tuple[ItemFacts, ItemDay]], which: set[Outcome]) -> list[CauseJson]:
    """Runs that ended so, by cause; the most frequent first."""
    found: dict[tuple[str, str], CauseJson] = {}
    for item, of_item in days:
        for run in of_item.runs:
            cause = _cause_of(run) if run.outcome in which else None
            if cause is None:
                continue
            azure_code, title = cause.get("azure_code"), str(cause.get("title") or "Azure gave no reason")
            one = found.setdefault(
                (str(azure_code or ""), title),
                {
                    "azure_code": azure_code,
                    "code": str(cause.get("code") or "unknown"),
                    "title": title,
                    "remedy": str(cause.get("remedy") or ""),
                    "count": 0,
                    "vms": [],
                },
            )
            one["count"] += 1
            if len(one["vms"]) < CAUSE_VMS and item.vm["name"] not in one["vms"]:
                one["vms"].append(item.vm["name"])
    return sorted(found.values(), key=lambda cause: (-cause["count"], cause["title"]))


# --- the age of what is known ----------------------------------------------------------------------------------------
def _vaults(facts: Facts) -> list[VaultFacts]:
    """Those that have items."""
    used = {item.vault_id for item in facts.items}
    return sorted((vault for vault in facts.vaults.values() if vault.id in used), key=lambda vault: vault.name)


def _vault_json(vault: VaultFacts) -> VaultJson:
    return {"vault_id": vault.id, "name": vault.name, "data_as_of": _stamp_or_none(vault.known_until)}


def _oldest(facts: Facts) -> datetime | None:
    """None where one vault was never read: then nothing can be said of all."""
    known = [vault.known_until for vault in _vaults(facts)]
    return None if None in known else min((at for at in known if at is not None), default=None)


def _unreachable(days: Iterable[tuple[ItemFacts, ItemDay]], facts: Facts, needed: datetime) -> list[UnreachableJson]:
    """Vaults whose jobs were not read in full for so long that this report may lack some."""
    waited_for = {item.vault_id for item, found in days if any(r.reason is Reason.VAULT_NOT_READ for r in found.runs)}
    found: list[UnreachableJson] = []
    for vault in _vaults(facts):
        is_old = vault.known_until is None or vault.known_until < needed - READ_WITHIN
        if is_old or vault.id in waited_for:
            detail = _what_is_missing(vault, is_old=is_old, needed=needed)
            known_until = _stamp_or_none(vault.known_until)
            found.append(
                {
                    "scope": vault.scope,
                    "code": "vault_not_read",
                    "detail": detail,
                    "name": vault.name,
                    "data_as_of": known_until,
                }
            )
    return found


def _what_is_missing(vault: VaultFacts, *, is_old: bool, needed: datetime) -> str:
    jobs = f"The jobs of the vault {vault.name} were"
    if vault.known_until is None:
        return f"{jobs} never read in full. Backups may be missing here."
    if is_old or vault.known_since is None or vault.known_until < needed:
        return f"{jobs} last read in full at {stamp(vault.known_until)}. Backups since then may be missing here."
    return f"{jobs} not read in full before {stamp(vault.known_since)}. Backups of that time may be missing here."


def _moved(days: Iterable[tuple[ItemFacts, ItemDay]]) -> SizeJson:
    sizes = [
        run.backup.bytes
        for _, found in days
        for run in found.runs
        if run.outcome in _MADE and run.backup is not None and run.backup.bytes is not None
    ]
    return {"bytes": sum(sizes) if sizes else None, "known": len(sizes)}


_SAID: Final = ("protected_item_id", "due_at", "outcome", "reason", "job", "late")


def _digest(items: Sequence[ItemJson], failures: Sequence[CauseJson]) -> str:
    """Without the age of the data, and without the points and settings of today."""
    said = [[*(item[name] for name in _SAID), item["other_runs"]] for item in items]
    causes = [[one["azure_code"], one["title"], one["count"]] for one in failures]
    return hashlib.sha256(json.dumps([said, causes], separators=(",", ":")).encode()).hexdigest()
