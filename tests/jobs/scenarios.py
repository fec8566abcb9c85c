"""What R2 asks for: the kinds of work in whose lives workers die, and how often Azure did each of them.

Asked for through the public API. Counted in the simulator, which knows what really happened.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from app.azure_alerts.rules import digest_of
from app.simulator.world import Mount
from tests.approvals.decisions import approver, decide, require
from tests.azure_alerts.alert_steps import can_be_called, hooks_of
from tests.azure_policy.policy_steps import BODY as AZURE_POLICY
from tests.azure_policy.policy_steps import path_of, rule_of
from tests.jobs.failpoints import Ground, Job, Scenario
from tests.jobs.lost_attempts import look
from tests.restores.restore_requests import WAYS
from tests.world import KEEP, POLICY, vm_id

Count = Callable[[Ground], Awaitable[int]]


async def asked(ground: Ground, path: str, body: dict[str, Any] | None = None, *, method: str = "POST") -> Job:
    answer = await ground.world.api.request(method, path, json=body)
    assert answer.status_code == 202, answer.text
    job: Job = answer.json()
    return job


# --- backups and restores --------------------------------------------------------------------------------------------
async def triggers(ground: Ground) -> int:
    return len(ground.world.triggers)


async def ask_for_backup(ground: Ground) -> Job:
    return await asked(ground, f"/v1/protected-items/{ground.item['id']}/backups", {"retain_until": KEEP})


async def _restore(ground: Ground, way: str) -> Job:
    target, region = WAYS[way]
    point = {"latest": True, "region": region}
    body = {"protected_item_id": ground.item["id"], "recovery_point": point, "target": target}
    return await asked(ground, "/v1/restores", body)


async def ask_for_restore(ground: Ground) -> Job:
    return await _restore(ground, "disks")


async def ask_for_restore_across(ground: Ground) -> Job:
    return await _restore(ground, "disks in the secondary region")


# --- files -----------------------------------------------------------------------------------------------------------
async def sessions(ground: Ground) -> int:
    """Those that are open, and those that Azure ended by itself: one that was lost and revoked is neither."""
    return ground.sessions_over + len(ground.world.simulator.world.mounts)


async def sessions_ended(ground: Ground) -> int:
    """By request."""
    world = ground.world.simulator.world
    made: list[Mount] = []
    for operation in world.operations.values():  # a renewal names the session of another operation
        if operation.mount is not None and operation.mount not in made:
            made.append(operation.mount)
    return len(made) - len(world.mounts) - ground.sessions_over


async def ask_to_mount(ground: Ground) -> Job:
    """The session of the last time is over: of one point there is one at a time."""
    world = ground.world.simulator.world
    ground.sessions_over += len(world.mounts)
    world.mounts.clear()
    body = {"protected_item_id": ground.item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    return await asked(ground, "/v1/restores", body)


async def script_is_read(ground: Ground, job: Job) -> str | None:
    """The session that the row names is the one that Azure has."""
    answer = await ground.world.api.get(f"{job['resource']}/mount-script")
    return None if answer.status_code == 200 else answer.text


async def ask_to_unmount(ground: Ground) -> Job:
    job = await ask_to_mount(ground)
    await ground.world.settle(seconds=60)
    assert (wrong := await script_is_read(ground, job)) is None, wrong
    return await asked(ground, f"{job['resource']}/unmount")


# --- what a restore made ---------------------------------------------------------------------------------------------
async def torn_down(ground: Ground) -> int:
    """Restores that made something of which nothing is there any more."""
    world = ground.world.simulator.world
    there = {*world.vms, *world.disks, *world.parts.interfaces}
    made = [{arm_id.lower() for arm_id in told["made"]} for told in world.parts.restores.values()]
    return sum(1 for ids in made if ids and not ids & there)


async def ask_to_tear_down(ground: Ground) -> Job:
    job = await _restore(ground, "a new VM")
    await ground.world.settle()
    return await asked(ground, f"{job['resource']}/resources", method="DELETE")


async def nothing_else_went(ground: Ground, job: Job) -> str | None:
    """The VM that was restored is as it was, and the job names what it deleted."""
    there = ground.world.simulator.world.vms
    if ground.item["vm"]["id"].lower() not in there:
        return "the source is gone"
    left = [one["kind"] for one in (await look(ground.world, job))["result"]["left"]]
    return None if left == ["template_blob", "config_blob"] else f"left: {left}"


# --- what is set up --------------------------------------------------------------------------------------------------
async def policies(ground: Ground) -> int:
    return sum(len(vault.policies) for vault in ground.world.simulator.world.vaults.values())


async def ask_for_policy(ground: Ground) -> Job:
    body = POLICY | {"name": f"policy-{ground.number()}"}
    return await asked(ground, f"/v1/vaults/{ground.item['vault_id']}/policies", body)


def azure_jobs(operation: str) -> Count:
    """The Azure jobs that such writes began."""

    async def begun(ground: Ground) -> int:
        vaults = ground.world.simulator.world.vaults.values()
        return sum(job.operation == operation for vault in vaults for job in vault.jobs.values())

    return begun


async def ask_to_protect(ground: Ground) -> Job:
    vm = ground.world.simulator.world.add_vm(f"vm-{ground.number()}", "rg-demo", "westus", "Linux")
    policy = await ground.world.default_policy({"id": ground.item["vault_id"]})
    body = {"vm_id": vm_id(vm.name), "vault_id": ground.item["vault_id"], "policy_id": policy["id"]}
    return await asked(ground, "/v1/protected-items", body)


async def ask_to_unprotect(ground: Ground) -> Job:
    """With its data deleted, which needs an approval here: it must outlive the worker, too."""
    await require(ground.world, "delete_data")
    protecting = await ask_to_protect(ground)
    await ground.world.settle()
    job = await asked(ground, protecting["resource"], method="DELETE")
    async with approver(ground.world) as other:
        answer = await decide(other, job)
        assert answer.status_code == 200, answer.text
    return job


async def vaults_deleted(ground: Ground) -> int:
    return sum(operation.kind == "delete_vault" for operation in ground.world.simulator.world.operations.values())


async def ask_to_delete_vault(ground: Ground) -> Job:
    vault = await ground.world.vault(name=f"vault-{ground.number()}")
    return await asked(ground, f"/v1/vaults/{vault['id']}", method="DELETE")


async def alerts_set(ground: Ground) -> int:
    """Vaults for which Azure has all three things."""
    kinds: dict[str, set[str]] = {}
    for key in ground.world.simulator.world.monitor:
        kinds.setdefault(key.rpartition("/")[2], set()).add(key.split("/")[-2])
    return sum(len(found) == 3 for found in kinds.values())


async def ask_for_alerts(ground: Ground) -> Job:
    """With a receiver: its token must be known here wherever the worker dies."""
    vault = await ground.world.vault(name=f"vault-{ground.number()}")
    can_be_called(ground.world)
    body = {"emails": ["on-call@example.com"], "receive": True}
    return await asked(ground, f"/v1/vaults/{vault['id']}/azure-alerts", body, method="PUT")


async def token_is_known(ground: Ground, job: Job) -> str | None:
    """Azure calls one address, of which we have the digest; and no other token is good."""
    row = (await ground.world.rows("SELECT * FROM azure_alerts WHERE job_id = CAST(:id AS uuid)", id=job["id"]))[0]
    name = f"holdfast-{row['vault_id']}"
    digests = [digest_of(url.rpartition("/")[2]) for url in hooks_of(ground.world, name).values()]
    wrong = (row["state"], digests, row["pending_digest"]) != ("ready", [row["token_digest"]], None)
    return f"{row}, but Azure has {digests}" if wrong else None


async def assigned(ground: Ground) -> int:
    """Assignments of Azure Policy whose identity has both roles, each once."""
    parts = ground.world.simulator.world.azure_policy
    held = Counter(str(one["properties"]["principalId"]) for one in parts.roles.values())
    return sum(held[one["identity"]["principalId"]] == ROLES_OF_A_DEFINITION for one in parts.assignments.values())


async def ask_for_azure_policy(ground: Ground) -> Job:
    """Of a rule of its own, by the policy of the item's vault."""
    policy = await ground.world.default_policy({"id": ground.item["vault_id"]})
    rule = await rule_of(ground.world, {"id": ground.item["vault_id"]}, policy, name=f"rule-{ground.number()}")
    return await asked(ground, path_of(rule), AZURE_POLICY, method="PUT")


async def nothing_else_is_assigned(ground: Ground, job: Job) -> str | None:
    """The row is as Azure has it, and knows each role that is there."""
    row = (await ground.world.rows("SELECT * FROM azure_policies WHERE job_id = CAST(:id AS uuid)", id=job["id"]))[0]
    parts = ground.world.simulator.world.azure_policy
    name = f"holdfast-{row['rule_id']}"
    (assignment,) = [one for one in parts.assignments.values() if one["name"] == name]
    principal = assignment["identity"]["principalId"]
    roles = [one["name"] for one in parts.roles.values() if one["properties"]["principalId"] == principal]
    known = [one["name"] for one in row["roles"]]
    wrong = (row["state"], row["unproven"], sorted(known)) != ("ready", [], sorted(roles))
    return f"{row}, but Azure has {roles}" if wrong else None


ROLES_OF_A_DEFINITION = 2
BACKUP = Scenario(ask_for_backup, triggers, write=("POST", r"/backup$"))
RESTORE = Scenario(ask_for_restore, triggers, write=("POST", r"/restore$"))
RESTORE_ACROSS = Scenario(ask_for_restore_across, triggers, write=("POST", r"/backupCrossRegionRestore$"))
MOUNT = Scenario(
    ask_to_mount, sessions, proof=script_is_read, write=("POST", r"/provisionInstantItemRecovery$"), triggers=0
)
UNMOUNT = Scenario(ask_to_unmount, sessions_ended, triggers=0)
TEAR_DOWN = Scenario(ask_to_tear_down, torn_down, proof=nothing_else_went, write=("DELETE", "virtualMachines/"))
PUT_POLICY = Scenario(ask_for_policy, policies, triggers=0)
PROTECT = Scenario(ask_to_protect, azure_jobs("ConfigureBackup"), write=("PUT", r"/protectedItems/[^/]+$"), triggers=0)
UNPROTECT = Scenario(
    ask_to_unprotect, azure_jobs("DeleteBackupData"), write=("DELETE", r"/protectedItems/[^/]+$"), triggers=0
)
DELETE_VAULT = Scenario(ask_to_delete_vault, vaults_deleted, write=("DELETE", r"/vaults/[^/]+$"), triggers=0)
SET_ALERTS = Scenario(
    ask_for_alerts, alerts_set, proof=token_is_known, write=("PUT", r"/metricAlerts/[^/]+$"), triggers=0
)
SET_AZURE_POLICY = Scenario(
    ask_for_azure_policy,
    assigned,
    proof=nothing_else_is_assigned,
    write=("PUT", r"/policyAssignments/[^/]+$"),
    triggers=0,
)
