"""A worker dies anywhere in the loop of runs: no wave begins early, no VM is restored twice, and the run ends well."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.jobs.work import LoopName
from tests.recovery_runs.cut_short import cut_short
from tests.recovery_runs.run_steps import Json, asked, backed_up, finish, lead, made, restores, run_of, states, wave
from tests.whole import only_whole
from tests.world import DISKS, World

RUNNING, ENDED = "its first wave begins", "its second wave begins"
BETWEEN = (43, 39, 47, 36, 50, 33, 54)
"""At these awaits, the likeliest first, the first restore of the first wave is made, and the second is not: how often a
look waits is not the same each time."""
FEWEST, MOST = 20, 1000
"""Awaits of a look."""


async def _running(world: World) -> None:
    """The run's job has begun, and its loop has not looked at it."""
    await world.run_due()


async def _first_wave_over(world: World) -> None:
    """Its restores have ended, and the loop of runs has not seen it."""
    await lead(world)
    for _ in range(6):
        world.advance(600)
        await world.make_due()
        await world.run_due()
    await world.rows("UPDATE recovery_runs SET due_at = clock_timestamp() RETURNING id")


CHECKPOINTS: dict[str, Callable[[World], Awaitable[None]]] = {RUNNING: _running, ENDED: _first_wave_over}


async def _another_comes(world: World) -> None:
    """What the dead worker held is free."""
    await world.rows("UPDATE recovery_runs SET lease_until = NULL, due_at = clock_timestamp() RETURNING id")
    await world.rows("UPDATE jobs SET lease_until = NULL RETURNING id")


def in_order(run: Json, order: list[str]) -> bool:
    """Every VM of the first wave was restored before any of the second."""
    return order.index("vm-batch-01") == len(order) - 1 and len(run["members"]) == len(order)


async def _dies(world: World, checkpoint: str, plan: Json, at: int) -> bool:
    """One run, whose loop dies at that await. Whether it did."""
    before = len(restores(world))
    job: dict[str, Any] = await asked(world, plan)
    await CHECKPOINTS[checkpoint](world)
    was_cut = await cut_short(world.loops[LoopName.RECOVERING].run_once, at)
    order = restores(world)[before:]
    assert "vm-batch-01" not in order, (checkpoint, at)
    await _another_comes(world)
    run = await finish(world, job)
    order = restores(world)[before:]
    assert states(run) == ["succeeded"] * 3, (checkpoint, at, run)
    assert in_order(run, order), (checkpoint, at, order)
    return was_cut


async def a_run(world: World) -> Json:
    db, web, batch = await backed_up(world, "vm-db-01", "vm-web-01", "vm-batch-01")
    return await made(world, wave("one", db, web), wave("two", batch), target={"recover": DISKS})


async def test_a_worker_may_die_between_two_restores_of_a_wave(world: World) -> None:
    plan = await a_run(world)
    for at in BETWEEN:
        job = await asked(world, plan)
        await _running(world)
        assert await cut_short(world.loops[LoopName.RECOVERING].run_once, at)
        is_between = states(await run_of(world, job)) == ["restoring", "waiting", "waiting"]
        await _another_comes(world)
        before = len(restores(world))
        run = await finish(world, job)
        assert states(run) == ["succeeded"] * 3, (at, run)
        assert in_order(run, restores(world)[before:]), at
        if is_between:
            return
    raise AssertionError("it never died between the two")


@only_whole
@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
async def test_a_worker_may_die_anywhere_in_the_loop_of_runs(world: World, checkpoint: str) -> None:
    plan, deaths = await a_run(world), 0
    while await _dies(world, checkpoint, plan, deaths + 1):
        deaths += 1
        assert deaths < MOST, "it never lived to the end of its look"
    assert deaths > FEWEST
