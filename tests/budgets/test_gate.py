"""What replicas share: leases from one row, and no request before Azure wants one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from app.azure.errors import AzureThrottled, AzureUnreachable
from app.azure.gate import Answered, Metered, RequestClass
from app.budgets.gate import SharedBudgets
from app.budgets.rules import BLOCK, GUESSED_TOKENS, LEASE_SECONDS
from app.core.db.database import Database
from tests.clock import DatabaseClock
from tests.whole import of_walk, some_of

START = 1_800_000_000.0
LISTS, TRIGGERS = RequestClass.JOB_READS, RequestClass.TRIGGER
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
def clock(database_url: str) -> Iterator[DatabaseClock]:
    with DatabaseClock(database_url, start=START) as clock:
        yield clock


def lists(request_class: RequestClass = LISTS) -> Metered:
    """Of a subscription of its own."""
    return Metered(str(uuid4()), "somebody", request_class)


class Replica(SharedBudgets):
    """One process: a pool of its own, and the simulated clock."""

    def __init__(self, url: str, clock: DatabaseClock) -> None:
        self.database = Database(url, pool_size=2)
        self.statements = 0
        event.listen(self.database.engine.sync_engine, "before_cursor_execute", self._count)
        super().__init__(self.database, monotonic=lambda: clock.now)

    def _count(self, *_: Any) -> None:
        self.statements += 1

    async def may(self, asked: Metered) -> bool:
        try:
            await self.admit(asked)
        except AzureThrottled:
            return False
        return True

    async def refused_for(self, asked: Metered) -> float:
        with pytest.raises(AzureThrottled) as raised:
            await self.admit(asked)
        return raised.value.retry_after or 0.0


@asynccontextmanager
async def replicas(url: str, clock: DatabaseClock, count: int = 2) -> AsyncIterator[list[Replica]]:
    made = [Replica(url, clock) for _ in range(count)]
    try:
        yield made
    finally:
        for replica in made:
            await replica.database.aclose()


async def row_of(replica: Replica, asked: Metered) -> dict[str, Any]:
    async with replica.database.begin() as session:
        found = await session.execute(
            text("SELECT * FROM azure_budgets WHERE subscription_id = :id AND request_class = :name"),
            {"id": asked.subscription_id, "name": asked.request_class.value},
        )
        return dict(found.mappings().one())


# --- leases ----------------------------------------------------------------------------------------------------------
async def test_a_thousand_coroutines_share_the_leases_of_their_process(database_url: str, clock: DatabaseClock) -> None:
    asked = lists()
    async with replicas(database_url, clock, 1) as (replica,):
        await replica.admit(asked)
        await replica.learn(asked, Answered(200, remaining=5000))
        for _ in range(BLOCK):  # the guess is used up: from here on Azure's word counts
            if await replica.may(asked):
                await replica.learn(asked, Answered(200, remaining=4900))
        before = replica.statements
        assert all(await asyncio.gather(*(replica.may(asked) for _ in range(1000))))
        assert replica.statements - before <= 1000 / BLOCK + 2


async def test_the_last_tokens_reach_every_replica(database_url: str, clock: DatabaseClock) -> None:
    asked = lists()
    async with replicas(database_url, clock, 3) as made:
        first = made[0]
        await first.admit(asked)
        await first.learn(asked, Answered(200, remaining=9))
        first.ask_again()
        admitted = [0, 0, 0]
        for _ in range(20):
            for number, replica in enumerate(made):
                admitted[number] += await replica.may(asked)
        assert sum(admitted) == 9
        assert min(admitted) > 0


async def test_what_azure_says_replaces_the_guess_at_once(database_url: str, clock: DatabaseClock) -> None:
    asked = lists(TRIGGERS)
    async with replicas(database_url, clock, 1) as (replica,):
        for number in range(500):
            await replica.admit(asked)
            await replica.learn(asked, Answered(200, remaining=1199 - number))
        assert (await row_of(replica, asked))["tokens"] > GUESSED_TOKENS


async def test_nothing_left_is_not_asked_for_until_it_has_come_in(database_url: str, clock: DatabaseClock) -> None:
    asked = lists()
    async with replicas(database_url, clock) as (one, other):
        await one.admit(asked)
        await one.learn(asked, Answered(200, remaining=0))
        one.ask_again()
        wait = await one.refused_for(asked)
        assert 0 < wait <= 60
        assert await other.refused_for(asked) <= wait
        clock.advance(wait + 0.01)
        assert await one.may(asked)
        assert not await other.may(asked), "one came in, and it is gone"


async def test_a_lease_ends_though_its_holder_was_asleep(database_url: str, clock: DatabaseClock) -> None:
    asked = lists()
    async with replicas(database_url, clock) as (sleeper, other):
        await sleeper.admit(asked)
        await sleeper.learn(asked, Answered(200, remaining=200))
        await other.admit(asked)
        await other.learn(asked, Answered(429, remaining=0, retry_after=300))
        clock.advance(LEASE_SECONDS + 0.01)  # it heard of nothing, and uses nothing of what it leased before
        assert 290 < await sleeper.refused_for(asked) <= 300


# --- Retry-After -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [429, 503])
async def test_after_a_retry_after_no_replica_sends_and_triggers_still_flow(
    database_url: str, clock: DatabaseClock, status: int
) -> None:
    asked = lists()
    trigger = replace(asked, request_class=TRIGGERS)
    async with replicas(database_url, clock) as (one, other):
        await other.admit(asked)  # it holds a lease of its own
        await one.admit(asked)
        await one.learn(asked, Answered(status, remaining=100, retry_after=300))
        other.ask_again(str(asked))  # what its listener does on the notification
        for _ in range(299):
            assert not await one.may(asked)
            assert not await other.may(asked)
            for replica in (one, other):
                assert await replica.may(trigger), "reading never uses up what a restore needs"
                await replica.learn(trigger, Answered(202, 1199, 60.0))
            clock.advance(1)
        clock.advance(1)
        assert await one.may(asked)
        assert await other.may(asked)


@pytest.mark.parametrize(
    "answer",
    some_of(
        [Answered(202, 100, 60.0), Answered(200, 100, 30.0), Answered(500, None, 60.0), Answered(429), Answered(503)],
        short=2,
    ),
)
async def test_a_hint_for_one_operation_and_a_refusal_without_a_time_block_nothing(
    database_url: str, clock: DatabaseClock, answer: Answered
) -> None:
    asked = lists()
    async with replicas(database_url, clock) as (one, other):
        await one.admit(asked)
        await one.learn(asked, answer)
        assert await one.may(asked)
        assert await other.may(asked)


async def test_a_quota_of_seconds_is_left_to_its_end_and_slows_nothing_down_after_it(
    database_url: str, clock: DatabaseClock
) -> None:
    """Resource Graph: 15 in 5 s, which each answer says (docs/azure.md, Resource Graph)."""
    async with replicas(database_url, clock) as (here, there):
        asked = Metered("", "somebody", RequestClass.QUERY_GRAPH)
        for _ in range(8):  # as often as an hour's estimate would call very slow
            sent = 0
            while await here.may(asked):
                sent += 1
                await here.learn(asked, Answered(200, remaining=15 - sent, resets_after=5.0))
            assert 12 <= sent <= 15
            assert not await there.may(asked)
            clock.advance(5.1)
        row = await row_of(here, asked)
        assert row["most_a_second"] is None
        assert await there.may(asked)
        await there.learn(asked, Answered(429, remaining=0, retry_after=2.0, resets_after=5.0))
        there.ask_again()
        here.ask_again()
        assert await here.refused_for(asked) == pytest.approx(5.0, abs=0.1)


async def test_eight_requests_refused_at_once_block_once(database_url: str, clock: DatabaseClock) -> None:
    asked = lists()
    async with replicas(database_url, clock, 1) as (replica,):
        for _ in range(8):
            await replica.admit(asked)
        before = replica.statements
        await asyncio.gather(*(replica.learn(asked, Answered(429, 0, 60.0)) for _ in range(8)))
        assert replica.statements - before <= 3
        row = await row_of(replica, asked)
        assert row["blocked_until"].timestamp() == pytest.approx(START + 60)


async def test_a_longer_wait_replaces_a_shorter_one_and_never_the_other_way(
    database_url: str, clock: DatabaseClock
) -> None:
    asked = lists()
    async with replicas(database_url, clock) as (one, other):
        await one.admit(asked)
        await other.admit(asked)
        await one.learn(asked, Answered(429, 0, 300.0))
        await other.learn(asked, Answered(429, 0, 20.0))
        assert await other.refused_for(asked) > 290
        assert await one.refused_for(asked) > 290


# --- Postgres away ---------------------------------------------------------------------------------------------------
async def test_without_postgres_a_trigger_is_sent_and_a_read_is_not(clock: DatabaseClock) -> None:
    async with replicas(NOWHERE, clock, 1) as (replica,):
        await replica.admit(lists(TRIGGERS))
        with pytest.raises(AzureUnreachable, match="nothing was sent"):
            await replica.admit(lists())


async def test_without_postgres_a_retry_after_holds_here_and_is_told_to_all_as_soon_as_it_is_back(
    database_url: str, clock: DatabaseClock
) -> None:
    asked = lists(TRIGGERS)
    async with replicas(NOWHERE, clock, 1) as (replica,), replicas(database_url, clock, 1) as (other,):
        await replica.admit(asked)
        await replica.learn(asked, Answered(429, 0, 300.0))
        clock.advance(100)
        assert await replica.refused_for(asked) == pytest.approx(200)
        replica._database = other.database  # it is back
        assert await replica.refused_for(asked) == pytest.approx(200)
        assert await other.refused_for(asked) == pytest.approx(200)


# --- over any interleaving --------------------------------------------------------------------------------------------
class Window:
    """So many requests in any stretch of so many seconds: what Recovery Services was seen to count."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit, self._seconds = limit, seconds
        self._taken: list[float] = []
        self.refused = 0

    def answer(self, now: float) -> Answered:
        self._taken = [at for at in self._taken if at > now - self._seconds]
        if len(self._taken) >= self._limit:
            self.refused += 1
            return Answered(429, 0, self._taken[0] + self._seconds - now)
        self._taken.append(now)
        return Answered(200, self._limit - len(self._taken))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 2)),
        st.tuples(st.just("answer"), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.floats(0.01, 2.0)),
    ),
    min_size=20,
    max_size=150,
)
FEW = settings(max_examples=of_walk(short=12, whole=30), suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(steps=STEPS, limit=st.integers(int(GUESSED_TOKENS) + 10, 120))
def test_azure_never_has_to_refuse_whatever_the_order_of_things(
    database_url: str, clock: DatabaseClock, steps: list[tuple[str, Any]], limit: int
) -> None:
    """Three replicas, answers on their way while others ask: what is given out is never more than Azure has left."""
    asked, azure = lists(), Window(limit, 600)

    async def go() -> None:
        async with replicas(database_url, clock, 3) as made:
            waiting = [0, 0, 0]
            for what, value in steps * 2:
                if what == "wait":
                    # Nobody is asleep for longer than a lease: that is another test.
                    clock.advance(value if not any(waiting) else min(value, LEASE_SECONDS / 100))
                elif what == "ask":
                    waiting[value] += await made[value].may(asked)
                elif waiting[value]:
                    waiting[value] -= 1
                    await made[value].learn(asked, azure.answer(clock.now))
            for number, replica in enumerate(made):
                for _ in range(waiting[number]):
                    await replica.learn(asked, azure.answer(clock.now))

    asyncio.run(go())
    assert azure.refused == 0


@FEW
@given(
    steps=st.lists(st.tuples(st.integers(0, 2), st.floats(0.01, 40.0)), min_size=5, max_size=40),
    retry_after=st.floats(0.5, 3600.0),
    heard=st.booleans(),
)
def test_a_blocked_class_admits_nothing_before_its_time(
    database_url: str,
    clock: DatabaseClock,
    steps: list[tuple[int, float]],
    retry_after: float,
    heard: bool,  # noqa: FBT001
) -> None:
    asked = lists()

    async def go() -> None:
        async with replicas(database_url, clock, 3) as made:
            for replica in made:
                await replica.admit(asked)
            await made[0].learn(asked, Answered(429, 50, retry_after))
            begun = clock.now
            if heard:
                for replica in made[1:]:
                    replica.ask_again(str(asked))
            else:  # a lost notification: then it is the end of the lease
                clock.advance(LEASE_SECONDS + 0.01)
            for number, seconds in steps:
                is_over = clock.now >= begun + retry_after - 0.000_01  # the clock's own grain
                assert is_over or not await made[number].may(asked)
                clock.advance(seconds)
            clock.move_to(begun + retry_after + 0.001)
            assert [await replica.may(asked) for replica in made] == [True, True, True]

    asyncio.run(go())


async def test_what_a_refusal_says_is_left_is_not_believed(database_url: str, clock: DatabaseClock) -> None:
    """It may be the count of another limit: the gateway refuses for the provider, and counts reads of its own."""
    asked = lists()
    async with replicas(database_url, clock, 1) as (replica,):
        await replica.admit(asked)
        await replica.learn(asked, Answered(200, remaining=9))
        await replica.learn(asked, Answered(429, remaining=11_999, retry_after=60.0))
        assert (await row_of(replica, asked))["remaining"] == 9
