"""What a tenant expects: set, read and removed by version, on the trail, and what follows for the items."""

from typing import Any

import httpx

from tests.protection.health.test_api import look, read
from tests.world import World

NOTHING = dict.fromkeys(("objective_seconds", "grace_seconds", "consistency", "linux_scripts_expected", "updated_at"))


async def put(api: httpx.AsyncClient, path: str, body: dict[str, Any], if_match: str | None = "*") -> httpx.Response:
    return await api.put(path, json=body, headers={"If-Match": if_match} if if_match else {})


async def test_a_rule_of_an_item_and_one_of_the_tenant_are_set_by_version_and_change_what_is_expected(
    world: World,
) -> None:
    item = await world.item()
    await world.back_up(item)
    await look(world)
    by_policy = (await read(world, item))["rpo"]
    own, all_ = f"/v1/protected-items/{item['id']}/expectations", "/v1/expectations"
    for path in (own, all_):
        unset = await world.api.get(path)
        assert (unset.json(), unset.headers["ETag"]) == (NOTHING, '"0"')
        assert (await put(world.api, path, {"objective_seconds": 3600}, None)).status_code == 428
        assert (await put(world.api, path, {"objective_seconds": 3600}, '"1"')).status_code == 412

    # The tenant's rule is applied by the worker; the item's own, which goes first, at once.
    made = await put(world.api, all_, {"objective_seconds": 7200, "linux_scripts_expected": True}, '"0"')
    assert made.status_code == 200, made.text
    await look(world)
    shown = await read(world, item)
    assert (shown["rpo"]["source"], shown["rpo"]["objective_seconds"]) == ("tenant", 7200)
    assert shown["rpo"]["grace_seconds"] == 10800, "half of it, at least three hours"
    assert (shown["consistency"]["expected"], shown["consistency"]["met"]) == ("application", False)

    mine = await put(world.api, own, {"objective_seconds": 86400, "grace_seconds": 0, "consistency": "crash"}, '"0"')
    assert mine.status_code == 200, mine.text
    shown = await read(world, item)
    assert (shown["rpo"]["objective_seconds"], shown["rpo"]["grace_seconds"]) == (86400, 0)
    assert (shown["consistency"]["expected"], shown["consistency"]["met"]) == ("crash", True)
    assert (await world.api.get(own)).json()["updated_at"] is not None
    again = await put(world.api, own, {"objective_seconds": 86400, "grace_seconds": 60}, mine.headers["ETag"])
    assert (again.status_code, again.json()["consistency"]) == (200, None)
    assert (await put(world.api, own, {}, mine.headers["ETag"])).status_code == 412

    for path in (own, own, all_):
        assert (await world.api.delete(path, headers={"If-Match": "*"})).status_code == 204
    await look(world)
    assert (await read(world, item))["rpo"] == by_policy
    actions = "SELECT action, details FROM audit_entries WHERE target LIKE '%/expectations' ORDER BY id"
    assert [row["action"] for row in await world.rows(actions)] == [
        "put_expectations",
        "put_item_expectations",
        "put_item_expectations",
        "delete_item_expectations",
        "delete_expectations",
    ]


async def test_what_makes_no_sense_is_refused_and_others_items_are_not_there(world: World) -> None:
    item = await world.item()
    own = f"/v1/protected-items/{item['id']}/expectations"
    wrong_bodies: tuple[Any, ...] = (
        {"objective_seconds": 3599},
        {"objective_seconds": 400 * 86400},
        {"grace_seconds": -1},
        {"grace_seconds": 31 * 86400},
        {"consistency": "perfect"},
        {"linux_scripts_expected": "sometimes"},
        {"objective": 86400},
        [],
    )
    for wrong in wrong_bodies:
        answer = await put(world.api, own, wrong)
        assert answer.status_code == 422, (wrong, answer.text)
        assert answer.json()["remedy"] if "remedy" in answer.json() else answer.json()["errors"]
    async with world.stranger() as stranger:
        for method in ("GET", "PUT", "DELETE"):
            sent: dict[str, Any] = {"json": {}} if method == "PUT" else {}
            assert (await stranger.request(method, own, headers={"If-Match": "*"}, **sent)).status_code == 404
    await put(world.api, own, {"objective_seconds": 7200})
    assert (await world.api.get("/v1/expectations")).json() == NOTHING
