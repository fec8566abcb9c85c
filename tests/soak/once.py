"""Exactly once, whatever dies: workers killed (R1), Postgres restarted (R7), rolling restarts (R18), frozen workers."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress

import psycopg

from tests.bench.report import Figure
from tests.soak.persistent_caller import AT_ONCE, Asked, ask_for_restores
from tests.soak.stage import HELD_AT_MOST, SETTLE_SECONDS, Stage, Worker
from tests.soak.truth import Once, count_once, triggers_so_far

Trouble = Callable[[list[Worker]], Coroutine[None, None, None]]
"""Goes on until it is cancelled."""

RESTORE = {"method": "POST", "path": "/restore$"}
DROPPED, FAILED_AFTER, THROTTLED = 0.05, 0.02, 0.02
ALL_OVER = """
SELECT count(*) = 0 FROM jobs
WHERE id = ANY(%s::uuid[]) AND state NOT IN ('succeeded', 'succeeded_with_warnings', 'failed', 'cancelled')
"""


async def plant_faults(stage: Stage) -> None:
    """5 % of the answers are cut after Azure acted, 2 % are 503 after it acted, 2 % are 429 and nothing happened."""
    await stage.control("DELETE", "faults")
    for effect, probability, more in (
        ("drop_after", DROPPED, {}),
        ("status_after", FAILED_AFTER, {"status": 503}),
        ("status_before", THROTTLED, {"status": 429, "retry_after": "1"}),
    ):
        fault = {"match": RESTORE, "times": None, "effect": effect, "probability": probability, **more}
        await stage.control("POST", "faults", fault)


async def run_under(
    stage: Stage,
    trouble: Trouble,
    *,
    restores: int,
    workers: int,
    every: float = 0.0,
    patience: float,
    are_cold: bool = False,
) -> tuple[Asked, Once, float]:
    """Ask for restores while the trouble goes on, until every job is over or the patience ends."""
    before = await triggers_so_far(stage)
    began = time.monotonic()
    async with stage.watching_azure(), AsyncExitStack() as owned:
        made = owned.enter_context(stage.workers(workers, are_cold=are_cold))
        await asyncio.gather(*(worker.ready() for worker in made))
        making = asyncio.create_task(trouble(made))
        try:
            asked = await ask_for_restores(stage, restores, every=every)
            # Trouble ends some time after the last request: what it left must then be repaired by what is alive.
            await stage.until(ALL_OVER, asked.jobs, seconds=min(30.0, patience / 2))
        finally:
            making.cancel()
            with suppress(asyncio.CancelledError):
                await making
        for worker in made:
            if worker.process.poll() is not None:
                worker.come_back()
        await stage.until(ALL_OVER, asked.jobs, seconds=patience)
        took = time.monotonic() - began
    await stage.control("DELETE", "faults")
    return asked, await count_once(stage, asked.jobs, before), took


def once_figures(name: str, text: str, once: Once, took: float, held: float, note: str = "") -> list[Figure]:
    """`held`: more than HELD_AT_MOST would be an Azure that answers too late for what is promised."""
    states = ", ".join(f"{state} {count}" for state, count in sorted(once.states.items()))
    said = f"{states}; {took:.0f} s{'; ' + note if note else ''}"
    return [
        Figure(f"{name}_once", f"{text}: exactly once", once.once, f"of {once.asked}", (once.asked, True), said),
        Figure(
            f"{name}_doubled",
            "  doubled",
            once.doubled + once.unknown_triggers,
            "",
            (0, False),
            "\n".join(once.stories),
        ),
        Figure(f"{name}_lost", "  lost", once.lost, "", (0, False)),
        Figure(f"{name}_held", "  longest that the simulator kept a request", held, "s", (HELD_AT_MOST, False)),
    ]


def happened(name: str, text: str, count: int) -> Figure:
    """How often the trouble came: where it did not, the figures beside it show nothing."""
    return Figure(name, f"  {text}", count, "", (1, True))


def apart(name: str, times: Sequence[float], every: float) -> Figure:
    """Whether the trouble came as often as is said: on average at most twice as far apart.

    `times`: when it began, and when each came, by a clock that only goes forward.
    """
    between = (times[-1] - times[0]) / max(1, len(times) - 1)
    return Figure(name, "  seconds from one to the next", between, "s", (2 * every, False))


async def killed_workers(stage: Stage, *, restores: int, seed: int, every: float = 2.0) -> list[Figure]:
    """R1: one of four workers is SIGKILLed every two seconds and comes back a moment later."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    times: list[float] = []

    async def kill(workers: list[Worker]) -> None:
        times.append(time.monotonic())
        while True:
            await asyncio.sleep(every)
            worker = dice.choice(workers)
            worker.kill()
            times.append(time.monotonic())
            worker.come_back()

    await plant_faults(stage)
    patience = 60.0 + 4 * SETTLE_SECONDS + restores
    _, once, took = await run_under(stage, kill, restores=restores, workers=4, patience=patience)
    return [
        *once_figures(f"r1_seed_{seed}", f"R1 workers killed, seed {seed}", once, took, stage.held),
        happened(f"r1_seed_{seed}_kills", "kills", len(times) - 1),
        apart(f"r1_seed_{seed}_kills_apart", times, every),
    ]


async def restarted_postgres(stage: Stage, *, restores: int, seconds: float, every: float = 20.0) -> list[Figure]:
    """R7: Postgres crashes every so many seconds; callers hear 503 with Retry-After and ask again with their key."""
    times: list[float] = []

    async def crash(_: list[Worker]) -> None:
        times.append(time.monotonic())
        while True:
            await asyncio.sleep(every)
            with suppress(psycopg.OperationalError):  # it is still coming up
                times.extend([time.monotonic()] if stage.restart_postgres() else [])

    asked, once, took = await run_under(
        stage, crash, restores=restores, workers=2, every=seconds * AT_ONCE / restores, patience=150.0
    )
    other = {status: count for status, count in asked.statuses.items() if status not in {202, 503}}
    return [
        *once_figures("r7", "R7 Postgres restarted", once, took, stage.held, f"answers {dict(asked.statuses)}"),
        happened("r7_restarts", "restarts", len(times) - 1),
        apart("r7_restarts_apart", times, every),
        Figure("r7_other_answers", "  answers other than 202 and 503", sum(other.values()), "", (0, False)),
        Figure("r7_bare_503", "  503 without Retry-After", asked.without_retry_after, "", (0, False)),
    ]


async def rolling_restart(stage: Stage, *, restores: int, seconds: float, every: float = 0.5) -> list[Figure]:
    """R18: three workers are restarted one after the other, again and again, as an upgrade does."""
    codes: list[int] = []

    async def roll(workers: list[Worker]) -> None:
        while True:
            for worker in workers:
                await asyncio.sleep(every)
                codes.append(await worker.restart())

    _, once, took = await run_under(
        stage,
        roll,
        restores=restores,
        workers=3,
        every=seconds * AT_ONCE / restores,
        patience=120.0,
        are_cold=True,
    )
    attention = stage.rows("SELECT count(*) FROM jobs WHERE state = 'needs_attention'")[0][0]
    return [
        *once_figures("r18", "R18 rolling restarts", once, took, stage.held),
        happened("r18_restarts", "restarts", len(codes)),
        Figure("r18_attention", "  jobs that need attention", attention, "", (0, False)),
        Figure("r18_bad_exits", "  workers that did not exit 0", sum(1 for code in codes if code), "", (0, False)),
    ]


async def frozen_workers(stage: Stage, *, restores: int, seconds: float) -> list[Figure]:
    """A worker is stopped with SIGSTOP, now shorter and now longer than SETTLE, and goes on as if nothing had been."""
    shorter, longer = SETTLE_SECONDS / 3, SETTLE_SECONDS + 4
    freezes: Counter[float] = Counter()

    async def freeze(workers: list[Worker]) -> None:
        for asleep in itertools.cycle((shorter, longer)):
            await asyncio.sleep(1.0)
            await workers[0].freeze(asleep)
            freezes[asleep] += 1

    _, once, took = await run_under(
        stage, freeze, restores=restores, workers=2, every=seconds * AT_ONCE / restores, patience=120.0
    )
    return [
        *once_figures(
            "frozen", "a worker frozen (SIGSTOP)", once, took, stage.held, f"{once.orphans} orphans reported"
        ),
        happened("frozen_shorter", "for less than SETTLE", freezes[shorter]),
        happened("frozen_longer", "for more than SETTLE", freezes[longer]),
    ]
