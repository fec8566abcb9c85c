"""Lists of items by what a caller knows: names, parts of names, health, age of the newest point, several values."""

from typing import Any

from tests.world import RG, World, vm_id

NAMES = ("vm_web-01", "VM-Web-02", "db-01", "webxx01")


async def put_items(world: World, like: str) -> None:
    """One item for each name, as copies of this one's row."""
    for number, name in enumerate(NAMES):
        await world.rows(
            "INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, health, vm_missing,"
            " last_recovery_point_at) SELECT gen_random_uuid(), tenant, vault_id, policy_id, :vm, lower(:vm), :state,"
            " :health, :gone, CAST(:point AS timestamptz) FROM protected_items WHERE id = :like RETURNING id",
            like=like,
            vm=vm_id(name),
            state=("protected", "paused", "error", "protected")[number],
            health=("Passed", "ActionRequired", None, "Passed")[number],
            gone=number == 2,
            point=(None, "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-05T00:00:00Z")[number],
        )


async def found(world: World, **query: Any) -> set[str]:
    answer = await world.api.get("/v1/protected-items", params=query)
    assert answer.status_code == 200, answer.text
    return {item["vm"]["name"] for item in answer.json()["items"]}


async def pages_are_in_one_order(world: World) -> None:
    """Several states are read one by one, and merged."""
    every = [one["id"] for one in (await world.api.get("/v1/protected-items")).json()["items"]]
    seen: list[str] = []
    query: dict[str, Any] = {"state": ["protected", "error", "paused", "initial_backup_pending"], "limit": 2}
    while True:
        page = (await world.api.get("/v1/protected-items", params=query)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == every


async def test_items_are_found_by_what_a_caller_knows_of_them(world: World) -> None:
    item = await world.item()
    await put_items(world, item["id"])
    assert item["vm"] == {
        "id": item["vm_id"],
        "name": "vm-web-01",
        "resource_group": RG.rsplit("/", 1)[-1],
        "subscription_id": "00000000-0000-0000-0000-000000000001",
    }
    assert await found(world, name="vm-WEB-02") == {"VM-Web-02"}
    assert await found(world, name="web") == set(), "a name is the whole name"
    assert await found(world, q="WEB") == {"vm_web-01", "VM-Web-02", "webxx01", "vm-web-01"}
    assert await found(world, q="v%0") == set(), "a percent sign stands for itself"
    assert await found(world, q="m_w") == {"vm_web-01"}, "and so does an underscore"
    assert await found(world, state=["paused", "error"]) == {"VM-Web-02", "db-01"}
    assert await found(world, state=["paused", "error"], q="db") == {"db-01"}
    assert await found(world, health=["ActionRequired", "Nonsense"]) == {"VM-Web-02"}
    assert await found(world, vm_missing=True) == {"db-01"}
    assert "db-01" not in await found(world, vm_missing=False)
    wanted = {"no_recovery_point_since": "2026-01-03T00:00:00Z", "q": "b"}
    assert await found(world, **wanted) == {"vm_web-01", "VM-Web-02", "vm-web-01"}, "no point is an old point"
    assert await found(world, vault_id=[item["vault_id"]] * 2, policy_id=item["policy_id"], q="db") == {"db-01"}
    for wrong in ({"name": ""}, {"q": "\x00"}, {"state": "gone"}, {"vault_id": ["no"]}, {"health": "x" * 101}):
        assert (await world.api.get("/v1/protected-items", params=wrong)).status_code == 422, wrong
    await pages_are_in_one_order(world)
