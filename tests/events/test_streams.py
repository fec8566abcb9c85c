"""Streams of events: in order, resumed without a gap or a repeat, shared, bounded, and ended when they must end."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import text

from app.core.db.database import Database
from app.core.db.notices import EVENTS_CHANNEL
from app.core.db.notifier import Notification
from app.events import streams
from app.events.feed import Feed
from app.events.streams import OpenStreams
from app.identity.tokens.bearer import LEEWAY_SECONDS
from tests.events.changes import AWAY_TIMES, add, away_for_a_moment
from tests.events.streaming import Parser, opened
from tests.whole import is_whole
from tests.world import HOME, KEEP, World


def told(events: list[dict[str, Any]]) -> list[str]:
    return [event["data"]["data"]["name"] for event in events]


async def test_a_stream_tells_what_is_new_and_resumes_behind_the_last_one_seen(world: World) -> None:
    token = world.token()
    async with opened(world.app, token) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == ("no-cache", "no")
        assert "content-length" not in stream.headers
        begun = stream.parser.last_id
        await add(world, "a", "b")
        first = await stream.take(2)
    assert told(first) == ["a", "b"]
    assert {event["event"] for event in first} == {"holdfast.vault.changed"}
    await add(world, "c")
    async with opened(world.app, token, headers={"Last-Event-ID": first[0]["id"]}) as stream:
        assert told(await stream.take(2)) == ["b", "c"]
    async with opened(world.app, token, cursor=begun) as stream:
        assert told(await stream.take(3)) == ["a", "b", "c"]
        assert (await world.api.get("/v1/events", params={"cursor": first[1]["id"]})).json()["items"] == [
            event["data"] for event in (await tail(world, first[1]["id"]))
        ]


async def tail(world: World, cursor: str) -> list[dict[str, Any]]:
    async with opened(world.app, world.token(), cursor=cursor) as stream:
        return await stream.take(1)


async def test_filters_hold_for_what_was_missed_and_for_what_is_new(world: World) -> None:
    await add(world, "a")
    async with opened(world.app, world.token(), type="holdfast.tenant.changed", start="oldest") as stream:
        before = await stream.take(1)
        await add(world, "b")
        await world.api.patch(f"/v1/tenants/{HOME}", json={"name": "renamed"}, headers={"If-Match": "*"})
        world.services.feed.wake(HOME)
        after = await stream.take(1)
    assert {event["event"] for event in before + after} == {"holdfast.tenant.changed"}
    assert after[0]["data"]["data"]["name"] == "renamed"


async def test_a_stream_cut_at_every_byte_resumes_without_a_gap_or_a_repeat(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with a beat in the sample, which moves the place of a client that was sent no event."""
    token, names, wanted = world.token(), [f"v{number}" for number in range(4)], "holdfast.vault.changed"
    async with opened(world.app, token, type=wanted) as stream:
        begun = stream.parser.last_id
        await add(world, *names[:2])
        at = (await stream.take(2))[-1]["id"]
        monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.02)
        await world.api.patch(f"/v1/tenants/{HOME}", json={"name": "left out"}, headers={"If-Match": "*"})
        await stream.until(lambda: stream.parser.last_id != at)
        monkeypatch.undo()
        await add(world, *names[2:])
        await stream.take(2)
        sample = stream.bytes
    assert b": ping" in sample
    ends: dict[str, set[tuple[str, ...]]] = {}
    for cut in range(len(sample) + 1):
        client = Parser(begun)
        seen = told(client.feed(sample[:cut]))
        ends.setdefault(client.last_id, set()).add(tuple(seen))
    assert len(ends) == len(names) + 2  # where it began, the events, and the beat behind what was left out
    for last_id, seen_before in ends.items():
        (before,) = seen_before  # whatever was cut off behind it, a client with this id has seen the same
        missing = len(names) - len(before)
        async with opened(world.app, token, type=wanted, headers={"Last-Event-ID": last_id}) as stream:
            resumed = told(await stream.take(missing)) if missing else []
            assert [*before, *resumed] == names


async def test_many_streams_share_one_read_and_hold_no_connection(world: World) -> None:
    count = 1000 if is_whole() else 60
    world.replace_services(open_streams=OpenStreams(per_principal=count, per_tenant=count))
    asked = world.requests.total()
    calls: list[int] = []
    read = Feed._read

    async def counted(self: Feed, tenant: str, stand: Any, changes: int) -> Any:
        calls.append(stand.position)
        return await read(self, tenant, stand, changes)

    token = world.token()
    async with AsyncExitStack() as stack:
        opening = [stack.enter_async_context(opened(world.app, token)) for _ in range(count)]
        clients = [await one for one in opening]
        assert world.services.open_streams.total == count
        await asyncio.sleep(0.05)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Feed, "_read", counted)
            await add(world, "a")
            for client in clients:
                assert told(await client.take(1)) == ["a"]
            await asyncio.sleep(0.05)
        database: Database = world.services.database
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        # The event, and that nothing follows: read once each for all of them, and some times more where a wake-up fell
        # in between, or where a stream of a busy machine came late. Each for itself would be two for each stream.
        assert len(calls) <= count // 2, calls
    assert world.services.open_streams.total == 0
    assert world.requests.total() == asked


async def test_a_client_that_does_not_read_holds_up_no_other(world: World) -> None:
    token = world.token()
    async with opened(world.app, token) as slow, opened(world.app, token) as quick:
        slow.may_take.clear()
        await add(world, *(f"v{number}" for number in range(5)))
        assert len(await quick.take(5)) == 5
        assert len(slow.bytes) < len(quick.bytes)
        slow.may_take.set()
        assert len(await slow.take(5)) == 5


async def test_a_job_tells_its_own_events_to_its_end_and_then_nothing(world: World) -> None:
    item = await world.item()
    asked = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    path, token, before = f"{asked.headers['Location']}/events", world.token(), world.requests
    async with opened(world.app, token, path) as stream:
        assert [event["event"] for event in await stream.take(1)] == ["holdfast.job.created"]
        assert world.requests == before
        await world.settle()
        rest = await stream.ended()
    assert rest[-1]["event"] == "holdfast.job.ended"
    assert {event["data"]["subject"] for event in rest} == {asked.headers["Location"]}
    assert (await world.rows("SELECT count(*) AS n FROM jobs WHERE watched_until IS NOT NULL"))[0]["n"] == 0
    async with opened(world.app, token, path, headers={"Last-Event-ID": rest[-1]["id"]}) as again:
        assert again.status == 204
    async with opened(world.app, token, path) as again:
        events = await again.ended()
        assert events[0]["event"] == "holdfast.job.created"
    json_still = await world.api.get(path)
    assert "observation" in json_still.json()["items"][0]


async def test_an_accepted_request_announces_its_event_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its statement spares the database the NOTICE by which other writes are heard of."""
    item, heard = await world.item(), list[Notification]()
    monkeypatch.setattr(world.services.database._notifier, "notify_later", heard.extend)
    asked = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    assert asked.status_code == 202
    assert (EVENTS_CHANNEL, HOME) in heard
    heard.clear()
    renamed = await world.api.patch(f"/v1/tenants/{HOME}", json={"name": "x"}, headers={"If-Match": "*"})
    assert renamed.status_code == 200
    assert (EVENTS_CHANNEL, HOME) in heard


async def test_head_and_refusals_are_answered_at_once(world: World) -> None:
    head = await world.api.head("/v1/events", headers={"Accept": "text/event-stream"})
    assert (head.status_code, head.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    for headers, query, status, code in (
        ({"Last-Event-ID": "x"}, {}, 422, "invalid_cursor"),
        ({}, {"type": "nothing"}, 422, "event_type_unknown"),
        ({"Authorization": "Bearer x"}, {}, 401, "token_invalid"),
    ):
        async with opened(world.app, world.token(), headers=headers, **query) as refused:
            assert (refused.status, refused.problem["code"]) == (status, code)
    async with opened(world.app, world.token(), f"/v1/jobs/{'0' * 8}-0000-0000-0000-{'0' * 12}/events") as refused:
        assert (refused.status, refused.problem["code"]) == (404, "job_not_found")


async def test_too_many_streams_of_one_caller_are_refused_and_a_closed_one_makes_room(world: World) -> None:
    world.replace_services(open_streams=OpenStreams(per_principal=2, per_tenant=3))
    token, other = world.token(), world.token(oid="caller-2", sub="caller-2")
    async with opened(world.app, token):
        async with opened(world.app, token):
            async with opened(world.app, token) as refused:
                assert (refused.status, refused.problem["code"]) == (429, "too_many_streams")
                assert "retry-after" in refused.headers
            async with opened(world.app, other) as third, opened(world.app, other) as fourth:
                assert (third.status, fourth.status) == (200, 429)
        async with opened(world.app, token) as again:
            assert again.status == 200
    assert world.services.open_streams.total == 0


async def test_a_stream_ends_when_its_caller_may_not_read_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check comes before what is sent: nothing of the time after it is told."""
    monkeypatch.setattr(streams, "RECHECK_SECONDS", 0.0)
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)
    short = world.token(exp=int(time.time()) - LEEWAY_SECONDS + 2)
    async with opened(world.app, short) as expiring, opened(world.app, world.token()) as member:
        assert (expiring.status, member.status) == (200, 200)
        await expiring.ended()
        assert not member.has_ended
        async with world.database.of_platform().begin() as session:
            await session.execute(text("UPDATE members SET roles = '[]'"))
        world.services.access.forget()
        await add(world, "secret")
        assert await member.ended() == []


async def test_a_stream_outlives_a_database_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "RETRY_SECONDS", 0.01)
    async with opened(world.app, world.token()) as stream:
        failed = away_for_a_moment(monkeypatch)
        await add(world, "a")
        assert told(await stream.take(1)) == ["a"]
        assert len(failed) == AWAY_TIMES


async def test_a_stopping_process_ends_its_streams(world: World) -> None:
    async with opened(world.app, world.token()) as stream:
        world.services.feed.drain()
        assert await stream.ended() == []


async def test_a_quiet_stream_shows_that_it_lives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.02)
    async with opened(world.app, world.token(), type="holdfast.report.written") as stream:
        begun = stream.parser.last_id
        await add(world, "a")
        await stream.until(lambda: b": ping" in stream.bytes and stream.parser.last_id != begun)
    # The place moved over what the filter left out: who comes back is not made to look at it again.
    page = (await world.api.get("/v1/events", params={"cursor": stream.parser.last_id})).json()
    assert page["items"] == []


async def test_a_stream_that_is_often_woken_for_others_shows_that_it_lives_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wait that begins again at each wake-up would never be long enough for a beat."""
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.3)
    async with opened(world.app, world.token(), type="holdfast.report.written") as stream:

        async def wake() -> None:
            while True:
                await asyncio.sleep(0.02)
                world.services.feed.wake(HOME)

        waking = asyncio.create_task(wake())
        try:
            await stream.until(lambda: stream.bytes.count(b": ping") >= 2)
        finally:
            waking.cancel()
