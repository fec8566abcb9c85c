"""Each operation that a tenant can name: asked through the API, it waits; what is not named does not."""

from typing import Any

from tests.approvals.decisions import approval_of, approver, attempts, decide, expire, hours_pass, look, require
from tests.policies.policy_steps import SEVEN, SIXTY, THIRTY, protect, put
from tests.vaults.vault_steps import ask_change
from tests.vaults.vault_steps import read as read_vault
from tests.world import World


async def waits(world: World, job: dict[str, Any], operation: str) -> None:
    """It waits for a second person, for this operation, and nothing of it is sent."""
    assert (job["state"], job["waiting"]["reason"]) == ("awaiting_approval", "approval"), job
    assert (await approval_of(world, job))["operation"] == operation
    await world.run_due()
    assert await attempts(world, job) == []


async def agreed(world: World, job: dict[str, Any]) -> dict[str, Any]:
    async with approver(world) as other:
        answer = await decide(other, job)
        assert answer.status_code == 200, answer.text
    await world.settle()
    return await look(world, job)


async def test_deleting_backup_data_and_resuming_wait_and_are_done_once_agreed(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}"
    await require(world, "delete_data", "retention_shrink")
    first = (await world.api.delete(path)).json()
    await waits(world, first, "delete_data")
    paused = (await world.api.patch(path, json={"action": "pause"})).json()
    assert (paused["state"], paused["approval"]) == ("queued", None), "pausing keeps everything"
    await world.settle()
    resume = {"action": "resume", "policy_id": item["policy_id"]}
    resumed = (await world.api.patch(path, json=resume)).json()
    await waits(world, resumed, "retention_shrink")
    assert (await agreed(world, resumed))["state"] == "succeeded"
    assert (await agreed(world, first))["state"] == "succeeded"
    assert (await world.api.get(path)).json()["state"] == "soft_deleted"
    undeleted = (await world.api.post(f"{path}/undelete")).json()
    assert undeleted["approval"] is None


async def test_weakening_soft_delete_waits_and_a_change_that_strengthens_does_not(world: World) -> None:
    vault = await world.vault()
    await require(world, "soft_delete_off")
    off = await ask_change(world, vault, soft_delete={"state": "off"})
    await waits(world, off, "soft_delete_off")
    longer = await ask_change(world, vault, soft_delete={"days": 30})
    assert (longer["state"], longer["approval"]) == ("queued", None)
    shorter = await ask_change(world, vault, soft_delete={"days": 20})
    await waits(world, shorter, "soft_delete_off")
    await world.settle()
    assert (await read_vault(world, vault))["soft_delete"] == {"state": "on", "days": 30}
    assert (await agreed(world, shorter))["state"] == "succeeded"
    assert (await read_vault(world, vault))["soft_delete"] == {"state": "on", "days": 20}
    await hours_pass(world, 5)
    await expire(world)
    assert (await look(world, off))["error"]["code"] == "approval_expired"


async def test_a_policy_that_keeps_less_waits_and_so_does_an_item_that_is_given_one(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault, **THIRTY)
    less = await world.policy(vault, **(SEVEN | {"name": "less"}))
    (item,) = await protect(world, vault, policy, "vm-web-01")
    await require(world, "retention_shrink")
    moved = await world.api.patch(f"/v1/protected-items/{item['id']}", json={"policy_id": less["id"]})
    await waits(world, moved.json(), "retention_shrink")
    more = await put(world, policy, SIXTY)
    assert (more.json()["state"], more.json()["approval"]) == ("queued", None)
    back = (await put(world, policy, THIRTY)).json()
    await waits(world, back, "retention_shrink")
    assert "#/retention/daily/count" in (await approval_of(world, back))["summary"]
    async with approver(world) as other:
        assert (await decide(other, back, "reject")).status_code == 200
    assert (await look(world, back))["error"]["code"] == "approval_rejected"
    await world.settle()
    stale = await agreed(world, moved.json())
    assert (stale["state"], stale["error"]["code"]) == ("failed", "not_as_agreed"), "30 -> 7 was agreed, not 60 -> 7"
    again = (await world.api.patch(f"/v1/protected-items/{item['id']}", json={"policy_id": less["id"]})).json()
    assert (await agreed(world, again))["state"] == "succeeded"
    assert (await world.api.get(f"/v1/protected-items/{item['id']}")).json()["policy_id"] == less["id"]


async def test_mounting_files_and_renewing_are_restores_and_unmounting_is_none(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await require(world, "restore")
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    assert (await world.api.post("/v1/restores/preflight", json=body)).status_code == 200
    mounted = (await world.api.post("/v1/restores", json=body)).json()
    await waits(world, mounted, "restore")
    assert (await world.api.get(f"{mounted['resource']}/mount-script")).status_code == 409
    assert (await agreed(world, mounted))["state"] == "succeeded"
    renewed = (await world.api.post(f"{mounted['resource']}/renew")).json()
    await waits(world, renewed, "restore")
    unmounted = (await world.api.post(f"{mounted['resource']}/unmount")).json()
    assert unmounted["approval"] is None
    await world.settle()
    assert (await look(world, unmounted))["state"] == "succeeded"
