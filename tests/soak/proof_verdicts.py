"""What must have come of R25: by the plan of each round, by the simulator's truth, and by evidence read without us.

Every bar follows from rounds and VMs, never from the rows that are judged. Evidence is verified with the script of the
docs, which shares no code with Holdfast.
"""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from statistics import median
from typing import Any

from cryptography.exceptions import InvalidSignature

from tests.bench.caller import ask, request_bytes
from tests.bench.report import Figure
from tests.evidence.offline_verifier import offline_verifier
from tests.soak.once import ALL_OVER
from tests.soak.stage import Stage


@dataclass(frozen=True, slots=True)
class Kind:
    """What is planted of a VM, and what must come of it."""

    name: str
    outcome: str = "proven"
    level: str | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    script: Mapping[str, Any] = field(default_factory=dict)
    left: int = 0
    """Things that cannot be deleted, and must be named."""

    @property
    def had_disks(self) -> bool:
        return self.level != "restored"


FAILED, LATE = "failed", "timed_out"
PLANTED: Mapping[int, Kind] = {
    0: Kind("no disk", FAILED, "restored", {"missing_luns": [0]}),
    1: Kind("another LUN", FAILED, "restored", {"moved_luns": {"0": 5}}),
    2: Kind("quota", FAILED, "restored", {"quota": True}),
    3: Kind("no boot", LATE, "boots", {"no_boot": True}),
    4: Kind("no agent", LATE, "boots", {"agent_never": True}),
    5: Kind("bad script", FAILED, "answers", script={"exit_code": 3, "seconds": 1}),
    6: Kind("slow boot", plan={"agent_seconds": 12_000}),
    7: Kind("locked", plan={"locked": ["disk"]}, left=2),
    8: Kind("up early", plan={"agent_seconds": 1}),
}
"""By a VM's place in its round, modulo 16. The rest has nothing planted."""
NOTHING = Kind("nothing")
WITHIN_SECONDS = 1.0
SENT_WITHIN_SECONDS = 2.0
"""Of the median restore that a person asked for beside the tests."""
NO_STATEMENT = "0" * 64
"""What the first statement names as the one before it (docs/evidence.md)."""
RUNS = """
SELECT id::text, position, lower(machine_id), state, outcome, failed_level, "left", measured->>'disks_seconds', levels,
    detail FROM restore_test_runs ORDER BY job_id, position
"""
RESTORES_LEFT = """
SELECT DISTINCT restore_id::text FROM restore_test_runs WHERE jsonb_array_length("left") > 0 AND restore_id IS NOT NULL
"""
TEAR_DOWNS = "SELECT id::text FROM jobs WHERE kind = 'tear_down'"


@dataclass(frozen=True, slots=True)
class Run:
    """A row."""

    id: str
    position: int
    machine: str | None
    state: str
    outcome: str | None
    level: str | None
    left: Sequence[Mapping[str, Any]] = ()
    disks_seconds: str | None = None
    levels: Sequence[Mapping[str, Any]] = ()
    detail: str | None = None

    @property
    def kind(self) -> Kind:
        return PLANTED.get(self.position % 16, NOTHING)

    @property
    def is_as_planted(self) -> bool:
        seen = (self.state, self.outcome, self.level, len(self.left))
        return seen == ("ended", self.kind.outcome, self.kind.level, self.kind.left)


@dataclass(frozen=True, slots=True)
class Beside:
    """Restores that a person asked for: how many, and how long each waited to be sent."""

    asked: int
    waited: Sequence[float]


@dataclass(frozen=True, slots=True)
class LeftInAzure:
    """Folded ids of what was there after all rounds, and after the locks were taken off and all was torn down again."""

    while_locked: frozenset[str]
    at_the_end: frozenset[str]
    gone: Sequence[str]
    """What was there before it all, and is not any more."""


async def left_in_azure(stage: Stage) -> LeftInAzure:
    """The locks are taken off, and what they kept is torn down by the public API."""
    await stage.until(ALL_OVER, [row[0] for row in stage.rows(TEAR_DOWNS)], seconds=120)
    locked = await stage.control("GET", "truth/inventory")
    locks = [f"{one}/providers/Microsoft.Authorization/locks/planted" for one in locked["appeared"]]
    await stage.control("POST", "remove", {"ids": locks})
    for (restore,) in stage.rows(RESTORES_LEFT):
        await ask(stage.api.url, request_bytes("DELETE", f"/v1/restores/{restore}/resources", stage.api.headers))
    await stage.until(ALL_OVER, [row[0] for row in stage.rows(TEAR_DOWNS)], seconds=120)
    after = await stage.control("GET", "truth/inventory")
    return LeftInAzure(frozenset(locked["appeared"]), frozenset(after["appeared"]), after["gone"])


async def figures_of(stage: Stage, *, rounds: int, have_ended: bool, beside: Beside, left: LeftInAzure) -> list[Figure]:
    runs = [Run(*row) for row in stage.rows(RUNS)]
    restores = list((await stage.control("GET", "truth"))["restores"])
    verified, unverified = await _verified(stage, runs)
    expected = rounds * len(stage.items)
    return [
        *as_planted(runs, rounds=rounds, vms=len(stage.items), have_ended=have_ended),
        *left_figures(runs, left),
        *triggered(runs, restores, expected, beside),
        Figure(
            "proof_evidence",
            "  signed, verified offline, as the run says, and in one chain",
            verified,
            "",
            (expected, True),
            "\n".join(unverified[:20]),
        ),
        *measured(runs, restores, rounds=rounds, vms=len(stage.items)),
    ]


def wanted_of(rounds: int, vms: int) -> Counter[str]:
    """How many runs of each kind there must be."""
    return Counter(PLANTED.get(place % 16, NOTHING).name for place in range(vms) for _ in range(rounds))


def as_planted(runs: Sequence[Run], *, rounds: int, vms: int, have_ended: bool = True) -> list[Figure]:
    """Each planted failure is named at its level as often as it was planted, and nothing else failed."""
    good = Counter(one.kind.name for one in runs if one.is_as_planted)
    wrong = [
        f"{one.machine}, {one.kind.name}: {one.state} {one.outcome} {one.level}; {len(one.left)} left: {one.detail}"
        for one in runs
        if not one.is_as_planted
    ]
    alarms = sum(one.kind.outcome == "proven" and one.outcome not in {None, "proven"} for one in runs)
    said = ", ".join(f"{name} {count}" for name, count in sorted(Counter(str(one.outcome) for one in runs).items()))
    ended = sum(one.state == "ended" for one in runs) if have_ended else 0
    return [
        Figure("proof_runs", "R25 restore tests that ended", ended, said, (rounds * vms, True)),
        *(
            Figure(f"proof_{name.replace(' ', '_')}", f"  as planted: {name}", good[name], "", (count, True))
            for name, count in sorted(wanted_of(rounds, vms).items())
        ),
        Figure("proof_wrong", "  not as planted", len(wrong), "", (0, False), "\n".join(wrong[:20])),
        Figure("proof_alarms", "  false alarms", alarms, "", (0, False)),
    ]


def left_figures(runs: Sequence[Run], left: LeftInAzure) -> list[Figure]:
    """What could not be deleted is named, with Azure's reason; when it could be, nothing was left."""
    named = {str(one["id"]).lower() for run in runs for one in run.left}
    unnamed, unexplained = left.while_locked - named, sum(not one.get("reason") for run in runs for one in run.left)
    return [
        Figure("proof_unnamed", "  left in Azure, and not named", len(unnamed), "", (0, False), "\n".join(unnamed)),
        Figure("proof_not_left", "  named as left, and not there", len(named - left.while_locked), "", (0, False)),
        Figure("proof_unexplained", "  left without a reason", unexplained, "", (0, False)),
        Figure(
            "proof_left",
            "  left when the locks were off",
            len(left.at_the_end),
            "",
            (0, False),
            "\n".join(sorted(left.at_the_end)[:20]),
        ),
        Figure("proof_gone", "  deleted that was there before", len(left.gone), "", (0, False)),
    ]


def triggered(
    runs: Sequence[Run], restores: Sequence[Mapping[str, Any]], expected: int, beside: Beside
) -> list[Figure]:
    """One restore of each run, and of each that a person asked for; the tests did not keep that one waiting."""
    machines = Counter(str(one["asked"].get("targetVirtualMachineId") or "").lower() for one in restores)
    others = machines.pop("", 0)
    more = machines - Counter({str(one.machine): 1 for one in runs})
    return [
        Figure("proof_restores", "  VMs restored", len(machines), "", (expected, True)),
        Figure("proof_doubled", "  restores triggered, beside one of each run", more.total(), "", (0, False)),
        Figure("proof_beside", "  restores of a person, beside", others, "", (beside.asked, True)),
        Figure("proof_beside_more", "  of these doubled", max(0, others - beside.asked), "", (0, False)),
        Figure(
            "proof_beside_waited",
            "  the median of these was sent after",
            median(beside.waited) if beside.waited else float("inf"),
            "s",
            (SENT_WITHIN_SECONDS, False),
            f"{len(beside.waited)} were sent; the longest waited {max(beside.waited, default=0.0):.1f} s",
        ),
    ]


def measured(runs: Sequence[Run], restores: Sequence[Mapping[str, Any]], *, rounds: int, vms: int) -> list[Figure]:
    """Each run whose disks were there has a time, and it is that of the simulator."""
    truth = {str(one["asked"].get("targetVirtualMachineId") or "").lower(): one for one in restores}
    compared, late = 0, 0.0
    for run in runs:
        made = truth.get(str(run.machine))
        if run.disks_seconds is not None and made is not None and made["ended"] is not None:
            took = datetime.fromisoformat(made["ended"]) - datetime.fromisoformat(made["at"])
            compared, late = compared + 1, max(late, abs(float(run.disks_seconds) - took.total_seconds()))
    kinds = [PLANTED.get(place % 16, NOTHING) for place in range(vms)]
    had_disks = rounds * sum(one.had_disks for one in kinds)
    return [
        Figure("proof_compared", "  measured times compared with the simulator's", compared, "", (had_disks, True)),
        Figure("proof_measured", "  measured time to disks, off by at most", late, "s", (WITHIN_SECONDS, False)),
    ]


def in_peace(proven: int, took: float, tests: int) -> list[Figure]:
    """What a test adds to Azure's own times, which are less than a second at the simulator's pace.

    `took`: seconds of a round of `tests`, one after another, from the first one's turn to the end of the last.
    """
    each = took / tests if proven == tests else float("inf")
    said = f"{tests} one after another took {took:.1f} s"
    return [
        Figure("proof_peace", "In peace, one at a time: runs proven", proven, "", (tests, True)),
        Figure("proof_overhead", "  a run takes beyond Azure's own times", each, "s", (10.0, False), said),
    ]


# --- evidence --------------------------------------------------------------------------------------------------------
async def _verified(stage: Stage, runs: Sequence[Run]) -> tuple[int, list[str]]:
    """How many runs have evidence that the script of the docs verifies, all in one chain; and what is wrong."""
    script, keys = offline_verifier(), await stage.api.get("/v1/evidence/keys")
    links, wrong = dict[int, tuple[str, str]](), list[str]()
    for run in runs:
        try:
            envelope = await stage.api.get(f"/v1/restore-test-runs/{run.id}/evidence")
            stated = script.verify(envelope, keys)["predicate"]
        except (RuntimeError, ValueError, KeyError, TypeError, InvalidSignature) as error:
            wrong.append(f"{run.id}: {type(error).__name__} {error}")
            continue
        if (why := unlike(run, stated)) is not None:
            wrong.append(f"{run.id} {run.outcome}: {why}")
            continue
        payload = base64.b64decode(envelope["payload"])
        links[stated["chain"]["sequence"]] = (stated["chain"]["previous"], sha256(payload).hexdigest())
    breaks = breaks_of(links)
    return len(links) - len(breaks), wrong + breaks


def unlike(run: Run, stated: Mapping[str, Any]) -> str | None:
    """In what the evidence is not what was planted, or not what the run shows."""
    kind = run.kind
    if (stated["run"]["id"], stated["outcome"], stated["failed_level"]) != (run.id, kind.outcome, kind.level):
        return f"its evidence is of {stated['run']['id']} {stated['outcome']} {stated['failed_level']}"
    levels = [(one["level"], one["outcome"]) for one in stated["levels"]]
    if levels != [(one["level"], one["outcome"]) for one in run.levels]:
        return f"its evidence states the levels {levels}"
    if [one["id"] for one in stated["left"]] != [one["id"] for one in run.left]:
        return "its evidence states something else as left"
    return None


def breaks_of(links: Mapping[int, tuple[str, str]]) -> list[str]:
    """Statements that do not follow the one before. `links`: by sequence, the hash that it names and its own."""
    found, before = list[str](), NO_STATEMENT
    for place, number in enumerate(sorted(links), start=1):
        named, own = links[number]
        if (number, named) != (place, before):
            found.append(f"statement {number} does not follow the one before it")
        before = own
    return found
