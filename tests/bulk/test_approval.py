"""One approval for the whole, with the numbers; and what changes between asking, approving and sending."""

from typing import Any

from app.jobs.work import LoopName
from tests.approvals.decisions import approver, decide, require
from tests.bulk.bulk_steps import Json, ask, asked, codes, finish, job_of, outcomes, run, seed, targets_of
from tests.world import POLICY, World

LESS = {"name": "less", "retention": {"daily": {"count": 7}}}


async def _protected(world: World, *vms: str, **settings: Any) -> tuple[Json, Json, list[Json]]:
    """A vault, a policy that keeps less than theirs, and items."""
    seed(world, *vms)
    vault = await world.vault(**settings)
    items = [await world.item(vm, vault) for vm in vms]
    return vault, await world.policy(vault, **LESS), items


async def test_one_approval_covers_the_whole_and_what_changed_meanwhile_is_not_sent(world: World) -> None:
    vault, less, items = await _protected(world, "vm-1", "vm-2")
    await require(world, "retention_shrink", "stop_protection")
    ids = [one["id"] for one in items]
    body = {"action": "change_policy", "protected_item_ids": ids, "with": {"policy_id": less["id"]}}
    dry = (await ask(world, body, dry=True)).json()
    assert dry["needs_approval"] == "retention_shrink"
    assert [one["operations"] for one in dry["targets"]] == [["retention_shrink"]] * 2
    job = await asked(world, body)
    assert (job["state"], job["waiting"]["reason"]) == ("awaiting_approval", "approval")
    approval = (await world.api.get(job["approval"])).json()
    assert approval["operation"] == "retention_shrink"
    assert "2 VMs in one request: 2 of them retention_shrink" in approval["summary"]
    await run(world)
    assert outcomes(await targets_of(world, job)) == {"pending": 2}
    # One of them is paused meanwhile, by others: it would now be another thing that was approved.
    azure = next(one for one in world.simulator.world.vaults.values() if one.name == vault["name"])
    (changed,) = [one for one in azure.items.values() if one.vm.name == "vm-2"]
    changed.state, changed.policy_name = "ProtectionStopped", ""
    async with approver(world) as second_person:
        assert (await decide(second_person, job)).status_code == 200
    targets = await finish(world, job)
    assert outcomes(targets) == {"succeeded": 1, "refused": 1}
    assert targets[1]["problem"]["code"] in {"not_as_agreed", "protected_item_not_ready"}
    parts = (await world.api.get(f"/v1/jobs?parent={job['id']}")).json()["items"]
    assert [one["approval"] for one in parts] == [None]

    rejected = await asked(world, {"action": "pause", "protected_item_ids": ids[:1]})
    async with approver(world) as second_person:
        assert (await decide(second_person, rejected, "reject")).status_code == 200
    assert codes(await targets_of(world, rejected)) == ["bulk_stopped"]
    assert (await job_of(world, rejected))["error"]["code"] == "approval_rejected"


async def test_a_policy_that_keeps_less_by_then_is_not_given(world: World) -> None:
    """It weakened nothing when it was asked for, so no person was asked; then the policy is changed."""
    vault, _, items = await _protected(world, "vm-1")
    same = await world.policy(vault, name="same")
    await require(world, "retention_shrink")
    body = {"action": "change_policy", "protected_item_ids": [items[0]["id"]], "with": {"policy_id": same["id"]}}
    job = await asked(world, body)
    assert (job["state"], job["approval"]) == ("queued", None)
    etag = (await world.api.get(f"/v1/policies/{same['id']}")).headers["ETag"]
    shorter = {name: value for name, value in POLICY.items() if name != "name"} | {"retention": LESS["retention"]}
    put = await world.api.put(f"/v1/policies/{same['id']}", json=shorter, headers={"If-Match": etag})
    assert put.status_code == 202, put.text
    async with approver(world) as second_person:
        if put.json()["approval"]:
            await decide(second_person, put.json())
    await world.rows(
        "UPDATE jobs SET due_at = clock_timestamp() + interval '1 hour' WHERE id = :id RETURNING id", id=job["id"]
    )
    await world.settle()
    assert codes(await finish(world, job))[0] in {"not_as_agreed", "policy_not_ready"}


async def test_the_rules_that_hold_for_single_requests_hold_for_each_target(world: World) -> None:
    """An immutable vault takes no policy that keeps less."""
    _, less, items = await _protected(world, "vm-1", immutability="unlocked")
    body = {"action": "change_policy", "protected_item_ids": [items[0]["id"]], "with": {"policy_id": less["id"]}}
    dry = (await ask(world, body, dry=True)).json()
    assert codes(dry["targets"]) == ["vault_immutable"]
    assert (dry["needs_approval"], dry["counts"]) == (None, {"pending": 0, "refused": 1, "skipped": 0})
    job = await asked(world, body)
    assert codes(await finish(world, job)) == ["vault_immutable"]
    ended = await job_of(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "bulk_targets_failed")


async def test_what_begins_after_the_approval_ended_is_refused(world: World) -> None:
    _, _, items = await _protected(world, "vm-1", "vm-2")
    await require(world, "stop_protection")
    body = {"action": "pause", "protected_item_ids": [one["id"] for one in items], "max_in_flight": 1}
    job = await asked(world, body)
    async with approver(world) as second_person:
        assert (await decide(second_person, job)).status_code == 200
    await world.run_due()
    await world.loops[LoopName.BULK].run_once()
    assert outcomes(await targets_of(world, job)) == {"running": 1, "pending": 1}
    await world.rows("UPDATE approvals SET expires_at = now() WHERE job_id = :id RETURNING job_id", id=job["id"])
    assert codes(await finish(world, job)) == [None, "approval_expired"]
