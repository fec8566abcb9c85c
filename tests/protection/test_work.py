"""What the worker does with changes of an item: once, in order, and never over what somebody else did."""

from typing import Any

import pytest

from tests.world import World


async def ask(world: World, item: dict[str, Any], what: Any) -> dict[str, Any]:
    path = f"/v1/protected-items/{item['id']}"
    if what == "delete":
        answer = await world.api.delete(path)
    elif what == "undelete":
        answer = await world.api.post(f"{path}/undelete")
    else:
        answer = await world.api.patch(path, json=what)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def look(world: World, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def test_it(world: World) -> None:
    item = await world.item()
    for what, state in (({"action": "pause"}, "paused"), ({"action": "resume", "policy_id": item["policy_id"]}, "initial_backup_pending"), ({"disks": {"exclude_luns": [0]}}, "initial_backup_pending"),("delete", "soft_deleted"), ("undelete", "paused")):
        job = await ask(world, item, what)
        await world.settle()
        ended = await look(world, job)
        assert ended["state"] == "succeeded", ended
        now = await world.resource_of(ended)
        print(what, ended["kind"], now)
        assert now["state"] == state, (what, now)
