"""What other tools weaken is found, what Holdfast changes is not, and what is as before again is resolved."""

from typing import Any

from app.estate.drift_records import vaults_to_read
from tests.estate.estate_steps import azure_item, drift, outside, read, seed
from tests.jobs.untracked_steps import slow_sweep
from tests.simulator.story import VAULT, item_path
from tests.world import World, vm_id


async def some_time_passes(world: World) -> None:
    """Longer than a job of ours explains what it finds."""
    await world.rows("UPDATE jobs SET updated_at = updated_at - interval '1 hour' RETURNING 1")


async def refreshed(world: World, vault: Any) -> None:
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    await read(world)


async def test_a_stop_outside_is_found_once_and_resolved_when_holdfast_resumes(world: World) -> None:
    vault = await world.vault()
    item = await world.item(vault=vault)
    await world.back_up(item)
    await read(world)
    await read(world)
    assert await drift(world) == []
    await some_time_passes(world)
    body = {"protectionState": "ProtectionStopped", "policyId": "", "sourceResourceId": vm_id("vm-web-01")}
    kind = {"protectedItemType": "Microsoft.Compute/virtualMachines"}
    await outside(world, "PUT", item_path("vm-web-01", VAULT), {"properties": body | kind})
    await slow_sweep(world)  # sees the other tool's job, and what it did to the item
    await read(world)
    (found,) = await drift(world, state="open")
    assert (found["kind"], found["state"], found["resolved_at"]) == ("protection_stopped", "open", None)
    assert (found["before"], found["after"]) == ({"state": "protected"}, {"state": "paused"})
    assert (found["subject"]["id"], found["subject"]["vm"]["name"]) == (item["id"], "vm-web-01")
    jobs = next(iter(world.simulator.world.vaults.values())).jobs.values()
    assert found["azure_job_id"] in {job.id for job in jobs if job.operation == "DisableBackup"}

    policy = await world.default_policy(vault)
    resume = {"action": "resume", "policy_id": policy["id"]}
    assert (await world.api.patch(f"/v1/protected-items/{item['id']}", json=resume)).status_code == 202
    await world.settle()
    await read(world)
    assert await drift(world, state="open") == []
    (over,) = await drift(world, state="resolved")
    assert (over["id"], over["state"]) == (found["id"], "resolved")


async def test_what_holdfast_changes_is_no_drift(world: World) -> None:
    vault = await world.vault()
    item, policy = await world.item(vault=vault), await world.policy(vault)
    await read(world)
    for body in ({"policy_id": policy["id"]}, {"action": "pause"}):
        assert (await world.api.patch(f"/v1/protected-items/{item['id']}", json=body)).status_code == 202
        await world.settle()
        await read(world)
    assert (await world.api.delete(f"/v1/protected-items/{item['id']}")).status_code == 202
    await world.settle()
    await read(world)
    assert await drift(world) == []


async def test_a_swapped_policy_and_its_way_back(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await world.item(vault=vault)
    await read(world)
    await some_time_passes(world)
    azure = azure_item(world, "vm-web-01")
    before = azure.policy_id, azure.policy_name
    azure.policy_id, azure.policy_name = before[0].replace("DefaultPolicy", policy["name"]), policy["name"]
    await refreshed(world, vault)
    (found,) = await drift(world)
    assert (found["kind"], found["before"]["policy"]) == ("policy_swapped", "DefaultPolicy")
    assert found["after"] == {"policy_id": policy["id"], "policy": policy["name"]}
    assert found["azure_job_id"] is None
    azure.policy_id, azure.policy_name = before
    await refreshed(world, vault)
    assert [one["state"] for one in await drift(world)] == ["resolved"]


async def test_a_weakened_vault(world: World) -> None:
    vault = await world.vault(immutability="unlocked")
    seed(world, guards=[{"vault_id": VAULT}])
    await read(world)
    await some_time_passes(world)
    seed(world, guards=[{"vault_id": VAULT, "on": False}])
    settings = {
        "softDeleteSettings": {"softDeleteState": "Disabled", "enhancedSecurityState": "Disabled"},
        "immutabilitySettings": {"state": "Disabled"},
    }
    await outside(world, "PATCH", VAULT, {"properties": {"securitySettings": settings}})
    await read(world)
    found = {one["kind"]: one for one in await drift(world)}
    assert set(found) == {"soft_delete_weakened", "immutability_weakened", "guard_removed"}
    assert found["immutability_weakened"]["before"] == {"immutability": "unlocked"}
    assert found["guard_removed"]["after"] == {"is_guarded": False}
    assert found["guard_removed"]["subject"]["id"] == vault["id"]
    assert found["guard_removed"]["subject"]["vm"] is None
    entries = (await world.api.get("/v1/audit", params={"action": "find_drift"})).json()["items"]
    assert len(entries) == 3


async def test_a_job_that_only_waits_hides_nothing_and_a_running_one_only_what_it_changes(world: World) -> None:
    vault = await world.vault()
    item, policy = await world.item(vault=vault), await world.policy(vault)
    await read(world)
    await some_time_passes(world)
    change = {"policy_id": policy["id"]}
    assert (await world.api.patch(f"/v1/protected-items/{item['id']}", json=change)).status_code == 202
    await world.rows("UPDATE protected_items SET state = 'paused' RETURNING 1")
    for state, left in (("awaiting_approval", 0), ("needs_attention", 0), ("running", 1)):
        await world.rows("UPDATE jobs SET state = :state WHERE kind = 'change_policy' RETURNING 1", state=state)
        await world.rows(
            "UPDATE protected_items SET policy_id = :id RETURNING 1", id=policy["id"] if left else item["policy_id"]
        )
        await read(world)
        assert [one["kind"] for one in await drift(world, state="open")] == ["protection_stopped"], state
    (facts,) = await world.rows("SELECT checked_at, facts FROM estate_facts WHERE subject_key LIKE 'item:%'")
    (reading,) = await world.rows("SELECT began_at FROM estate_readings")
    assert facts["checked_at"] >= reading["began_at"]  # an open job does not make every reading look at old jobs again
    assert facts["facts"]["policy_id"] == item["policy_id"]


async def test_vaults_that_azure_never_shows_do_not_keep_the_others_from_being_read(world: World) -> None:
    vaults = {(await world.vault(name=f"vault-{number}"))["id"] for number in range(4)}
    read_ones = set[str]()
    for turn in range(40):
        async with world.database.begin() as session:
            asked = await vaults_to_read(session, 2, turn)
        assert len(asked) == 2
        read_ones |= {str(vault_id) for _, vault_id, _ in asked}
    assert read_ones == vaults, "none was ever compared: their facts stay as old as they are"
