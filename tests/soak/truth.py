"""Exactly once: every job beside what the simulator knows to have acted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.soak.stage import Stage

TERMINAL = ("succeeded", "succeeded_with_warnings", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Once:
    """How many of the asked jobs were carried out exactly once, twice or more, or never; and where they ended."""

    asked: int
    once: int
    doubled: int
    lost: int
    states: dict[str, int]
    unknown_triggers: int
    """Restores that happened under an id that stands for none of these jobs."""
    orphans: int

    @property
    def is_perfect(self) -> bool:
        return self.once == self.asked and not self.unknown_triggers


async def count_once(stage: Stage, jobs: Sequence[str], seen_before: set[str]) -> Once:
    """`seen_before`: client request ids of triggers from before these jobs were asked for."""
    truth = await stage.control("GET", "truth")
    attempts = {str(attempt): str(job) for attempt, job in stage.rows("SELECT id, job_id FROM attempts")}
    states = {str(job): str(state) for job, state in stage.rows("SELECT id, state FROM jobs")}
    restores = [one["client_request_id"] for one in truth["triggers"] if one["kind"] == "restore"]
    acted = Counter(attempts.get(one, "unknown") for one in restores if one not in seen_before)
    mine = set(jobs)
    return Once(
        asked=len(jobs),
        once=sum(1 for job in mine if acted[job] == 1 and states[job] == "succeeded"),
        doubled=sum(1 for job in mine if acted[job] > 1),
        lost=sum(1 for job in mine if acted[job] == 0 or states[job] not in TERMINAL),
        states=dict(Counter(states[job] for job in mine)),
        unknown_triggers=acted["unknown"],
        orphans=stage.rows("SELECT count(*) FROM attempts WHERE state = 'orphaned'")[0][0],
    )


async def triggers_so_far(stage: Stage) -> set[str]:
    truth = await stage.control("GET", "truth")
    return {str(one["client_request_id"]) for one in truth["triggers"]}
