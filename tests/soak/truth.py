"""Exactly once: every job beside what the simulator knows to have acted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    stories: Sequence[str] = ()
    """Of each that was carried out twice: when its attempts were opened, when Azure acted, when they were closed."""

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
        stories=[_story(stage, job, truth["triggers"]) for job in mine if acted[job] > 1],
    )


def _story(stage: Stage, job: str, triggers: Sequence[dict[str, Any]]) -> str:
    """In seconds from the first attempt on, by the one clock of this machine."""
    acted = {one["client_request_id"]: datetime.fromisoformat(one["at"]) for one in triggers}
    attempts = stage.rows(
        "SELECT id, state, opened_at, closed_at FROM attempts WHERE job_id = %s ORDER BY opened_at", job
    )
    began = attempts[0][2]

    def after(moment: datetime | None) -> str:
        return "never" if moment is None else f"{(moment - began).total_seconds():.1f}"

    told = [
        f"{state}: opened {after(opened)}, acted {after(acted.get(str(attempt)))}, closed {after(closed)}"
        for attempt, state, opened, closed in attempts
    ]
    return f"{job}: {'; '.join(told)}"


async def triggers_so_far(stage: Stage) -> set[str]:
    truth = await stage.control("GET", "truth")
    return {str(one["client_request_id"]) for one in truth["triggers"]}
