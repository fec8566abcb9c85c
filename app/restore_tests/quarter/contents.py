"""From the facts of a quarter to its report, as JSON. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from app.azure.names import read_vm_id
from app.core.letter_case import fold_case
from app.evidence.proofs import CONCLUSIVE
from app.evidence.statement import digest_of
from app.reports.day.contents import stamp
from app.restore_tests.levels import Level
from app.restore_tests.quarter.facts import EvidenceFacts, ItemFacts, PlanRunFacts, QuarterFacts, RunFacts
from app.restore_tests.quarter.period import Quarter
from app.restore_tests.rules import Outcome

Json = dict[str, Any]
NOT_TESTED: Final = "not_tested"
WORST_FIRST: Final = (Outcome.FAILED, Outcome.TIMED_OUT, NOT_TESTED, Outcome.NOT_PROVEN, Outcome.PROVEN)
MOST_FAILURES, MOST_LEFT = 1000, 100
NO_RUN: Final = "No restore test of it ended in this quarter."


def report_of(quarter: Quarter, facts: QuarterFacts, *, is_over: bool) -> Json:
    """The report but for `made_at`: the same rows make the same report, with the same `digest`."""
    by_item = _by_item(facts.runs)
    items = sorted((_item(one, by_item.get(one.id, ())) for one in facts.items), key=_worst_first)
    outcomes = Counter(one["outcome"] for one in items)
    levels = Counter(one["proven_level"] for one in items if one["outcome"] == Outcome.PROVEN)
    bad = [_run(one) for one in reversed(facts.runs) if one.outcome != Outcome.PROVEN]
    left = [_left(run, thing) for run in facts.runs for thing in run.left]
    report = {
        "quarter": quarter.name,
        "time_zone": quarter.time_zone,
        "from": stamp(quarter.begins),
        "to": stamp(quarter.ends),
        "provisional": not is_over,
        "tenant": {"id": facts.tenant_id, "name": facts.tenant_name},
        "totals": {
            "items": len(items),
            **{str(outcome): outcomes[outcome] for outcome in WORST_FIRST},
            "proven_percent": _percent(outcomes[Outcome.PROVEN], len(items)),
            "proven_by_level": {level.value: levels[level] for level in Level},
            "runs": len(facts.runs),
        },
        "groups": _groups(items),
        "plans": [_plan_run(one) for one in facts.plan_runs],
        "items": items,
        "failures": {"count": len(bad), "runs": bad[:MOST_FAILURES]},
        "left": {"count": len(left), "things": left[:MOST_LEFT]},
        "evidence": _chain([one.evidence for one in facts.runs if one.evidence is not None]),
    }
    return report | {"digest": digest_of(report)}


def _by_item(runs: Iterable[RunFacts]) -> Mapping[str, Sequence[RunFacts]]:
    found: defaultdict[str, list[RunFacts]] = defaultdict(list)
    for run in runs:
        found[run.item_id].append(run)
    return found


def _worst_first(item: Json) -> tuple[int, str, str]:
    return [str(one) for one in WORST_FIRST].index(item["outcome"]), item["vm"]["name"], item["protected_item_id"]


# --- items -----------------------------------------------------------------------------------------------------------
def _item(item: ItemFacts, runs: Sequence[RunFacts]) -> Json:
    """The last run that judged it decides; a proof before it is still shown."""
    judged = [one for one in runs if one.outcome in CONCLUSIVE]
    last = judged[-1] if judged else runs[-1] if runs else None
    proof = next((one for one in reversed(runs) if one.outcome == Outcome.PROVEN), None)
    counts = Counter(one.outcome for one in runs)
    return {
        "protected_item_id": item.id,
        "vm": _vm(item.vm_id),
        "state": item.state or "gone",
        "outcome": last.outcome if last is not None else NOT_TESTED,
        **(_why(last) if last is not None else dict.fromkeys(("failed_level", "azure_code", "remedy"))),
        "reason": _reason(last),
        "run": _path(last) if last is not None else None,
        "ended_at": stamp(last.ended_at) if last is not None else None,
        "proven_at": stamp(proof.ended_at) if proof is not None else None,
        "proven_level": _last_level(proof) if proof is not None else None,
        "recovery_point_time": last.recovery_point_time if last is not None else None,
        "rto_seconds": proof.rto_seconds if proof is not None else None,
        "runs": {outcome.value: counts[outcome] for outcome in Outcome},
        "evidence": _evidence(last.evidence) if last is not None else None,
    }


def _reason(run: RunFacts | None) -> str | None:
    if run is None:
        return NO_RUN
    return None if run.outcome == Outcome.PROVEN else run.detail or f"It ended as {run.outcome}."


def _why(run: RunFacts) -> Json:
    level = next((one for one in run.levels if one["outcome"] == "failed"), {})
    return {
        "failed_level": run.failed_level,
        "azure_code": level.get("azure_code"),
        "remedy": level.get("remedy") if run.outcome != Outcome.PROVEN else None,
    }


def _last_level(run: RunFacts) -> str | None:
    passed = [one["level"] for one in run.levels if one["outcome"] == "passed"]
    return passed[-1] if passed else None


def _vm(vm_id: str) -> Json:
    vm = read_vm_id(vm_id)
    return {"id": vm_id, "name": vm.name, "resource_group": vm.resource_group, "subscription_id": vm.subscription_id}


def _run(run: RunFacts) -> Json:
    return {
        "run": _path(run),
        "protected_item_id": run.item_id,
        "vm_name": read_vm_id(run.vm_id).name,
        "restore_test_id": run.restore_test_id,
        "ended_at": stamp(run.ended_at),
        "outcome": run.outcome,
        **_why(run),
        "reason": _reason(run),
        "recovery_point_time": run.recovery_point_time,
        "evidence": _evidence(run.evidence),
    }


def _path(run: RunFacts) -> str:
    return f"/v1/restore-test-runs/{run.id}"


def _left(run: RunFacts, thing: Mapping[str, Any]) -> Json:
    name = read_vm_id(run.vm_id).name
    return {"run": _path(run), "vm_name": name, "id": thing["id"], "reason": thing.get("reason")}


def _evidence(found: EvidenceFacts | None) -> Json | None:
    return {"sequence": found.sequence, "sha256": found.sha256, "key_id": found.key_id} if found is not None else None


# --- groups, plans, evidence -----------------------------------------------------------------------------------------
def _groups(items: Iterable[Json]) -> list[Json]:
    """By resource group, however it is written."""
    found: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)
    for item in items:
        vm = item["vm"]
        found[vm["subscription_id"].lower(), fold_case(vm["resource_group"])].append(item)
    return [_group(found[key]) for key in sorted(found)]


def _group(items: Sequence[Json]) -> Json:
    vm = items[0]["vm"]
    proven = sum(one["outcome"] == Outcome.PROVEN for one in items)
    times = sorted(one["rto_seconds"] for one in items if one["rto_seconds"] is not None)
    rto = {"shortest": times[0], "median": round(median(times), 3), "longest": times[-1]} if times else None
    return {
        "subscription_id": vm["subscription_id"],
        "resource_group": vm["resource_group"],
        "items": len(items),
        "proven": proven,
        "proven_percent": _percent(proven, len(items)),
        "rto_seconds": rto,
    }


def _plan_run(run: PlanRunFacts) -> Json:
    promised, rto = run.promised_rto_seconds, run.rto_seconds
    return {
        "plan_id": run.plan_id,
        "name": run.plan_name,
        "run": f"/v1/recovery-runs/{run.id}",
        "mode": run.mode,
        "ended_at": stamp(run.ended_at),
        "members": run.members,
        "came_back": run.came_back,
        "rto_seconds": rto,
        "promised_rto_seconds": promised,
        "promise_kept": rto <= promised if rto is not None and promised is not None else None,
    }


def _chain(found: Sequence[EvidenceFacts]) -> Json:
    """Which of the tenant's statements are of this quarter. Others may lie between them."""
    newest = max(found, key=lambda one: one.sequence, default=None)
    return {
        "count": len(found),
        "first_sequence": min((one.sequence for one in found), default=None),
        "last_sequence": newest.sequence if newest is not None else None,
        "last_sha256": newest.sha256 if newest is not None else None,
        "key_ids": sorted({one.key_id for one in found}),
    }


def _percent(part: int, total: int) -> float | None:
    return round(100.0 * part / total, 1) if total else None
