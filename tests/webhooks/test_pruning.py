"""What waits for ever does not: deliveries of webhooks that send nothing, and webhooks of tenants that are gone."""

import asyncio
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from app.core.db.database import libpq_url
from app.core.events import store
from app.webhooks.sending.delivery_rows import make_heads
from app.webhooks.sending.pruning import OLD, WebhookPruneLoop
from tests.webhooks.receiver import Receiver
from tests.webhooks.webhook_steps import deliver, hand_out, happen, log_of, make
from tests.world import World

LONG_AGO = UUID("01800000-0000-7000-8000-000000000000")
"""Of 2022."""


@pytest.fixture
async def home(world: World) -> World:
    await world.api.get("/v1/me")  # makes the home tenant
    return world


def prune(home: World) -> WebhookPruneLoop:
    return WebhookPruneLoop(home.database, kept_days=30, events_days=90)


async def test_what_a_paused_webhook_never_sent_ends_with_its_event_and_the_next_one_is_sent(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        path = f"/v1/webhooks/{hook['id']}"
        await home.api.post(f"{path}/pause")
        await happen(home, "a", "a", "b")
        await hand_out(home)
        await prune(home).run_once()
        assert {one["state"] for one in await log_of(home, hook)} == {"pending"}
        await home.rows(
            "UPDATE webhook_deliveries SET id = CAST(:id AS uuid) WHERE is_head AND lane = 'job/a' RETURNING id",
            id=str(LONG_AGO),
        )
        await prune(home).run_once()
        old, second, other = await log_of(home, hook)
        assert (old["id"], old["state"], old["ended_at"] is not None) == (str(LONG_AGO), "exhausted", True)
        assert {one["state"] for one in (second, other)} == {"pending"}
        await home.api.post(f"{path}/resume")
        await deliver(home)
        assert {got.id for got in receiver.got} == {second["event_id"], other["event_id"]}


async def test_a_webhook_of_a_tenant_that_is_gone_goes_once_it_has_nothing_to_send(home: World) -> None:
    with psycopg.connect(libpq_url(home.database.url), autocommit=True) as connection:
        for state in ("active", "paused", "disabled"):
            connection.execute(
                "WITH made AS (INSERT INTO webhooks (id, tenant, url, types, state, secret) VALUES "
                "(gen_random_uuid(), 'gone', 'https://x.example/', '[\"*\"]', %s, '') RETURNING id) "
                "INSERT INTO webhook_deliveries "
                "(id, tenant, webhook_id, event_id, event_type, position, lane, turn, is_head) "
                "SELECT gen_random_uuid(), 'gone', id, gen_random_uuid(), 'x', 1, 'job/a', 2, true FROM made",
                [state],
            )
    for _ in range(2):
        await prune(home).run_once()
    assert [row["state"] for row in await home.rows("SELECT state FROM webhooks")] == ["active"]
    assert len(await home.rows("SELECT id FROM webhook_deliveries")) == 1, "it is sent what it waits for"
    end_all = "UPDATE webhook_deliveries SET state = 'exhausted', ended_at = now() RETURNING id"
    await home.rows(end_all)
    await prune(home).run_once()
    assert len(await home.rows("SELECT id FROM webhooks")) == 1, "what the others' ends tell is not handed out yet"
    async with home.database.begin() as session:
        await store.publish(session)
    await prune(home).run_once()
    assert len(await home.rows("SELECT id FROM webhooks")) == 1, "nor is it once it has a position"
    await hand_out(home)
    assert len(await home.rows("SELECT id FROM webhook_deliveries WHERE state = 'pending'")) == 5
    await home.rows(end_all)
    await prune(home).run_once()
    assert await home.rows("SELECT id FROM webhooks") == []


LANES = """
SELECT lane, jsonb_agg(is_head ORDER BY position) AS heads, bool_or(is_head AND due_at <= clock_timestamp()) AS is_due
FROM webhook_deliveries WHERE state = 'pending' GROUP BY lane ORDER BY lane
"""


async def test_a_lane_keeps_a_head_whatever_is_ended_beside_a_worker(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "a", "a", "b", "b", "c", "c")
        await hand_out(home)
        first, second, *_ = await home.rows("SELECT id FROM webhook_deliveries WHERE lane = 'job/a' ORDER BY position")
        await home.rows(END, id=first["id"])
        async with home.database.begin() as pruning:
            await pruning.execute(text(END), {"id": second["id"]})
            worker = asyncio.create_task(next_of(home, UUID(hook["id"]), "job/a"))
            await until_one_waits(home, worker)
        await worker
        assert (await home.rows(LANES))[0] == {"lane": "job/a", "heads": [True], "is_due": True}
        # A lane that lost its head, and one whose head has an earlier event behind it, as after two replays.
        await home.rows("UPDATE webhook_deliveries SET is_head = false WHERE lane = 'job/b' RETURNING id")
        await home.rows("UPDATE webhook_deliveries SET is_head = NOT is_head WHERE lane = 'job/c' RETURNING id")
        await prune(home).run_once()
        lanes = [(row["lane"], row["heads"], row["is_due"]) for row in await home.rows(LANES)]
        assert lanes == [("job/a", [True], True), ("job/b", [True, False], True), ("job/c", [False, True], True)]


END = (
    "UPDATE webhook_deliveries SET state = 'exhausted', is_head = false, ended_at = clock_timestamp() "
    "WHERE id = :id RETURNING id"
)


async def next_of(home: World, webhook_id: UUID, lane: str) -> None:
    async with home.database.begin() as session:
        await make_heads(session, webhook_id, [lane])


async def until_one_waits(home: World, task: asyncio.Task[None]) -> None:
    query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    url = libpq_url(home.database.url)
    async with asyncio.timeout(10), await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while await (await connection.execute(query)).fetchone() is None:
            assert not task.done()
            await asyncio.sleep(0.01)


async def test_what_ended_long_ago_is_found_by_its_index(home: World) -> None:
    async with home.database.begin() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await session.execute(text(f"EXPLAIN {OLD.text}"), {"days": 30.0, "most": 10})
        found = "\n".join(plan.scalars())
    assert "ix_webhook_deliveries_ended" in found
    assert "Index Cond: (ended_at < " in found
