"""The shape of every background loop."""

import asyncio
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from app.core.loop import Loop

FOREVER = 3600.0


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came true")


async def test_a_loop_looks_at_once_and_again_while_more_is_due() -> None:
    left = [0.0, 0.0, None]
    looks = 0

    async def run_once() -> float | None:
        nonlocal looks
        looks += 1
        return left.pop(0) if left else None

    loop = Loop("test", run_once, idle_seconds=FOREVER)
    task = asyncio.create_task(loop.run())
    await until(lambda: looks == 3)
    await asyncio.sleep(0.02)
    assert looks == 3, "nothing is due: it sleeps"
    loop.stop()
    await task


async def test_a_wake_that_arrives_during_a_look_causes_another_look() -> None:
    looks = 0

    async def run_once() -> float | None:
        nonlocal looks
        looks += 1
        if looks == 1:
            loop.wake()
        return None

    loop = Loop("test", run_once, idle_seconds=FOREVER)
    task = asyncio.create_task(loop.run())
    await until(lambda: looks == 2)
    loop.stop()
    await task


async def test_it_looks_anyway_although_nobody_wakes_it() -> None:
    looks = 0

    async def run_once() -> float | None:
        nonlocal looks
        looks += 1
        return None

    loop = Loop("test", run_once, idle_seconds=0.01)
    task = asyncio.create_task(loop.run())
    await until(lambda: looks >= 3)
    loop.stop()
    await task


async def test_it_survives_its_own_bugs_and_an_absent_database() -> None:
    trouble: list[Exception] = [ValueError("bug"), OperationalError("SELECT 1", {}, Exception("gone"))]
    looks = 0

    async def run_once() -> float | None:
        nonlocal looks
        looks += 1
        if trouble:
            raise trouble.pop(0)
        return None

    loop = Loop("test", run_once, idle_seconds=FOREVER)
    task = asyncio.create_task(loop.run())
    while looks < 3:
        loop.wake()
        await asyncio.sleep(0.005)
    loop.stop()
    await task


async def test_stopping_lets_the_look_in_hand_end() -> None:
    began, may_end, ended = asyncio.Event(), asyncio.Event(), False

    async def run_once() -> float | None:
        nonlocal ended
        began.set()
        await may_end.wait()
        ended = True
        return 0.0

    loop = Loop("test", run_once, idle_seconds=FOREVER)
    task = asyncio.create_task(loop.run())
    await began.wait()
    loop.stop()
    assert not task.done()
    may_end.set()
    await task
    assert ended
