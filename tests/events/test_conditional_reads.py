"""If-None-Match with Prefer: wait: answered by the change itself, at no cost meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.core.db.database import Database
from app.events import conditional_reads, feed
from app.events.feed import Feed
from app.events.streams import OpenStreams
from app.main import openapi_document
from tests.events.changes import a_vault, add, away_for_a_moment
from tests.events.resources import resources
from tests.events.streaming import SECONDS, asking
from tests.world import HOME, VAULT, World, until


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tenant of each wait that has begun: after it, nothing but news makes its caller read again."""
    begun: list[str] = []
    news = conditional_reads._Waiting._news

    async def counted(self: conditional_reads._Waiting, *args: Any) -> None:
        begun.append(self._tenant)
        await news(self, *args)

    monkeypatch.setattr(conditional_reads._Waiting, "_news", counted)
    monkeypatch.setattr(feed, "LOOK_SECONDS", 3600.0)  # no look may take the place of news
    return begun


@asynccontextmanager
async def waiting(world: World, waits: list[str], path: str) -> AsyncIterator[asyncio.Task[Any]]:
    """A caller who knows the present version, has read it again, and waits for another one: the answer to come."""
    etag = (await world.api.get(path)).headers["ETag"]
    before = len(waits)
    asked = asyncio.create_task(world.api.get(path, headers={"If-None-Match": etag, "Prefer": "wait=50"}))
    await until(lambda: asked.done() or len(waits) > before)
    yield asked
    assert asked.done()


async def answered(asked: asyncio.Task[Any]) -> httpx.Response:
    answer: httpx.Response = await asyncio.wait_for(asked, SECONDS)
    return answer


@pytest.fixture
async def vault(world: World) -> str:
    row = a_vault("one")
    async with world.database.begin() as session:
        session.add(row)
    return str(row.id)


async def moved(world: World, vault: str) -> None:
    await world.rows(
        "UPDATE vaults SET location = location || 'x', updated_at = clock_timestamp() WHERE id = :id RETURNING id",
        id=vault,
    )


async def test_every_resource_with_an_etag_is_answered_when_it_changes(waits: list[str], world: World) -> None:
    """Each door of the document: a new one is added to resources.py, and reads by `CurrentRead`."""
    paths = openapi_document()["paths"]
    doors = {path for path, operations in paths.items() if "304" in operations.get("get", {}).get("responses", {})}
    known = await resources(world)
    assert set(known) == doors
    changes = [(door, one.path, how) for door, one in known.items() for how in (one.change, *one.others)]
    for door, path, change in changes:
        async with waiting(world, waits, path) as asked:
            assert not asked.done(), (door, asked.result().text)
            await change()
            answer = await answered(asked)
        assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=50"), door
        now = await world.api.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert now.status_code == 304, door
    assert world.services.open_streams.total == 0


async def test_a_caller_who_waits_holds_nothing_and_is_counted(waits: list[str], world: World, vault: str) -> None:
    world.replace_services(open_streams=OpenStreams(per_principal=1, per_tenant=9))
    path, asked_of_azure = f"/v1/vaults/{vault}", world.requests.total()
    database: Database = world.services.database
    async with waiting(world, waits, path) as asked:
        await until(lambda: database.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]
        assert not world.services.at_once._held
        async with waiting(world, waits, path) as second:
            refused = await answered(second)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        await add(world, "another")  # an event of something else
        await until(lambda: database.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]
        assert not asked.done()
        world.services.feed.drain()
        stopped = await answered(asked)
    assert (stopped.status_code, stopped.headers["Preference-Applied"]) == (304, "wait=50")
    assert world.requests.total() == asked_of_azure


async def test_a_change_at_any_moment_of_the_subscription_is_answered(
    waits: list[str], world: World, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the place in the log is known, between that and the read, and between the read and the wait."""
    newest, next_of = Feed.newest, Feed.next_of
    moments = iter(["before", "between", "after"])
    moment = ""

    async def newest_and_change(self: Feed, tenant: str) -> Any:
        if moment == "before":
            await moved(world, vault)
        found = await newest(self, tenant)
        if moment == "between":
            await moved(world, vault)
        return found

    async def change_and_next_of(self: Feed, *args: Any, **more: Any) -> Any:
        if moment == "after":
            await moved(world, vault)
        return await next_of(self, *args, **more)

    monkeypatch.setattr(Feed, "newest", newest_and_change)
    monkeypatch.setattr(Feed, "next_of", change_and_next_of)
    for moment in moments:
        async with waiting(world, waits, f"/v1/vaults/{vault}") as asked:
            assert (await answered(asked)).status_code == 200, moment


async def test_the_end_of_the_time_is_304_and_what_is_gone_is_404(
    waits: list[str], world: World, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/vaults/{vault}"
    async with waiting(world, waits, path) as asked:
        await world.rows("DELETE FROM vaults RETURNING id")
        assert (await answered(asked)).status_code == 404
    monkeypatch.setattr(conditional_reads, "seconds_to_wait", lambda _: 0.01)
    for path in ("/v1/expectations", f"/v1/tenants/{HOME}"):
        etag = (await world.api.get(path)).headers["ETag"]
        late = await world.api.get(path, headers={"If-None-Match": etag, "Prefer": "wait=50"})
        assert (late.status_code, late.headers["ETag"], late.headers["Preference-Applied"]) == (304, etag, "wait=0.01")


async def test_who_does_not_wait_is_answered_as_ever(world: World, vault: str) -> None:
    path = f"/v1/vaults/{vault}"
    etag = (await world.api.get(path)).headers["ETag"]
    for given, status in (({"If-None-Match": etag}, 304), ({"If-None-Match": '"x"'}, 200), ({}, 200)):
        for prefer in ({}, {"Prefer": "wait=50"}, {"Prefer": "wait=0"}, {"Prefer": "respond-async"}):
            if (status, prefer.get("Prefer")) == (304, "wait=50"):
                continue
            answer = await world.api.get(path, headers=given | prefer)
            assert answer.status_code == status
            assert "Preference-Applied" not in answer.headers
    for method, known in (("GET", "*"), ("HEAD", etag)):
        answer = await world.api.request(method, path, headers={"If-None-Match": known, "Prefer": "wait=50"})
        assert answer.status_code == 304


async def test_a_job_is_waited_for_to_its_end_or_to_its_next_event(world: World) -> None:
    """Without If-None-Match to its end, as ever; with it to any event, and its progress is not fetched meanwhile."""
    location = (await world.api.post("/v1/vaults", json=VAULT)).headers["Location"]
    etag = (await world.api.get(location)).headers["ETag"]
    await world.rows("UPDATE jobs SET watched_until = NULL RETURNING id")
    asked = asyncio.create_task(world.api.get(location, headers={"If-None-Match": etag, "Prefer": "wait=50"}))
    await until(lambda: world.services.open_streams.total == 1)
    assert (await world.rows("SELECT count(*) AS n FROM jobs WHERE watched_until IS NOT NULL"))[0]["n"] == 0
    to_its_end = asyncio.create_task(world.api.get(location, headers={"Prefer": "wait=50"}))
    await world.loops["submitting"].run_once()
    moved_on = await answered(asked)
    assert moved_on.status_code == 200
    assert moved_on.json()["state"] in {"submitting", "running"}
    await world.settle()
    assert (await answered(to_its_end)).json()["state"] == "succeeded"


async def test_a_caller_who_hangs_up_makes_room_at_once(world: World, vault: str) -> None:
    path = f"/v1/vaults/{vault}"
    etag = (await world.api.get(path)).headers["ETag"]
    headers = {"If-None-Match": etag, "Prefer": "wait=50"}
    async with asking(world.app, world.token(), path, headers=headers):
        await until(lambda: world.services.open_streams.total == 1)
    assert world.services.open_streams.total == 0


async def test_who_may_not_read_any_more_hears_nothing_new(waits: list[str], world: World, vault: str) -> None:
    async with waiting(world, waits, f"/v1/vaults/{vault}") as asked:
        async with world.database.of_platform().begin() as session:
            await session.execute(text("UPDATE members SET roles = '[]'"))
        world.services.access.forget()
        await moved(world, vault)
        answer = await answered(asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")


async def test_a_database_that_is_away_for_a_moment_ends_no_wait(
    waits: list[str], world: World, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with waiting(world, waits, f"/v1/vaults/{vault}") as asked:
        failed = away_for_a_moment(monkeypatch)
        await moved(world, vault)
        assert (await answered(asked)).status_code == 200
    assert failed


async def test_an_etag_changes_with_all_that_is_shown_and_the_part_of_the_row_stays(world: World) -> None:
    """The time of a look, the number of items and Azure's words change without the version of the row."""
    item = await world.item()
    job = (await world.api.get("/v1/jobs")).json()["items"][0]["id"]
    item_path, policy = f"/v1/protected-items/{item['id']}", f"/v1/policies/{item['policy_id']}"
    for path, changed in (
        (f"/v1/vaults/{item['vault_id']}", "UPDATE vaults SET as_of = clock_timestamp() RETURNING id"),
        (item_path, "UPDATE protected_items SET as_of = clock_timestamp() RETURNING id"),
        (policy, "UPDATE policies SET as_of = clock_timestamp() RETURNING id"),
        (f"/v1/jobs/{job}", "UPDATE jobs SET progress_percent = 7 RETURNING id"),
        (policy, """UPDATE policies SET definition = NULL, raw = '{"a": 1}' RETURNING id"""),
        (policy, """UPDATE policies SET raw = '{"a": 2}' RETURNING id"""),
        (policy, "UPDATE protected_items SET policy_id = NULL RETURNING id"),
    ):
        before = await world.api.get(path)
        assert (await world.api.get(path, headers={"If-None-Match": before.headers["ETag"]})).status_code == 304
        await world.rows(changed)
        after = await world.api.get(path, headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200, changed
        assert after.json() != before.json(), changed
        versions = [one.headers["ETag"].partition("-")[0] for one in (before, after)]
        assert versions[0] == versions[1], changed
