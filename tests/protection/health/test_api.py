"""The health of an item as callers see it, from Azure's answers to the item and its list."""

from typing import Any
from uuid import UUID

from app.worker import health_loops_of
from tests.estate.estate_steps import read as read_estate
from tests.world import World


async def look(world: World, *names: str) -> None:
    loops = health_loops_of(world.database, world.azure)
    for name in names or loops:
        while await loops[name].run_once() == 0.0:
            pass


async def read(world: World, item: dict[str, Any]) -> dict[str, Any]:
    answer = await world.api.get(f"/v1/protected-items/{item['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_item_shows_when_its_next_point_is_due_and_of_which_kind_its_points_are(world: World) -> None:
    item = await world.item()
    unknown = {"expected": None, "last": None, "met": None}
    assert (item["rpo"]["state"], item["consistency"]) == ("unknown", unknown), "not assessed yet"
    await look(world, "health")
    shown = await read(world, item)
    assert shown["rpo"]["state"] == "met"
    assert (shown["rpo"]["objective_seconds"], shown["rpo"]["grace_seconds"]) == (86400, 43200)
    assert (shown["rpo"]["source"], shown["rpo"]["due_at"] is not None) == ("policy", True)
    assert shown["consistency"] == unknown | {"expected": "file_system"}, "Linux, read when it was protected"
    before = world.requests
    await look(world, "point_kinds")
    assert world.requests == before, "without a point there is nothing to read"

    await world.back_up(item)
    await look(world)
    backed_up = await read(world, item)
    assert backed_up["rpo"]["last_usable_point_at"] == backed_up["last_recovery_point_at"]
    assert backed_up["consistency"]["last"] in {"application", "file_system"}
    assert backed_up["consistency"]["met"] is True
    before = world.requests
    await look(world)
    assert world.requests == before, "the kind of this point is known"
    listed = (await world.api.get("/v1/protected-items", params={"rpo": ["met", "missed"]})).json()["items"]
    assert [one["rpo"] for one in listed] == [backed_up["rpo"]]
    assert (await world.api.get("/v1/protected-items", params={"rpo": "due"})).json()["items"] == []


async def test_an_etag_changes_with_the_health_that_it_stands_for(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}"
    first = (await world.api.get(path)).headers["ETag"]
    assert (await world.api.get(path, headers={"If-None-Match": first})).status_code == 304
    await look(world, "health")
    assert (await world.api.get(path, headers={"If-None-Match": first})).status_code == 200


async def test_points_that_a_caller_reads_tell_their_kind_and_azure_is_not_asked_again(world: World) -> None:
    item = await world.item()
    await look(world, "health")
    await world.back_up(item)
    (point,) = await world.points(item)
    before = world.requests
    await look(world)
    assert (await read(world, item))["consistency"]["last"] == point["consistency"]
    assert world.requests == before


async def test_points_that_cannot_be_read_are_asked_for_an_hour_later_at_the_earliest(world: World) -> None:
    item = await world.item()
    await look(world, "health")
    await world.back_up(item)
    world.fault("GET", "/recoveryPoints$", "status_before", status=503, times=None)
    await look(world)
    asked = world.requests
    await look(world)
    assert world.requests == asked
    assert (await read(world, item))["consistency"]["last"] is None


async def test_a_reading_of_the_estate_tells_the_os_of_items_that_were_found(world: World) -> None:
    item = await world.item()
    await world.rows("UPDATE item_health SET os = NULL RETURNING 1 AS done")
    await look(world, "health")
    assert (await read(world, item))["consistency"]["expected"] is None
    await read_estate(world)
    await look(world, "health")
    assert (await read(world, item))["consistency"]["expected"] == "file_system"


async def test_the_worker_leaves_most_of_what_azure_allows_to_others(world: World) -> None:
    """A fifth of what was learnt for an hour, whatever an earlier minute took."""
    vault = await world.vault()
    first, second = await world.item(vault=vault), await world.item("vm-db-01", vault)
    await look(world, "health")
    await world.back_up(first)
    await world.back_up(second)
    learnt = "UPDATE azure_budgets SET remaining = 9, rate = :an_hour / 3600.0 WHERE request_class = 'other_read'"
    asked = "UPDATE item_health SET kind_asked_at = clock_timestamp() - interval '30 minutes' WHERE"
    await world.rows(f"{asked} protected_item_id = :id RETURNING 1", id=UUID(first["id"]))
    for an_hour, kind in ((9.0, "unread"), (11.0, "read")):
        await world.rows(f"{learnt} RETURNING 1", an_hour=an_hour)
        before = world.requests
        await look(world, "point_kinds")
        assert (world.requests - before).total() == (kind == "read"), kind
