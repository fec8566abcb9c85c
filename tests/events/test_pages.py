"""GET /v1/events: pages in the order of the commits, without a gap, filtered, and from any place that is kept."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import delete, func, select, text

from app.core.events.models import Event
from app.events import feed, reads
from app.events.cursors import Stand
from app.events.streams import OpenStreams
from app.jobs.loops.prune import PruneLoop
from tests.events.changes import AWAY_TIMES, a_vault, add, away_for_a_moment, rename
from tests.events.streaming import asking
from tests.world import HOME, KEEP, World, until


async def page(world: World, **query: Any) -> dict[str, Any]:
    answer = await world.api.get("/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [event["data"]["name"] for event in found["items"]]


async def test_pages_go_on_where_the_last_one_ended_now_and_later(world: World) -> None:
    start = (await page(world, start="now"))["next_cursor"]
    await add(world, "a", "b", "c")
    first = await page(world, cursor=start, limit=2)
    assert (names(first), first["next"]) == (["a", "b"], first["next_cursor"])
    second = await page(world, cursor=first["next"], limit=2)
    assert (names(second), second["next"]) == (["c"], None)
    assert (await page(world, cursor=second["next_cursor"]))["items"] == []
    await add(world, "d")
    assert names(await page(world, cursor=second["next_cursor"])) == ["d"]
    assert names(await page(world, cursor=start)) == ["a", "b", "c", "d"]
    answer = await world.api.get("/v1/events", params={"cursor": start, "limit": 1})
    assert 'rel="next"' in answer.headers["Link"]
    assert answer.headers["Vary"] == "Accept"


async def test_a_late_commit_comes_later_and_a_rollback_stops_nothing(world: World) -> None:
    """Two transactions are interleaved; what was written first is committed last."""
    cursor = (await page(world, start="now"))["next_cursor"]
    async with world.database.begin() as late:
        late.add(one := a_vault("late"))
        await late.flush()
        async with world.database.begin() as lost:
            lost.add(a_vault("lost"))
            await lost.flush()
            await lost.rollback()
        await add(world, "early")
        seen = await page(world, cursor=cursor)
        assert (names(seen), seen["next"]) == (["early"], None)
        await rename(late, one.id, "elsewhere")
    after = await page(world, cursor=seen["next_cursor"])
    assert [(event["action"], event["data"]["location"]) for event in after["items"]] == [
        ("created", "westeurope"),
        ("updated", "elsewhere"),
    ]


async def test_filters_select_and_take_only_what_there_is(world: World) -> None:
    item = await world.item()
    asked = await world.api.post(
        f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP, "labels": {"team": "red"}}
    )
    job = asked.headers["Location"]
    await add(world, "other")
    created = await page(world, type="holdfast.job.created", label="team=red")
    assert [event["subject"] for event in created["items"]] == [job]
    assert {event["subject"] for event in (await page(world, subject=job))["items"]} == {job}
    assert (await page(world, type=["holdfast.tenant.*", "holdfast.report.written"], vault_id=item["vault_id"]))[
        "items"
    ] == []
    of_vault = await page(world, vault_id=item["vault_id"], limit=200)
    assert {event["data"].get("vault_id", item["vault_id"]) for event in of_vault["items"]} == {item["vault_id"]}
    everything = await page(world, limit=200)
    assert len(of_vault["items"]) < len(everything["items"])
    assert [event["id"] for event in (await page(world, type="*", limit=200))["items"]] == [
        event["id"] for event in everything["items"]
    ]


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ({"type": "holdfast.jobs.*"}, 422, "event_type_unknown", "query:type"),
        ({"subject": "/v1/restores/x"}, 422, "event_subject_unknown", "query:subject"),
        ({"cursor": "WyJqb2JzIiwxXQ"}, 422, "invalid_cursor", "query:cursor"),
        ({"cursor": "x"}, 422, "invalid_cursor", "query:cursor"),
        ({"label": "team"}, 422, "invalid_request", "query:label"),
        ({"vault_id": "x"}, 422, "invalid_request", "query:vault_id"),
        ({"start": "yesterday"}, 422, "invalid_request", "query:start"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    world: World, query: dict[str, str], status: int, code: str, pointer: str
) -> None:
    answer = await world.api.get("/v1/events", params=query)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["pointer"]) == (status, code, pointer)
    assert problem["remedy"]


async def test_a_page_is_of_one_tenant(world: World) -> None:
    cursor = (await page(world, start="now"))["next_cursor"]
    await add(world, "theirs", tenant=str(uuid4()))
    await add(world, "ours")
    assert names(await page(world, cursor=cursor)) == ["ours"]
    async with world.stranger() as stranger:
        assert (await stranger.get("/v1/events")).json()["items"] == [
            event
            for event in (await stranger.get("/v1/events")).json()["items"]
            if event["source"] != f"/v1/tenants/{HOME}"
        ]
        # A cursor is a place in a log: in the log of another tenant there is no such place.
        theirs = await page(world)
        answer = await stranger.get("/v1/events", params={"cursor": theirs["next_cursor"]})
        assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")


async def test_a_rare_filter_looks_at_few_rows_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "SCANNED_AT_ONCE", 3)
    cursor = (await page(world, start="now"))["next_cursor"]
    await add(world, *"abcdefg")
    await world.api.patch(f"/v1/tenants/{HOME}", json={"name": "renamed"}, headers={"If-Match": "*"})
    pages = [await page(world, cursor=cursor, type="holdfast.tenant.changed")]
    while pages[-1]["next"]:
        pages.append(await page(world, cursor=pages[-1]["next"], type="holdfast.tenant.changed"))
    assert [len(one["items"]) for one in pages] == [0, 0, 1]
    assert pages[0]["next_cursor"] != cursor


# --- the ends of the log ---------------------------------------------------------------------------------------------
def as_owner(world: World, statement: str) -> None:
    """What no role of Holdfast may do to the log."""
    with psycopg.connect(world.settings.database_dsn) as connection:
        connection.execute(statement)


async def prune(world: World) -> None:
    loop = PruneLoop(world.database, events_days=90, attempts_days=30, batch=2)
    await loop.run_once()
    async with world.database.begin() as session:
        await session.execute(text("UPDATE prunings SET due_at = clock_timestamp()"))
    while await loop.run_once() == 0.0:
        pass


async def test_a_cursor_before_what_was_pruned_is_told_so(world: World) -> None:
    start = (await page(world, start="now"))["next_cursor"]
    await add(world, "a", "b", "c")
    one = await page(world, cursor=start, limit=1)
    end = await page(world, cursor=start)
    as_owner(world, "UPDATE events SET at = at - interval '91 days'")
    await prune(world)
    async with world.database.begin() as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == 0
    # Nothing is missing behind the end of what is gone, however long ago that was.
    assert (await page(world, cursor=end["next_cursor"]))["items"] == []
    await add(world, "d")
    assert names(await page(world, cursor=end["next_cursor"])) == ["d"]
    assert names(await page(world)) == ["d"]
    for cursor in (start, one["next_cursor"]):
        answer = await world.api.get("/v1/events", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")
        assert "start=oldest" in answer.json()["remedy"]


async def test_young_events_are_kept_by_pruning(world: World) -> None:
    await add(world, "a", "b", "c")
    before = await page(world, limit=200)
    await prune(world)
    assert await page(world, limit=200) == before


async def test_a_database_that_was_set_back_does_not_pass_for_the_same_log(world: World) -> None:
    await add(world, "a", "b")
    end = await page(world)
    async with world.database.begin() as session:  # as after a restore of an older backup: the newest is gone
        gone = await session.scalar(select(func.max(Event.position)))
        await session.execute(delete(Event).where(Event.position == gone))
    answer = await world.api.get("/v1/events", params={"cursor": end["next_cursor"]})
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")
    as_owner(world, f"ALTER SEQUENCE events_position_seq RESTART WITH {gone}")  # and its position was given again
    await add(world, "c")
    answer = await world.api.get("/v1/events", params={"cursor": end["next_cursor"]})
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")
    ahead = await world.api.get("/v1/events", params={"cursor": Stand(10**9, "abc").cursor})
    assert ahead.status_code == 410


# --- waiting ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look may take the place of news. Requested before `world`, whose first look is planned when it starts."""
    monkeypatch.setattr(feed, "LOOK_SECONDS", 3600.0)


async def waiting_for(world: World, **query: str) -> asyncio.Task[httpx.Response]:
    """The answer to come to a caller whose page was empty: it has read the log, and only news makes it read again."""
    asked = asyncio.create_task(world.api.get("/v1/events", params=query, headers={"Prefer": "wait=50"}))
    await until(lambda: asked.done() or bool(world.services.feed._waiters))
    assert not asked.done()
    return asked


@pytest.mark.usefixtures("no_look")
async def test_an_empty_page_waits_for_an_event_that_is_wanted(world: World) -> None:
    cursor = (await page(world, start="now"))["next_cursor"]
    waiting = await waiting_for(world, cursor=cursor, type="holdfast.tenant.changed")
    await add(world, "unwanted")
    await world.api.patch(f"/v1/tenants/{HOME}", json={"name": "renamed"}, headers={"If-Match": "*"})
    answer = await asyncio.wait_for(waiting, 20)
    assert [event["type"] for event in answer.json()["items"]] == ["holdfast.tenant.changed"]
    assert answer.headers["Preference-Applied"] == "wait=50"


@pytest.mark.usefixtures("no_look")
async def test_a_process_that_stops_answers_those_who_wait(world: World) -> None:
    waiting = await waiting_for(world, cursor=(await page(world, start="now"))["next_cursor"])
    world.services.feed.drain()
    answer = await asyncio.wait_for(waiting, 20)
    assert (answer.json()["items"], "Preference-Applied" in answer.headers) == ([], False)


async def test_a_wait_for_a_page_is_an_open_stream_and_ends_with_its_caller(world: World) -> None:
    world.replace_services(open_streams=OpenStreams(per_principal=1, per_tenant=9))
    cursor = (await page(world, start="now"))["next_cursor"]
    wanted, wait = {"cursor": cursor}, {"Prefer": "wait=50"}
    async with asking(world.app, world.token(), "/v1/events", headers=wait, **wanted):
        await until(lambda: world.services.open_streams.total == 1)
        refused = await world.api.get("/v1/events", params=wanted, headers=wait)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert (await page(world, **wanted))["items"] == []
    assert world.services.open_streams.total == 0


async def test_who_may_not_read_any_more_is_sent_no_page(world: World) -> None:
    cursor = (await page(world, start="now"))["next_cursor"]
    waiting = asyncio.create_task(world.api.get("/v1/events", params={"cursor": cursor}, headers={"Prefer": "wait=50"}))
    await until(lambda: world.services.open_streams.total == 1)
    async with world.database.of_platform().begin() as session:
        await session.execute(text("UPDATE members SET roles = '[]'"))
    world.services.access.forget()
    await add(world, "secret")
    answer = await asyncio.wait_for(waiting, 20)
    assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")


async def test_a_database_that_is_away_for_a_moment_ends_no_wait_for_a_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = (await page(world, start="now"))["next_cursor"]
    waiting = asyncio.create_task(world.api.get("/v1/events", params={"cursor": cursor}, headers={"Prefer": "wait=50"}))
    await until(lambda: bool(world.services.feed._waiters))
    failed = away_for_a_moment(monkeypatch)
    await add(world, "a")
    assert names((await asyncio.wait_for(waiting, 20)).json()) == ["a"]
    assert len(failed) == AWAY_TIMES
