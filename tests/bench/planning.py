"""A plan of 40 VMs in 5 waves: from when a wave may begin until Azure got its first restore.

Both moments are read from the clock of this machine: the end of the wave before, as our database wrote it, and the
simulator's trigger. One worker at its default polling interval, so what wakes it is what is measured.
`python -m tests.bench.planning` prints it alone.
"""

import asyncio
import statistics
import sys
from dataclasses import dataclass

import uvloop

from tests.bench.report import Figure, show
from tests.soak.plans import BEGINS_WITHIN_SECONDS, plan_of_all, run_plan
from tests.soak.stage import stage

POLL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Scale:
    machines: int = 40
    waves: int = 5
    patience: float = 180.0


TINY = Scale(machines=4, waves=2)


async def planning_figures(scale: Scale) -> list[Figure]:
    async with stage(vaults=scale.machines) as made:
        plan = await plan_of_all(made, scale.waves)
        with made.workers(1, POLL_SECONDS=POLL_SECONDS) as workers:
            await asyncio.gather(*(worker.ready() for worker in workers))
            ran = await run_plan(made, plan, patience=scale.patience)
    text = f"Plan of {scale.machines} VMs in {scale.waves} waves: wave may begin to first trigger"
    note = ", ".join(f"{one:.2f}" for one in ran.begins)
    slowest = max(ran.begins, default=float("inf"))
    return [
        Figure("plan_wave_begins_s", text, slowest, "s", (BEGINS_WITHIN_SECONDS, False), note),
        Figure("plan_wave_begins_p50_s", "  half of the waves", statistics.median(ran.begins), "s"),
        Figure("plan_triggers", "  triggers", len(ran.triggers), "", (scale.machines, True)),
    ]


if __name__ == "__main__":
    found = uvloop.run(planning_figures(Scale()))
    show(found)
    sys.exit(1 if any(one.met is False for one in found) else 0)
