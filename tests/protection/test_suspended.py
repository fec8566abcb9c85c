"""Backups suspended, points as per policy: a state of its own, from Azure's word to what can be done about it."""

from typing import Any

import pytest

from tests.whole import some_of
from tests.world import World, vm_id

DAY = 86_400.0
ITEM = r"/protectedItems/[^/]+$"
SHORT = {
    "name": "week",
    "time_zone": "UTC",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {"daily": {"count": 7}},
}


async def protected(world: World, immutability: str = "unlocked") -> dict[str, Any]:
    vault = await world.vault(immutability=immutability)
    policy = await world.policy(vault, **SHORT)
    body = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"]}
    return await world.resource_of(await world.done("/v1/protected-items", body))


async def patched(world: World, item: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json=body)
    assert answer.status_code == 202, answer.text
    await world.settle()
    job: dict[str, Any] = (await world.api.get(answer.headers["Location"])).json()
    return job


async def read(world: World, item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.api.get(f"/v1/protected-items/{item['id']}")).json()
    return found


async def test_points_of_a_suspended_item_go_as_the_policy_says_all_but_the_last(world: World) -> None:
    item = await protected(world)
    world.simulator.advance(5 * DAY)
    job = await patched(world, item, action="suspend")
    assert (job["kind"], job["state"]) == ("suspend", "succeeded"), job
    now = await read(world, item)
    assert (now["state"], now["azure_state"], now["policy_id"]) == ("suspended", "BackupsSuspended", item["policy_id"])
    listed = (await world.api.get("/v1/protected-items?state=suspended")).json()["items"]
    assert [one["id"] for one in listed] == [item["id"]]
    points = await world.points(item)
    assert len(points) >= 4
    assert [point["expires_at"] is None for point in points] == [True, *[False] * (len(points) - 1)]
    assert {point["expiry_by"] for point in points[1:]} == {"policy"}
    world.simulator.advance(30 * DAY)
    assert [point["id"] for point in await world.points(item)] == [points[0]["id"]], "no new one, and the last one"


async def test_what_is_suspended_is_made_to_keep_every_point_by_a_pause(world: World) -> None:
    item = await protected(world)
    world.simulator.advance(3 * DAY)
    await patched(world, item, action="suspend")
    points = await world.points(item)
    job = await patched(world, item, action="pause")
    assert (job["kind"], job["state"]) == ("pause", "succeeded")
    assert (await read(world, item))["state"] == "paused"
    world.simulator.advance(60 * DAY)
    kept = await world.points(item)
    assert [point["id"] for point in kept] == [point["id"] for point in points]
    assert {point["expires_at"] for point in kept} == {None}


async def test_what_is_suspended_is_resumed(world: World) -> None:
    item = await protected(world)
    world.simulator.advance(2 * DAY)
    await patched(world, item, action="suspend")
    job = await patched(world, item, action="resume", policy_id=item["policy_id"])
    assert job["state"] == "succeeded"
    assert (await read(world, item))["state"] == "protected"


@pytest.mark.parametrize("body", some_of([{"action": "suspend"}, {"disks": {"exclude_luns": [0]}}, "policy"], short=2))
async def test_what_a_suspended_item_cannot_have_is_refused_with_what_can_be_done(world: World, body: Any) -> None:
    """A PUT that names a policy would begin backups again."""
    item = await protected(world)
    await patched(world, item, action="suspend")
    said = {"policy_id": item["policy_id"]} if body == "policy" else body
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json=said)
    assert (answer.status_code, answer.json()["code"]) == (409, "protected_item_not_ready")
    assert '"action": "pause"' in answer.json()["remedy"]
    assert '"action": "resume"' in answer.json()["remedy"]


async def test_suspending_in_a_vault_known_not_to_be_immutable_is_refused_before_it_is_sent(world: World) -> None:
    item = await protected(world, immutability="disabled")
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json={"action": "suspend"})
    assert (answer.status_code, answer.json()["code"]) == (409, "immutability_needed")
    assert "pause" in answer.json()["remedy"]


async def test_azures_misleading_refusal_is_said_as_what_it_means(world: World) -> None:
    """Our row believes the vault immutable; Azure answers with the code that says the opposite of the cause."""
    item = await protected(world)
    (vault,) = world.simulator.world.vaults.values()
    vault.settings["securitySettings"]["immutabilitySettings"]["state"] = "Disabled"
    job = await patched(world, item, action="suspend")
    assert (job["state"], job["error"]["code"]) == ("failed", "immutability_needed")
    assert job["error"]["azure_code"] == "UserErrorOperationDeniedOnImmutableItem"
    assert '"immutability": "unlocked"' in job["error"]["remedy"]


async def test_azure_shows_no_policy_of_a_suspended_item_and_its_points_still_say_when_they_go(world: World) -> None:
    """Whether Azure names the policy then was not observed: the one it had when it was suspended still counts."""
    item = await protected(world)
    world.simulator.advance(4 * DAY)
    (vault,) = world.simulator.world.vaults.values()
    (azure_item,) = vault.items.values()
    azure_item.state, azure_item.policy_id, azure_item.policy_name = "BackupsSuspended", "", ""
    await world.done(f"/v1/vaults/{item['vault_id']}/refresh", {})
    now = await read(world, item)
    assert (now["state"], now["policy_id"]) == ("suspended", item["policy_id"])
    points = await world.points(item)
    assert all(point["expires_at"] for point in points[1:])


@pytest.mark.parametrize("word", some_of(["ProtectionPaused", "Quarantined", "x" * 300, "Protéctîon"], short=2))
async def test_a_state_never_seen_is_shown_as_it_is_and_can_be_acted_on(world: World, word: str) -> None:
    item = await protected(world)
    (vault,) = world.simulator.world.vaults.values()
    (azure_item,) = vault.items.values()
    azure_item.state = word
    await world.done(f"/v1/vaults/{item['vault_id']}/refresh", {})
    now = await read(world, item)
    assert (now["state"], now["azure_state"]) == ("error", word)
    assert await world.points(item) == []
    assert (await patched(world, item, action="pause"))["state"] == "succeeded"


async def test_a_suspended_item_keeps_its_vault_from_being_deleted_and_is_not_backed_up(world: World) -> None:
    item = await protected(world)
    await patched(world, item, action="suspend")
    refused = await world.api.delete(f"/v1/vaults/{item['vault_id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "vault_not_empty")
    (blocker,) = refused.json()["blockers"]
    assert (blocker["kind"], blocker["resource"]) == ("protected_item", f"/v1/protected-items/{item['id']}")
    path = f"/v1/protected-items/{item['id']}/backups"
    backup = await world.api.post(path, json={"retain_until": "2036-01-01T00:00:00Z"})
    assert (backup.status_code, backup.json()["code"]) == (409, "protected_item_not_ready")


async def test_a_lost_answer_to_a_suspension_suspends_once(world: World) -> None:
    item = await protected(world)
    world.fault("PUT", ITEM, "drop_after", status=503)
    assert (await patched(world, item, action="suspend"))["state"] == "succeeded"
    (vault,) = world.simulator.world.vaults.values()
    assert sum(job.operation == "DisableBackup" for job in vault.jobs.values()) == 1
