"""Workers die again and again in the loop of bulk requests: what was planted is named, and nothing happens twice.

The long form, with processes that are killed, is `make soak PART=bulk`.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.jobs.work import LoopName
from tests.bulk.bulk_steps import FOLLOWING, ask, asked, codes, finish, job_of, outcomes, seed, targets_of
from tests.recovery_runs.cut_short import cut_short
from tests.whole import only_whole
from tests.world import KEEP, World, vm_id

GOOD = [f"vm-good-{number}" for number in range(4)]
PAUSED, REFUSED = ["vm-paused"], ["vm-no-1", "vm-no-2"]
BARE = [f"vm-bare-{number}" for number in range(4)]


async def _protect(world: World) -> None:
    """All but the bare ones; one of them is paused."""
    policy = await world.default_policy(await world.vault())
    vms = seed(world, *GOOD, *PAUSED, *REFUSED, *BARE)
    job = await asked(world, {"action": "protect", "vm_ids": vms[:7], "with": {"policy_id": policy["id"]}})
    assert outcomes(await finish(world, job)) == {"succeeded": 7}
    job = await asked(world, {"action": "pause", "vm_ids": [vm_id(one) for one in PAUSED]})
    assert outcomes(await finish(world, job)) == {"succeeded": 1}
    for vm in REFUSED:
        world.fault("POST", f"{vm}/backup$", "status_before", times=None, status=400, code="UserErrorNoSuch")


async def _another_comes(world: World) -> None:
    """What the dead worker held is free."""
    await world.rows("UPDATE bulk_requests SET lease_until = NULL, due_at = clock_timestamp() RETURNING job_id")


async def _lead_while_workers_die(world: World, job: Mapping[str, Any]) -> int:
    """Until each target has begun. Returns how many workers died."""
    for name in FOLLOWING:
        await world.loops[name].run_once()
    deaths = 0
    for at in range(3, 200, 9):
        deaths += await cut_short(world.loops[LoopName.BULK].run_once, at)
        await _another_comes(world)
        if not await world.rows("SELECT 1 FROM bulk_targets WHERE job_id = :id AND outcome = 'pending'", id=job["id"]):
            break
        world.advance(600)
        await world.make_due()
        for name in FOLLOWING:
            await world.loops[name].run_once()
    return deaths


async def test_planted_failures_are_named_and_nothing_happens_twice_while_workers_die(world: World) -> None:
    await _protect(world)
    vms = [vm_id(one) for one in (*GOOD, *PAUSED, *REFUSED, *BARE)]
    body = {"action": "backup", "vm_ids": vms, "with": {"retain_until": KEEP}, "max_in_flight": 3}
    job = await asked(world, body, key="once")
    assert await _lead_while_workers_die(world, job) >= 5
    targets = await finish(world, job)
    assert [one["outcome"] for one in targets] == ["succeeded"] * 4 + ["refused"] + ["failed"] * 2 + ["refused"] * 4
    assert codes(targets)[4:] == [
        "protected_item_not_ready",
        *["azure_refused"] * 2,
        *["protected_item_not_found"] * 4,
    ]
    assert Counter(one["vm_id"].rpartition("/")[2] for one in world.triggers) == dict.fromkeys(GOOD, 1)
    assert len(await world.rows("SELECT 1 FROM jobs WHERE parent_id = :id", id=job["id"])) == 6
    again = await ask(world, body, key="once")
    assert (again.status_code, again.json()["id"]) == (202, job["id"])
    await world.settle()
    assert len(world.triggers) == 4
    assert (await job_of(world, job))["counts"]["failed"] == 7
    assert outcomes(await targets_of(world, job)) == outcomes(targets)


@only_whole
async def test_every_other_action_is_done_once_while_workers_die(world: World) -> None:
    vault = await world.vault()
    first, second = await world.default_policy(vault), await world.policy(vault)
    vms = seed(world, *GOOD)
    steps: list[Mapping[str, Any]] = [
        {"action": "protect", "with": {"policy_id": first["id"]}},
        {"action": "change_policy", "with": {"policy_id": second["id"]}},
        {"action": "pause"},
        {"action": "resume", "with": {"policy_id": second["id"]}},
    ]
    for step in steps:
        before = _azure_jobs(world)
        job = await asked(world, {"vm_ids": vms, "max_in_flight": 2, **step})
        assert await _lead_while_workers_die(world, job) >= 2, step
        assert outcomes(await finish(world, job)) == {"succeeded": 4}, step
        assert len(await world.rows("SELECT 1 FROM jobs WHERE parent_id = :id", id=job["id"])) == 4, step
        assert _azure_jobs(world) - before == 4, (step, "each once in Azure")


def _azure_jobs(world: World) -> int:
    return sum(len(vault.jobs) for vault in world.simulator.world.vaults.values())
