"""Recovery plans under fire: waves of VMs, each restored once and never before its turn; and how soon a wave begins."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from tests.bench.caller import ask, request_bytes
from tests.bench.report import Figure
from tests.soak.once import happened, plant_faults
from tests.soak.persistent_caller import TARGET
from tests.soak.stage import SETTLE_SECONDS, Stage, Worker
from tests.soak.truth import triggers_so_far

BEGINS_WITHIN_SECONDS = 1.0
IS_OVER = "SELECT finished_at IS NOT NULL FROM jobs WHERE id = %s"
_ENDED = """
SELECT member.wave, max(told.at) FROM recovery_members AS member
JOIN job_events AS told ON told.job_id = member.job_id AND told.observation LIKE 'ended%%'
WHERE member.run_id = %s GROUP BY member.wave ORDER BY member.wave
"""
"""By wave: when the end of its last restore was written, by our database's clock."""
_BEGAN = "SELECT min(at) FROM job_events WHERE job_id = %s AND state = 'running'"


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a plan, as it ended."""

    run: dict[str, Any]
    triggers: Sequence[tuple[int, datetime]]
    """Of each restore that Azure was made to do: its wave, and when."""
    ends: Sequence[tuple[int, datetime]]
    """Of each restore: its wave, and when it ended at Azure."""
    begins: Sequence[float]
    """Of each wave: seconds from when it may begin until Azure got its first restore. One machine, so one clock."""
    took: float

    def early(self) -> int:
        """Restores that Azure began before one of an earlier wave had ended."""
        return sum(at < ended for wave, at in self.triggers for other, ended in self.ends if other < wave)


async def plans_under_fire(stage: Stage, *, waves: int, seed: int, every: float = 2.0) -> list[Figure]:
    """All VMs in so many waves, while one of four workers is SIGKILLed every two seconds; then once in peace."""
    dice, kills = random.Random(seed), 0  # noqa: S311 - a seed makes it repeatable

    async def kill(workers: list[Worker]) -> None:
        nonlocal kills
        while True:
            await asyncio.sleep(every)
            worker = dice.choice(workers)
            worker.kill()
            worker.come_back()
            kills += 1

    plan = await plan_of_all(stage, waves)
    await plant_faults(stage)
    with stage.workers(4) as made:
        await asyncio.gather(*(worker.ready() for worker in made))
        killing = asyncio.create_task(kill(made))
        try:
            fiery = await run_plan(stage, plan, patience=120.0 + 4 * SETTLE_SECONDS * waves)
        finally:
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
        await stage.control("DELETE", "faults")
        for worker in made:
            if worker.process.poll() is not None:
                worker.come_back()
        calm = await run_plan(stage, plan, patience=120.0)
    return [*_figures(f"plans_seed_{seed}", fiery, len(stage.items), kills), *_calm(calm)]


async def plan_of_all(stage: Stage, waves: int) -> str:
    """A plan of all items, in so many waves of the same size: its path."""
    items, size = stage.items, -(-len(stage.items) // waves)
    members = [[{"protected_item_id": one} for one in items[n * size : (n + 1) * size]] for n in range(waves)]
    body = {
        "name": f"soak {uuid4()}",
        "target": {"recover": TARGET},
        "waves": [{"name": f"wave-{n}", "members": found} for n, found in enumerate(members) if found],
    }
    made = await ask(stage.api.url, request_bytes("POST", "/v1/recovery-plans", stage.api.headers, body))
    return f"/v1/recovery-plans/{made.json()['id']}"


async def run_plan(stage: Stage, plan: str, *, patience: float) -> Ran:
    """One run of the plan, to its end."""
    before, began = await triggers_so_far(stage), time.monotonic()
    headers = stage.api.headers | {"Idempotency-Key": str(uuid4())}
    answer = await ask(stage.api.url, request_bytes("POST", f"{plan}/runs", headers, {"mode": "recover"}))
    if answer.status != 202:
        raise RuntimeError(f"the run was not accepted: {answer.status} {answer.json()}")
    job = answer.json()
    await stage.until(IS_OVER, job["id"], seconds=patience)
    took = time.monotonic() - began
    return await _ran(stage, job, before, took)


async def _ran(stage: Stage, job: dict[str, Any], before: set[str], took: float) -> Ran:
    run = await stage.api.get(job["run"])
    found = stage.rows(
        "SELECT attempt.id, member.wave, job.finished_at FROM recovery_members AS member "
        "JOIN jobs AS job ON job.id = member.job_id LEFT JOIN attempts AS attempt ON attempt.job_id = job.id "
        "WHERE member.run_id = %s",
        run["id"],
    )
    waves = {str(attempt): int(wave) for attempt, wave, _ in found}
    truth = await stage.control("GET", "truth")
    new = [one for one in truth["triggers"] if one["client_request_id"] not in before]
    triggers = [(waves.get(one["client_request_id"], -1), datetime.fromisoformat(one["at"])) for one in new]
    ends = [(int(wave), ended) for _, wave, ended in found if ended is not None]
    return Ran(run, triggers, ends, _begins(stage, job["id"], run["id"], triggers), took)


def _begins(stage: Stage, job_id: str, run_id: str, triggers: Sequence[tuple[int, datetime]]) -> list[float]:
    may_begin = stage.rows(_BEGAN, job_id)[0][0]
    found = []
    for wave, ended in stage.rows(_ENDED, run_id):
        first = min((at for of, at in triggers if of == wave), default=None)
        found.append((first - may_begin).total_seconds() if first is not None else float("inf"))
        may_begin = ended
    return found


def _figures(name: str, ran: Ran, count: int, kills: int) -> list[Figure]:
    states = Counter(one["state"] for one in ran.run["members"])
    note = f"{dict(states)}; run {ran.run['state']}; {ran.took:.0f} s"
    waves = len(ran.run["waves"])
    return [
        Figure(
            f"{name}_back",
            f"Plan of {waves} waves, workers killed: VMs back",
            states["succeeded"],
            f"of {count}",
            (count, True),
            note,
        ),
        Figure(f"{name}_triggers_more", "  triggers more than VMs", len(ran.triggers) - count, "", (0, False)),
        Figure(f"{name}_early", "  restores that began before their wave might", ran.early(), "", (0, False)),
        happened(f"{name}_kills", "kills", kills),
    ]


def _calm(ran: Ran) -> list[Figure]:
    slowest = max(ran.begins, default=float("inf"))
    note = ", ".join(f"{one:.2f}" for one in ran.begins)
    return [
        Figure("plans_calm_early", "Plan in peace: restores before their wave", ran.early(), "", (0, False)),
        Figure(
            "plans_begins",
            "  first trigger after its wave may begin, slowest wave",
            slowest,
            "s",
            (BEGINS_WITHIN_SECONDS, False),
            note,
        ),
    ]
