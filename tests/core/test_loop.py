"""The shape of every background loop."""

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy.exc import OperationalError

from app.core.loop import Loop, Piece, Pump

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


async def test_a_wake_for_later_shortens_a_sleep_to_then_and_no_further() -> None:
    looks: list[float] = []
    clock = asyncio.get_running_loop()

    async def run_once() -> float | None:
        looks.append(clock.time())
        return None

    loop = Loop("test", run_once, idle_seconds=FOREVER)
    task = asyncio.create_task(loop.run())
    await until(lambda: len(looks) == 1)
    loop.wake(FOREVER)
    loop.wake(0.1)
    loop.wake(0.2)
    await until(lambda: len(looks) == 2)
    assert looks[1] - looks[0] >= 0.1
    loop.wake(0.05)
    await until(lambda: len(looks) == 3)
    loop.stop()
    await task
    assert len(looks) == 3


class Gang:
    """Pieces of work that end when they are told to."""

    def __init__(self, due: int) -> None:
        self.due = due
        self.begun: list[asyncio.Event] = []
        self.ended = 0
        self.claims: list[int] = []

    async def start(self, limit: int) -> tuple[Sequence[Piece], float | None]:
        taken = min(limit, self.due)
        self.due -= taken
        self.claims.append(taken)
        return [self._work() for _ in range(taken)], 0.0 if taken else None

    async def _work(self) -> None:
        gate = asyncio.Event()
        self.begun.append(gate)
        await gate.wait()
        self.ended += 1

    async def run_once(self) -> float | None:
        raise AssertionError("the loop hands out, it does not wait for a batch")

    def pump(self, at_once: int) -> Pump:
        return Pump("gang", self.start, self.run_once, idle_seconds=FOREVER, at_once=at_once)


async def test_a_pump_hands_out_more_while_one_piece_hangs_and_never_more_than_it_may() -> None:
    gang = Gang(due=20)
    pump = gang.pump(at_once=4)
    task = asyncio.create_task(pump.run())
    await until(lambda: len(gang.begun) == 4)
    for number in range(1, 20):  # the first one hangs
        await until(lambda n=number: len(gang.begun) > n)  # type: ignore[misc]
        assert len(gang.begun) - gang.ended <= 4
        gang.begun[number].set()
    await until(lambda: gang.ended == 19)
    gang.due = 1
    pump.wake()
    await until(lambda: len(gang.begun) == 21)
    gang.begun[20].set()
    pump.stop()
    await until(lambda: gang.ended == 20)
    assert not task.done(), "what is under way is waited for"
    gang.begun[0].set()
    await task
    assert gang.ended == 21


async def test_a_pump_claims_for_several_free_places_at_once() -> None:
    gang = Gang(due=64)
    task = asyncio.create_task((pump := gang.pump(at_once=16)).run())
    while gang.ended < 64:
        await until(lambda: any(not gate.is_set() for gate in gang.begun) or gang.ended == 64)
        next((gate for gate in gang.begun if not gate.is_set()), asyncio.Event()).set()
    pump.stop()
    await task
    assert min(claim for claim in gang.claims if claim) >= 4


async def test_a_pump_survives_a_piece_that_fails_and_drops_what_is_under_way_when_it_is_cut_off() -> None:
    gang = Gang(due=1)

    async def start(limit: int) -> tuple[Sequence[Piece], float | None]:
        async def fail() -> None:
            raise RuntimeError("a bug")

        pieces, due_in = await gang.start(limit)
        return [*pieces, *([fail()] if pieces else [])], due_in

    pump = Pump("gang", start, gang.run_once, idle_seconds=FOREVER, at_once=4)
    task = asyncio.create_task(pump.run())
    await until(lambda: len(gang.begun) == 1)
    gang.due = 1
    pump.wake()
    await until(lambda: len(gang.begun) == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (task.cancelled(), gang.ended) == (True, 0)


async def test_a_pump_looks_again_when_a_piece_has_ended_for_it_may_have_left_something_that_is_due() -> None:
    gang = Gang(due=2)
    task = asyncio.create_task((pump := gang.pump(at_once=8)).run())
    await until(lambda: gang.claims == [2, 0])  # and now it sleeps for ever
    gang.due = 1
    gang.begun[0].set()
    await until(lambda: len(gang.begun) == 3)
    for gate in gang.begun:
        gate.set()
    pump.stop()
    await task
    assert gang.ended == 3
