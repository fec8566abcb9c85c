"""What the worker does with changes of an item: once each, in the order asked, and never over what others did."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator.story import VAULT as ARM_VAULT
from tests.simulator.story import Story, item_path
from tests.whole import some_of, some_pairs
from tests.world import DISKS, KEEP, World, vm_id

ITEM = r"/protectedItems/[^/]+$"
OPERATIONS = {
    "change_policy": "ConfigureBackup",
    "disks": "ConfigureBackup",
    "pause": "DisableBackup",
    "resume": "ConfigureBackup",
    "unprotect": "DeleteBackupData",
    "undelete": "Undelete",
}
TROUBLE = [
    ("status_before", 503),
    ("status_before", 429),
    ("status_after", 503),
    ("status_after", 500),
    ("status_after", 408),
    ("drop_after", 503),
]
"""What comes back in place of the answer: the effect planted, and its status."""
BEFORE: Mapping[str, tuple[str, ...]] = {
    "change_policy": (),
    "disks": (),
    "pause": (),
    "resume": ("pause",),
    "unprotect": (),
    "undelete": ("unprotect",),
}
AFTER = {
    "change_policy": "initial_backup_pending",
    "disks": "initial_backup_pending",
    "pause": "paused",
    "resume": "initial_backup_pending",
    "unprotect": "soft_deleted",
    "undelete": "paused",
}


async def ask(world: World, item: Mapping[str, Any], what: str, policy_id: str | None = None) -> dict[str, Any]:
    """Ask for a change by its name in the tables above: its job."""
    path = f"/v1/protected-items/{item['id']}"
    bodies: dict[str, dict[str, Any]] = {
        "change_policy": {"policy_id": policy_id},
        "pause": {"action": "pause"},
        "resume": {"action": "resume", "policy_id": policy_id or item["policy_id"]},
        "disks": {"disks": {"exclude_luns": [0]}},
    }
    if what in bodies:
        answer = await world.api.patch(path, json=bodies[what])
    elif what == "unprotect":
        answer = await world.api.delete(path)
    else:
        answer = await world.api.post(f"{path}/undelete")
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def look(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def ended(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    await world.settle()
    return await look(world, job)


def azure_jobs(world: World, operation: str) -> int:
    """How often Azure really did it."""
    (vault,) = world.simulator.world.vaults.values()
    return sum(job.operation == operation for job in vault.jobs.values())


async def prepared(world: World, what: str) -> tuple[dict[str, Any], str]:
    """An item that is ready for this change, and another policy of its vault."""
    vault = await world.vault()
    item = await world.item(vault=vault)
    policy = await world.policy(vault)
    for step in BEFORE[what]:
        assert (await ended(world, await ask(world, item, step)))["state"] == "succeeded"
    return item, policy["id"]


@pytest.mark.parametrize("what", some_of(OPERATIONS, short=3))
async def test_a_change_ends_with_the_item_as_asked(world: World, what: str) -> None:
    item, policy_id = await prepared(world, what)
    job = await ended(world, await ask(world, item, what, policy_id))
    assert (job["state"], job["kind"]) == ("succeeded", "change_policy" if what == "disks" else what)
    assert job["azure"]["job_id"] is not None
    now = await world.resource_of(job)
    assert now["state"] == AFTER[what]
    assert now["as_of"] > item["as_of"]
    expected = {"change_policy": policy_id, "resume": policy_id, "disks": item["policy_id"]}.get(what)
    assert now["policy_id"] == expected, "what is paused or deleted follows no policy"
    assert now["disks"] == ({"exclude_luns": [0], "include_luns": None} if what == "disks" else None)
    assert (now["purge_at"] is not None) == (now["deleted_at"] is not None) == (what == "unprotect")


@pytest.mark.parametrize(("what", "trouble"), some_pairs(OPERATIONS, TROUBLE, each=2))
async def test_a_change_happens_once_whatever_comes_back(world: World, what: str, trouble: tuple[str, int]) -> None:
    effect, status = trouble
    item, policy_id = await prepared(world, what)
    before = azure_jobs(world, OPERATIONS[what])
    job = await ask(world, item, what, policy_id)
    world.fault("DELETE" if what == "unprotect" else "PUT", ITEM, effect, status=status)
    done = await ended(world, job)
    assert done["state"] == "succeeded", done
    assert azure_jobs(world, OPERATIONS[what]) == before + 1
    assert (await world.resource_of(done))["state"] == AFTER[what]


@pytest.mark.parametrize("what", ["change_policy", "pause", "unprotect"])
async def test_what_is_as_asked_already_is_not_sent_again(world: World, what: str) -> None:
    """Somebody did it outside while the job was waiting: nothing is left to do."""
    item, policy_id = await prepared(world, what)
    job = await ask(world, item, what, policy_id)
    await outside(world, what)
    before = azure_jobs(world, OPERATIONS[what])
    done = await ended(world, job)
    assert (done["state"], done["azure"]["job_id"]) == ("succeeded", None)
    assert azure_jobs(world, OPERATIONS[what]) == before
    assert (await world.resource_of(done))["state"] == AFTER[what]


async def outside(world: World, what: str, policy: str = "production") -> None:
    """The same by another tool: straight to Azure."""
    path, story = item_path("vm-web-01"), Story(world.simulator)
    stopped = {"policyId": "", "protectionState": "ProtectionStopped"}
    wanted = {"change_policy": {"policyId": f"{ARM_VAULT}/backupPolicies/{policy}"}, "pause": stopped}
    if what == "unprotect":
        answer = await story.send("DELETE", path)
    else:
        named = {"protectedItemType": "Microsoft.Compute/virtualMachines", "sourceResourceId": vm_id("vm-web-01")}
        answer = await story.send("PUT", path, {"properties": named | wanted[what]})
    assert answer.status_code == 202, answer.text
    world.advance(300)


async def test_a_policy_that_somebody_else_changed_is_left_and_the_job_says_so(world: World) -> None:
    item, policy_id = await prepared(world, "change_policy")
    (vault,) = world.simulator.world.vaults.values()
    await world.policy({"id": item["vault_id"]}, name="theirs")
    job = await ask(world, item, "change_policy", policy_id)
    await outside(world, "change_policy", "theirs")
    done = await ended(world, job)
    assert (done["state"], done["error"]["code"]) == ("failed", "changed_outside")
    assert "Its policy was DefaultPolicy, and is theirs now" in done["error"]["detail"]
    (there,) = vault.items.values()
    assert there.policy_name == "theirs"


async def test_writes_to_one_item_run_one_at_a_time_in_the_order_asked(world: World) -> None:
    item, policy_id = await prepared(world, "pause")
    jobs = [await ask(world, item, "pause"), await ask(world, item, "resume", policy_id)]
    jobs.append(await ask(world, item, "disks"))
    for first, second in itertools.pairwise(jobs):
        read = await look(world, second)
        assert (read["state"], read["waiting"]["reason"]) == ("queued", "blocked")
        assert read["waiting"]["job"] == f"/v1/jobs/{first['id']}"
    await world.run_due()
    assert [(await look(world, job))["state"] for job in jobs] == ["running", "queued", "queued"]

    backup = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    await world.run_due()
    assert (await look(world, backup.json()))["state"] == "running", "a backup waits for no configuration"

    await world.settle()
    read_back = [await look(world, job) for job in jobs]
    assert [job["state"] for job in read_back] == ["succeeded"] * 3, read_back
    for first, second in itertools.pairwise(read_back):
        assert first["finished_at"] <= second["started_at"]
    now = await world.resource_of(read_back[-1])
    assert (now["policy_id"], now["disks"]) == (policy_id, {"exclude_luns": [0], "include_luns": None})


async def test_a_write_behind_one_that_failed_is_judged_by_what_azure_has(world: World) -> None:
    item, policy_id = await prepared(world, "pause")
    world.fault("PUT", ITEM, "fail_job")
    pause, resume = await ask(world, item, "pause"), await ask(world, item, "resume", policy_id)
    await world.settle()
    assert (await look(world, pause))["state"] == "failed"
    refused = await look(world, resume)
    assert (refused["state"], refused["error"]["code"]) == ("failed", "changed_outside")
    assert (await world.resource_of(refused))["state"] == "initial_backup_pending"


async def test_a_change_behind_the_protection_waits_for_it(world: World) -> None:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    body = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"]}
    protect = (await world.api.post("/v1/protected-items", json=body)).json()
    item = {"id": protect["protected_item_id"], "policy_id": policy["id"]}
    pause = await ask(world, item, "pause")
    assert pause["waiting"]["job"] == f"/v1/jobs/{protect['id']}"
    assert (await world.resource_of(await ended(world, pause)))["state"] == "paused"


async def test_without_soft_delete_the_item_is_gone_and_the_vm_can_be_protected_anew(world: World) -> None:
    vault = await world.vault(soft_delete={"state": "off", "days": 14})
    item = await world.item(vault=vault)
    job = await ended(world, await ask(world, item, "unprotect"))
    assert job["state"] == "succeeded"
    assert (await world.api.get(job["resource"])).status_code == 404
    again = await world.item(vault=vault)
    assert (again["state"], again["id"] == item["id"]) == ("initial_backup_pending", False)


async def test_a_vm_deleted_outside_is_said_to_be_missing_and_its_points_still_restore(world: World) -> None:
    item, _ = await prepared(world, "pause")
    await world.back_up(item)
    await Story(world.simulator).control("remove", ids=[vm_id("vm-web-01")])
    job = await ended(world, await ask(world, item, "pause"))
    now = await world.resource_of(job)
    assert (now["state"], now["vm_missing"]) == ("paused", True)
    (point,) = await world.points(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"id": point["id"]}, "target": DISKS}
    await world.done("/v1/restores", body)


async def test_a_refused_change_leaves_the_item_as_it_was_with_azures_code(world: World) -> None:
    item, policy_id = await prepared(world, "change_policy")
    world.fault("PUT", ITEM, "status_before", status=400, code="UserErrorPolicyNotUsable", message="Not this one.")
    done = await ended(world, await ask(world, item, "change_policy", policy_id))
    assert (done["state"], done["error"]["azure_code"]) == ("failed", "UserErrorPolicyNotUsable")
    assert (await world.resource_of(done))["policy_id"] == item["policy_id"]


@pytest.fixture
async def elsewhere(world: World) -> dict[str, Any]:
    """vm-web-01 is protected in a vault that Holdfast does not know; the body asks for it in ours."""
    story = Story(world.simulator)
    other = f"{ARM_VAULT}-theirs"
    made = await story.send("PUT", other, {"location": "westus", "sku": {"name": "Standard"}, "properties": {}})
    assert made.status_code in {200, 201}, made.text
    world.advance(300)
    named = {"protectedItemType": "Microsoft.Compute/virtualMachines", "sourceResourceId": vm_id("vm-web-01")}
    wanted = {"properties": named | {"policyId": f"{other}/backupPolicies/DefaultPolicy"}}
    assert (await story.send("PUT", item_path("vm-web-01", other), wanted)).status_code == 202
    world.advance(300)
    vault = await world.vault()
    policy = await world.default_policy(vault)
    return {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"]}


async def test_a_vm_of_another_vault_is_refused_at_once_and_the_vault_named(
    world: World, elsewhere: dict[str, Any]
) -> None:
    answer = await world.api.post("/v1/protected-items", json=elsewhere)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["pointer"]) == (409, "vm_protected_elsewhere", "#/vm_id")
    assert problem["vault"] == {"arm_id": f"{ARM_VAULT}-theirs", "id": None}
    assert await world.rows("SELECT id FROM protected_items") == []


async def test_a_vm_of_another_vault_is_refused_before_the_put_when_the_caller_could_not_be_told(
    world: World, elsewhere: dict[str, Any]
) -> None:
    world.fault("POST", "/backupStatus$", "status_before", status=503)
    answer = await world.api.post("/v1/protected-items", json=elsewhere)
    assert answer.status_code == 202, answer.text
    done = await ended(world, answer.json())
    assert (done["state"], done["error"]["code"]) == ("failed", "vm_protected_elsewhere")
    assert f"{ARM_VAULT}-theirs" in done["error"]["detail"]
    assert (await world.api.get(done["resource"])).status_code == 404, "the VM may be asked for again"


async def test_azures_own_refusal_of_a_vm_of_another_vault_names_the_vault_too(
    world: World, elsewhere: dict[str, Any]
) -> None:
    world.fault("POST", "/backupStatus$", "status_before", status=403, times=2)
    answer = await world.api.post("/v1/protected-items", json=elsewhere)
    done = await ended(world, answer.json())
    assert done["error"]["azure_code"] == "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault"
    assert f"It is protected in {ARM_VAULT}-theirs" in done["error"]["detail"]
