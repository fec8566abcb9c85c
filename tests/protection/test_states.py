"""What the state of an item forbids, and what to do about it; a row that is older than Azure forbids nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.world import DISKS, KEEP, World, vm_id


def path_of(item: Mapping[str, Any]) -> str:
    return f"/v1/protected-items/{item['id']}"


async def say(world: World, item: Mapping[str, Any], state: str) -> None:
    """Our row, as it was before somebody else changed the item."""
    await world.rows(
        "UPDATE protected_items SET state = :state WHERE id = :id RETURNING id", state=state, id=item["id"]
    )


async def damage(world: World, name: str) -> None:
    entry = {
        "vm_id": vm_id(name),
        "state": "ProtectionError",
        "status": "ActionRequired",
        "code": 400001,
        "title": "UserErrorGuestAgentStatusUnavailable",
        "message": "Gone.",
        "recommendations": [],
    }
    answer = await world.http.post("http://simulator.test/_simulator/seed", json={"health": [entry]})
    assert answer.is_success, answer.text


async def test_an_item_in_error_is_backed_up_and_azure_decides(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await damage(world, "vm-web-01")
    await world.done(f"/v1/vaults/{item['vault_id']}/refresh", {})
    assert (await world.api.get(path_of(item))).json()["state"] == "error"
    answer = await world.api.post(f"{path_of(item)}/backups", json={"retain_until": KEEP})
    assert answer.status_code == 202, answer.text


async def test_a_first_backup_is_made_on_demand_too(world: World) -> None:
    item = await world.item()
    assert item["state"] == "initial_backup_pending"
    assert (await world.back_up(item))["state"] == "succeeded"


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("old", ["paused", "soft_deleted"])
async def test_an_old_row_refuses_nothing_that_azure_would_take(world: World, old: str) -> None:
    item = await world.item()
    await world.back_up(item)
    await say(world, item, old)
    backup = await world.api.post(f"{path_of(item)}/backups", json={"retain_until": KEEP})
    assert backup.status_code == 202, backup.text
    await say(world, item, "soft_deleted")
    wanted = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    preflight = await world.api.post("/v1/restores/preflight", json=wanted)
    assert preflight.status_code == 200, preflight.text
    assert (await world.api.post("/v1/restores", json=wanted)).status_code == 202
    pause = await world.api.patch(path_of(item), json={"action": "pause"})
    assert pause.status_code == 202, pause.text


async def paused(world: World) -> dict[str, Any]:
    item = await world.item()
    await world.back_up(item)
    await world.api.patch(path_of(item), json={"action": "pause"})
    await world.settle()
    return item


async def deleted(world: World) -> dict[str, Any]:
    item = await world.item()
    await world.back_up(item)
    await world.api.delete(path_of(item))
    await world.settle()
    return item


async def test_what_is_paused_is_refused_with_the_word_resume(world: World) -> None:
    item = await paused(world)
    backup = await world.api.post(f"{path_of(item)}/backups", json={"retain_until": KEEP})
    again = await world.api.post("/v1/protected-items", json={"vm_id": item["vm_id"], "policy_id": item["policy_id"]})
    disks = await world.api.patch(path_of(item), json={"disks": None})
    for answer in (backup, again, disks):
        assert answer.status_code == 409, answer.text
        assert "resume" in answer.json()["remedy"].lower(), answer.text
        assert answer.json()["state"] == "paused"


async def test_what_is_soft_deleted_is_refused_with_the_word_undelete(world: World) -> None:
    item = await deleted(world)
    wanted = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    resume = {"action": "resume", "policy_id": item["policy_id"]}
    answers = [
        await world.api.post(f"{path_of(item)}/backups", json={"retain_until": KEEP}),
        await world.api.post("/v1/protected-items", json={"vm_id": item["vm_id"], "policy_id": item["policy_id"]}),
        await world.api.post("/v1/restores", json=wanted),
        await world.api.post("/v1/restores/preflight", json=wanted),
        await world.api.delete(path_of(item)),
        *[
            await world.api.patch(path_of(item), json=body)
            for body in ({"action": "pause"}, resume, {"disks": None}, {"policy_id": item["policy_id"]})
        ],
    ]
    for answer in answers:
        assert answer.status_code == 409, (answer.request.url, answer.text)
        assert "undelete" in answer.json()["remedy"].lower(), (answer.request.url, answer.text)


async def test_while_azure_is_away_the_row_is_all_there_is(world: World) -> None:
    item = await paused(world)
    world.fault("GET", "/protectedItems/", "status_before", status=503, times=5)
    answer = await world.api.post(f"{path_of(item)}/backups", json={"retain_until": KEEP})
    assert (answer.status_code, answer.json()["code"]) == (409, "protected_item_not_ready")
