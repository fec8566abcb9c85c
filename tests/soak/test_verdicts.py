"""What the soak of restore tests would find: each fault that may be planted in Holdfast misses a bar."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.bench.report import Figure
from tests.soak.proof_verdicts import (
    NO_STATEMENT,
    PLANTED,
    Beside,
    Kind,
    LeftInAzure,
    Run,
    as_planted,
    breaks_of,
    left_figures,
    measured,
    triggered,
    unlike,
)

VMS = 20
TIMES = {"at": "2026-01-31T10:00:00Z", "ended": "2026-01-31T10:01:00Z"}


def run_of(place: int) -> Run:
    kind = PLANTED.get(place % 16, Kind("nothing"))
    left = [{"id": f"/disks/{place}-{one}", "reason": "It is locked."} for one in range(kind.left)]
    seconds = "60.0" if kind.had_disks else None
    levels = [{"level": "restored", "outcome": "passed" if kind.had_disks else "failed"}]
    return Run(str(place), place, f"/vm/{place}", "ended", kind.outcome, kind.level, left, seconds, levels)


GOOD = [run_of(place) for place in range(VMS)]
LEFT = frozenset(str(one["id"]) for run in GOOD for one in run.left)


def restores_of(runs: Sequence[Run]) -> list[Mapping[str, Any]]:
    asked = [{"targetVirtualMachineId": run.machine} for run in runs]
    return [{"asked": one, **TIMES} for one in (*asked, {})]


def figures(runs: Sequence[Run], restores: Sequence[Mapping[str, Any]], left: LeftInAzure) -> list[Figure]:
    return [
        *as_planted(runs, rounds=1, vms=VMS),
        *left_figures(runs, left),
        *triggered(runs, restores, VMS, Beside(1, [0.4])),
        *measured(runs, restores, rounds=1, vms=VMS),
    ]


def missed(
    runs: Sequence[Run], restores: Sequence[Mapping[str, Any]] | None = None, left: LeftInAzure | None = None
) -> set[str]:
    left = left or LeftInAzure(LEFT, frozenset(), [])
    made = restores_of(GOOD) if restores is None else restores
    return {one.name for one in figures(runs, made, left) if one.met is False}


def changed(place: int, **values: Any) -> list[Run]:
    return [replace(one, **values) if one.position == place else one for one in GOOD]


FAULTS: Mapping[str, tuple[Callable[[], set[str]], set[str]]] = {
    "none": (lambda: missed(GOOD), set()),
    "a run is missing": (lambda: missed(GOOD[:-1]), {"proof_runs", "proof_no_boot", "proof_compared", "proof_doubled"}),
    "a false alarm": (
        lambda: missed(changed(9, outcome="failed", level="boots")),
        {"proof_nothing", "proof_wrong", "proof_alarms"},
    ),
    "a missing disk is not seen": (
        lambda: missed(changed(0, outcome="proven", level=None)),
        {"proof_no_disk", "proof_wrong"},
    ),
    "a failure at another level": (lambda: missed(changed(5, level="boots")), {"proof_bad_script", "proof_wrong"}),
    "what a lock keeps is not named": (
        lambda: missed(changed(7, left=())),
        {"proof_locked", "proof_wrong", "proof_unnamed"},
    ),
    "a disk stays": (
        lambda: missed(GOOD, None, LeftInAzure(LEFT | {"/disks/stray"}, frozenset({"/disks/stray"}), [])),
        {"proof_unnamed", "proof_left"},
    ),
    "another's disk is deleted": (lambda: missed(GOOD, None, LeftInAzure(LEFT, frozenset(), ["/d"])), {"proof_gone"}),
    "a restore twice": (lambda: missed(GOOD, [*restores_of(GOOD), restores_of(GOOD)[3]]), {"proof_doubled"}),
    "a person's restore is not sent": (lambda: missed(GOOD, restores_of(GOOD)[:-1]), {"proof_beside"}),
    "a time is wrong": (lambda: missed(changed(9, disks_seconds="63.0")), {"proof_measured"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_holdfast_misses_a_bar(fault: str) -> None:
    found, wanted = FAULTS[fault]
    assert found() == wanted


def test_evidence_that_is_not_of_its_run_or_not_in_the_chain_is_named() -> None:
    run = GOOD[5]
    stated = {
        "run": {"id": run.id},
        "outcome": "failed",
        "failed_level": "answers",
        "levels": [dict(one) for one in run.levels],
        "left": [],
    }
    assert unlike(run, stated) is None
    wrongs: list[dict[str, Any]] = [
        {"outcome": "proven"},
        {"failed_level": None},
        {"levels": []},
        {"left": [{"id": 1}]},
    ]
    for wrong in wrongs:
        assert unlike(run, stated | wrong) is not None, wrong
    assert unlike(replace(run, position=9), stated) is not None, "as planted, not as the row says"
    assert breaks_of({1: (NO_STATEMENT, "a"), 2: ("a", "b")}) == []
    assert len(breaks_of({1: (NO_STATEMENT, "a"), 3: ("a", "b")})) == 1
    assert len(breaks_of({1: (NO_STATEMENT, "a"), 2: ("x", "b")})) == 1
