"""Which events a webhook is for: those that are committed once it is made, however its making and they overlap."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.events import store
from app.webhooks.sending import fan_out
from app.webhooks.sending.fan_out import FanOutLoop
from tests.webhooks.receiver import Receiver
from tests.webhooks.webhook_steps import deliver, hand_out, happen, log_of, make
from tests.world import HOME, World

UNCOMMITTED = text(
    "INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, data) "
    "VALUES (:tenant, 'holdfast.job.ended', 'updated', 'job', 'a', '{}')"
)


@pytest.fixture
async def home(world: World) -> World:
    await world.api.get("/v1/me")  # makes the home tenant
    return world


async def test_the_first_webhook_of_all_gets_an_event_that_comes_while_events_are_handed_out(
    home: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, newest = FanOutLoop(home.database), store.newest
    await loop.run_once()  # makes the cursor

    async def newest_a_moment_later(session: AsyncSession) -> int:
        monkeypatch.setattr(store, "newest", newest)
        async with Receiver() as receiver:
            made.append(await make(home, receiver.url))
        await happen(home, "a")
        async with home.database.begin() as other:
            await store.publish(other)
        return await newest(session)

    made: list[dict[str, str]] = []
    monkeypatch.setattr(store, "newest", newest_a_moment_later)
    await loop.run_once()
    await hand_out(home)
    assert len(await log_of(home, made[0])) == 1


async def test_an_event_that_is_committed_after_the_webhook_was_made_is_sent(home: World) -> None:
    async with Receiver() as receiver:
        await happen(home, "before")
        async with home.database.begin() as session:
            await session.execute(UNCOMMITTED, {"tenant": HOME})
            await make(home, receiver.url)
        await deliver(home)
        assert [got.event["subject"] for got in receiver.got] == ["/v1/jobs/a"]


async def test_a_transaction_adds_a_bounded_number_of_deliveries_and_none_is_left_out(
    home: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "ROWS_AT_MOST", 3)
    async with Receiver() as receiver:
        hooks = [await make(home, receiver.url) for _ in range(2)]
        await hand_out(home)
        await happen(home, "a", "b", "c", "a", "b")
        added: list[int] = []
        due_in: float | None = 0.0
        while due_in is not None:
            due_in = await FanOutLoop(home.database).run_once()
            added.append(len(await home.rows("SELECT id FROM webhook_deliveries")))
        assert added == [4, 8, 10]
        for hook in hooks:
            log = await log_of(home, hook)
            assert len({one["event_id"] for one in log}) == len(log) == 5
