"""A few places are given in turns: a caller who wants many waits for their own requests, and no other caller does."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import structlog

from app.core import fair_queue
from app.core.fair_queue import FairQueue, QueueTimeout, ask_as
from app.core.gather_isolated import Shared
from tests.world import World

LONG = 30.0


class Queue:
    """Callers who want a place, and who got one, in order."""

    def __init__(self, turns: FairQueue) -> None:
        self.turns = turns
        self.got: list[str] = []
        self.may_leave: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, group: str, member: str, seconds: float = LONG) -> None:
        self.may_leave[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._hold(name, group, member, seconds))
        await asyncio.sleep(0)

    async def _hold(self, name: str, group: str, member: str, seconds: float) -> None:
        ask_as(group, member)
        async with self.turns.turn(seconds):
            self.got.append(name)
            await self.may_leave[name].wait()

    async def leave(self, name: str) -> None:
        self.may_leave[name].set()
        await self.tasks[name]
        await asyncio.sleep(0)

    async def leave_all(self) -> None:
        for event in self.may_leave.values():
            event.set()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


async def test_a_single_request_waits_for_one_turn_of_those_who_make_a_thousand() -> None:
    queue = Queue(FairQueue(2))
    for number in range(1000):
        await queue.ask(f"a{number}", "A", "mona")
    await queue.ask("b", "B", "bert")
    assert (queue.got, queue.turns.waiting) == (["a0", "a1"], 999)
    await queue.leave("a0")
    await queue.leave("a1")
    assert queue.got[2:] == ["a2", "b"], "the one who was next already, then the other directory"
    await queue.leave_all()
    assert queue.got[4:] == [f"a{number}" for number in range(3, 1000)]
    assert queue.turns.waiting == 0


async def test_groups_go_round_and_so_do_the_members_of_each() -> None:
    queue = Queue(FairQueue(1))
    await queue.ask("first", "A", "mona")
    for number in range(6):
        await queue.ask(f"mona{number}", "A", "mona")
    for number in range(2):
        await queue.ask(f"mike{number}", "A", "mike")
        await queue.ask(f"bert{number}", "B", "bert")
    for name in ("first", "mona0", "bert0", "mike0", "bert1", "mona1", "mike1"):
        assert queue.got[-1] == name
        await queue.leave(name)
    await queue.leave_all()


async def test_a_request_that_gives_up_is_passed_over_and_leaves_nothing_behind() -> None:
    queue = Queue(FairQueue(1))
    for name in ("a", "b", "c"):
        await queue.ask(name, name, name)
    queue.tasks["b"].cancel()
    await asyncio.sleep(0)
    assert queue.turns.waiting == 1
    await queue.leave("a")
    assert queue.got == ["a", "c"]
    await queue.leave("c")
    await queue.ask("d", "d", "d")
    assert queue.got == ["a", "c", "d"], "the place is free again"
    await queue.leave_all()


async def test_a_place_that_comes_to_one_who_is_cancelled_goes_on_to_the_next() -> None:
    queue = Queue(FairQueue(1))
    for name in ("a", "b", "c"):
        await queue.ask(name, name, name)
    queue.may_leave["a"].set()
    await asyncio.sleep(0)  # a has left: the place is b's, who has not run since
    queue.tasks["b"].cancel()
    await queue.tasks["a"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert queue.got == ["a", "c"]
    await queue.leave_all()


@pytest.mark.parametrize("first", ["cancel", "leave"])
@pytest.mark.parametrize("also_waits", [[], ["c"]])
async def test_a_waiter_cancelled_in_the_same_turn_of_the_loop_takes_no_place_with_it(
    first: str, also_waits: list[str]
) -> None:
    queue = Queue(FairQueue(1))
    for name in ("a", "b", *also_waits):
        await queue.ask(name, name, name)
    if first == "leave":
        queue.may_leave["a"].set()
        await asyncio.sleep(0)
        queue.tasks["b"].cancel()
    else:
        queue.may_leave["a"].set()  # a runs next, before b hears that it is cancelled
        queue.tasks["b"].cancel()
    await queue.tasks["a"]
    with pytest.raises(asyncio.CancelledError):
        await queue.tasks["b"]
    await asyncio.sleep(0)
    assert queue.got == ["a", *also_waits]
    await queue.leave_all()
    assert (queue.turns.free, queue.turns.waiting) == (1, 0)


async def test_one_who_gave_up_costs_the_group_no_turn() -> None:
    queue = Queue(FairQueue(1))
    for name, group in (("first", "A"), ("a", "A"), ("again", "A"), ("b", "B")):
        await queue.ask(name, group, name)
    queue.may_leave["first"].set()
    queue.tasks["a"].cancel()
    await queue.tasks["first"]
    await asyncio.sleep(0)
    assert queue.got == ["first", "again"]
    await queue.leave_all()
    assert queue.got == ["first", "again", "b"]


async def test_every_place_is_free_again_after_hundreds_of_timeouts_and_cancels() -> None:
    turns = FairQueue(3)
    dice = random.Random(7)  # noqa: S311

    async def ask(number: int) -> None:
        ask_as(f"group{number % 5}", f"member{number % 11}")
        async with turns.turn(dice.choice((0.0, 0.001, 0.002, LONG))):
            await asyncio.sleep(dice.choice((0.0, 0.0, 0.0005)))

    for _ in range(5):
        asking = [asyncio.create_task(ask(number)) for number in range(400)]
        while not all(task.done() for task in asking):
            await asyncio.sleep(0)
            dice.choice(asking).cancel()
        ended = await asyncio.gather(*asking, return_exceptions=True)
        assert {type(one) for one in ended} <= {QueueTimeout, asyncio.CancelledError, type(None)}
        assert (turns.free, turns.waiting) == (3, 0)


async def test_who_waits_too_long_hears_whether_others_went_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(fair_queue, "_now", lambda: now)
    queue = Queue(FairQueue(1, failed=(ConnectionResetError,)))
    await queue.ask("a", "A", "a")
    await queue.ask("b", "A", "b")
    await queue.ask("c", "A", "c", 0.01)
    with pytest.raises(QueueTimeout) as stuck:
        await queue.tasks["c"]
    assert not stuck.value.others_went_on
    await queue.ask("d", "D", "d", 0.01)
    await queue.leave("a")
    with pytest.raises(QueueTimeout) as slow:
        await queue.tasks["d"]
    assert slow.value.others_went_on
    await queue.ask("e", "E", "e", 0.01)
    now += 0.006  # a turn that ended in the first half of the wait was before all stood still
    with pytest.raises(QueueTimeout) as frozen:
        await queue.tasks["e"]
    assert not frozen.value.others_went_on
    await queue.leave_all()


async def test_a_turn_that_failed_is_no_sign_of_life() -> None:
    turns = FairQueue(1, failed=(ConnectionResetError,))
    queue = Queue(turns)

    async def fail() -> None:
        async with turns.turn(LONG):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            raise ConnectionResetError

    failing = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await queue.ask("b", "B", "b")
    await queue.ask("c", "C", "c", 0.01)
    with pytest.raises(ConnectionResetError):
        await failing
    with pytest.raises(QueueTimeout) as stuck:
        await queue.tasks["c"]
    assert not stuck.value.others_went_on
    await queue.leave_all()


def never(*, others_went_on: bool) -> Callable[[float], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def turn(seconds: float) -> AsyncIterator[None]:
        if seconds:
            raise QueueTimeout(others_went_on=others_went_on)
        yield

    return turn


@pytest.mark.parametrize(("others_went_on", "code"), [(True, "database_busy"), (False, "database_away")])
async def test_a_database_is_away_only_where_nobody_at_all_was_answered(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    others_went_on: bool,  # noqa: FBT001
    code: str,
) -> None:
    monkeypatch.setattr(world.services.database._turns, "turn", never(others_went_on=others_went_on))
    for path in ("/v1/jobs", "/readyz"):
        answer = await world.api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, code)
        assert (answer.headers["Retry-After"], answer.json()["retryable"]) == ("2", True)
    assert "holdfast_database_up 0.0" in (await world.api.get("/metrics")).text


async def test_a_loop_that_gets_no_connection_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.database._turns, "turn", never(others_went_on=True))
    with structlog.testing.capture_logs() as logs:
        for loop in world.loops.values():
            assert 0 < await loop.look() <= 5
    assert {line["event"] for line in logs} == {"loop.database_busy"}


async def test_those_who_ask_while_a_look_is_under_way_share_it() -> None:
    looks, may_end = 0, asyncio.Event()

    async def look() -> None:
        nonlocal looks
        looks += 1
        await may_end.wait()
        if looks == 1:
            raise ConnectionResetError

    shared = Shared(look)
    asking = [asyncio.create_task(shared()) for _ in range(100)]
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    may_end.set()
    ended = await asyncio.gather(*asking, return_exceptions=True)
    assert looks == 1
    assert {type(error) for error in ended[1:]} == {ConnectionResetError}
    await shared()
    assert looks == 2, "the next one looks anew"
