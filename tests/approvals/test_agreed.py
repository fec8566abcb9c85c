"""What was agreed is what is sent: a thing that a request names is changed in between, and nothing is sent for it.

Every sensitive kind of job is walked; the tenant wants a second person for everything.
"""

import copy
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from app.identity.access.effects import EFFECTS, OPERATIONS
from tests.approvals.decisions import approval_of, approver, decide, look, require
from tests.azure_alerts.alert_steps import GIVEN, MAILS, give_group
from tests.policies.policy_steps import SEVEN, SIXTY, THIRTY, protect, put
from tests.vaults.vault_steps import ask_change
from tests.whole import some_of, some_pairs
from tests.world import DISKS, World, vm_id

Json = dict[str, Any]
Staged = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """How it is prepared without approvals, asked with them, and what is changed in Azure behind its back."""

    kind: str
    ask: Callable[[World, Staged], Awaitable[Json]]
    change: Callable[[World, Staged], None]
    codes: tuple[str, ...] = ("not_as_agreed",)
    before: Mapping[str, Any] | None = None
    empty: bool = False


# --- what there is ----------------------------------------------------------------------------------------------------
async def stage(world: World, case: Case) -> Staged:
    vault = await world.vault(immutability="unlocked" if case.kind == "suspend" else "disabled")
    if case.empty:
        return {"vault": vault}
    policy = await world.policy(vault, **THIRTY)
    other = await world.policy(vault, **(THIRTY | {"name": "other"}))
    (item,) = await protect(world, vault, policy, "vm-web-01")
    await world.back_up(item)
    if case.before is not None:
        answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json=dict(case.before))
        assert answer.status_code == 202, answer.text
        await world.settle()
    return {"vault": vault, "policy": policy, "other": other, "item": item}


def azure_vault(world: World) -> Any:
    (vault,) = world.simulator.world.vaults.values()
    return vault


def azure_item(world: World) -> Any:
    (item,) = azure_vault(world).items.values()
    return item


def keep_days(name: str, days: int) -> Callable[[World, Staged], None]:
    def change(world: World, _: Staged) -> None:
        policy = azure_vault(world).policies[name]["properties"]
        policy["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = days

    return change


def stop_outside(world: World, _: Staged) -> None:
    item = azure_item(world)
    item.state, item.policy_id, item.policy_name = "BackupsSuspended", item.policy_id, item.policy_name


def new_point(world: World, _: Staged) -> None:
    azure_item(world).last_recovery_point += 10_000_000


def other_disks(world: World, _: Staged) -> None:
    azure_item(world).disk_exclusion = {"diskLunList": [1], "isInclusionList": True}


def other_vm(world: World, _: Staged) -> None:
    world.simulator.world.vms[vm_id("vm-web-01").lower()].unique_id = "11111111-2222-3333-4444-555555555555"


def other_point(world: World, _: Staged) -> None:
    (point,) = azure_item(world).recovery_points
    point.time -= 36_000_000_000


def one_more_follower(world: World, _: Staged) -> None:
    vault = azure_vault(world)
    vm = next(vm for vm in world.simulator.world.vms.values() if vm.name == "vm-db-01")
    more = copy.copy(azure_item(world))
    more.vm, more.recovery_points = vm, []
    vault.items[vm.service_name] = more


def setting(*path: str, value: Any) -> Callable[[World, Staged], None]:
    def change(world: World, _: Staged) -> None:
        held = azure_vault(world).settings
        for name in path[:-1]:
            held = held.setdefault(name, {})
        held[path[-1]] = value

    return change


# --- how it is asked --------------------------------------------------------------------------------------------------
def patching(**body: Any) -> Callable[[World, Staged], Awaitable[Json]]:
    async def ask(world: World, staged: Staged) -> Json:
        said = {name: staged[value[1:]]["id"] if str(value).startswith("$") else value for name, value in body.items()}
        return accepted(await world.api.patch(f"/v1/protected-items/{staged['item']['id']}", json=said))

    return ask


def accepted(answer: Any) -> Json:
    assert answer.status_code == 202, answer.text
    found: Json = answer.json()
    return found


async def delete_item(world: World, staged: Staged) -> Json:
    return accepted(await world.api.delete(f"/v1/protected-items/{staged['item']['id']}"))


async def delete_vault(world: World, staged: Staged) -> Json:
    return accepted(await world.api.delete(f"/v1/vaults/{staged['vault']['id']}"))


async def shrink(world: World, staged: Staged) -> Json:
    return accepted(await put(world, staged["policy"], SEVEN))


def restore_target(mode: str) -> Json:
    account = {"staging_storage_account_id": DISKS["staging_storage_account_id"]}
    targets: dict[str, Json] = {
        "disks": DISKS,
        "files": {"mode": "files"},
        "replace_disks": {"mode": "replace_disks", "confirm_vm_id": vm_id("vm-web-01")} | account,
    }
    return targets[mode]


def restoring(mode: str) -> Callable[[World, Staged], Awaitable[Json]]:
    async def ask(world: World, staged: Staged) -> Json:
        target = restore_target(mode)
        body = {"protected_item_id": staged["item"]["id"], "recovery_point": {"latest": True}, "target": target}
        return accepted(await world.api.post("/v1/restores", json=body))

    return ask


async def run_a_plan(world: World, staged: Staged) -> Json:
    over = restore_target("replace_disks")
    members = [{"protected_item_id": staged["item"]["id"], "target": over}]
    plan = await world.api.post("/v1/recovery-plans", json={"name": "p", "waves": [{"name": "w", "members": members}]})
    assert plan.status_code == 201, plan.text
    return accepted(await world.api.post(f"/v1/recovery-plans/{plan.json()['id']}/runs", json={"mode": "recover"}))


def vault_change(**body: Any) -> Callable[[World, Staged], Awaitable[Json]]:
    async def ask(world: World, staged: Staged) -> Json:
        return await ask_change(world, staged["vault"], **body)

    return ask


async def tell_a_group_only(world: World, staged: Staged) -> Json:
    """Instead of an address."""
    path = f"/v1/vaults/{staged['vault']['id']}/azure-alerts"
    await give_group(world)
    accepted(await world.api.put(path, json=MAILS))
    await world.settle()
    return accepted(await world.api.put(path, json={"action_group_id": GIVEN}))


def turn_group_off(world: World, _: Staged) -> None:
    world.simulator.world.monitor[GIVEN.lower()]["properties"]["enabled"] = False


SOFT = ("securitySettings", "softDeleteSettings")
CASES = {
    "a policy, which then keeps less": Case("change_policy", patching(policy_id="$other"), keep_days("other", 7)),
    "a policy that keeps as much, when the old one is made to keep more": Case(
        "change_policy", patching(policy_id="$other"), keep_days("production", 90)
    ),
    "other disks, when others were chosen": Case(
        "change_policy", patching(disks={"exclude_luns": [0]}), other_disks, ("not_as_agreed", "changed_outside")
    ),
    "a resume, with a policy that then keeps less": Case(
        "resume", patching(action="resume", policy_id="$policy"), keep_days("production", 7), before={"action": "pause"}
    ),
    "a pause of what is suspended by then": Case("pause", patching(action="pause"), stop_outside),
    "a suspension, when the policy is made to keep less": Case(
        "suspend", patching(action="suspend"), keep_days("production", 7)
    ),
    "a deletion, when there is a newer point": Case("unprotect", delete_item, new_point),
    "a deletion, when the item stands otherwise": Case("unprotect", delete_item, stop_outside),
    "a policy, when one more VM follows it": Case("put_policy", shrink, one_more_follower),
    "a policy, when it says something else": Case(
        "put_policy", shrink, keep_days("production", 60), ("policy_changed_in_azure",)
    ),
    "a restore, when the point is another one": Case("restore", restoring("disks"), other_point),
    "disks replaced, when the VM was made anew": Case(
        "restore", restoring("replace_disks"), other_vm, ("source_vm_gone", "not_as_agreed")
    ),
    "a recovery run, when a point is another one": Case(
        "recovery_run", run_a_plan, other_point, ("recovery_members_failed",)
    ),
    "a mount, when the point is another one": Case("mount_files", restoring("files"), other_point),
    "soft delete fewer days, when they were made more": Case(
        "update_vault",
        vault_change(soft_delete={"days": 14}),
        setting(*SOFT, "softDeleteRetentionPeriodInDays", value=90),
        ("changed_outside",),
        before=None,
        empty=True,
    ),
    "a vault's deletion, when it was made immutable": Case(
        "delete_vault",
        delete_vault,
        setting("securitySettings", "immutabilitySettings", value={"state": "Unlocked"}),
        empty=True,
    ),
    "alerts to a group instead of an address, when the group was turned off": Case(
        "set_azure_alerts", tell_a_group_only, turn_group_off, ("action_group_off",), empty=True
    ),
}


def test_every_sensitive_kind_is_walked() -> None:
    # test_approval.py of tests/tear_down, tests/protection_rules and tests/bulk; tests/azure_policy/test_work.py;
    # tests/restore_tests/test_schedules.py
    walked_elsewhere = {
        "tear_down",
        "restore_test_run",
        "approve_restore_test",
        "enforce_rule",
        "set_azure_policy",
        "bulk",
    }
    sensitive = {effect.kind for effect in EFFECTS if effect.is_sensitive}
    assert {case.kind for case in CASES.values()} | walked_elsewhere == sensitive


def sent(world: World) -> int:
    """Jobs that Azure began, and writes that it got."""
    azure = world.simulator.world
    return sum(len(vault.jobs) for vault in azure.vaults.values()) + len(azure.truth.writes)


@pytest.mark.parametrize(("name", "when"), some_pairs(CASES, ["before the word", "after the word"], each=1))
async def test_what_changed_in_between_is_not_sent(world: World, name: str, when: str) -> None:
    case = CASES[name]
    staged = await stage(world, case)
    if case.kind == "update_vault":
        await world.settle()
        longer = await ask_change(world, staged["vault"], soft_delete={"days": 30})
        await world.settle()
        assert (await look(world, longer))["state"] == "succeeded"
    await require(world, *OPERATIONS)
    job = await case.ask(world, staged)
    if when == "before the word":
        case.change(world, staged)
    if job["state"] == "awaiting_approval":
        async with approver(world) as other:
            assert (await decide(other, job)).status_code == 200
    if when == "after the word":
        case.change(world, staged)
    before, triggers = sent(world), len(world.triggers)
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["error"]["code"] in case.codes) == ("failed", True), ended
    assert ended["error"]["remedy"]
    assert (sent(world), len(world.triggers)) == (before, triggers)


@pytest.mark.parametrize("name", some_of(CASES, short=6))
async def test_what_did_not_change_is_sent_once_agreed(world: World, name: str) -> None:
    case = CASES[name]
    staged = await stage(world, case)
    await require(world, *OPERATIONS)
    job = await case.ask(world, staged)
    if job["state"] == "awaiting_approval":
        async with approver(world) as other:
            assert (await decide(other, job)).status_code == 200
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "succeeded", ended


async def test_the_approver_reads_the_numbers_of_both_policies(world: World) -> None:
    staged = await stage(world, CASES["a policy, which then keeps less"])
    less = await world.policy(staged["vault"], **(SEVEN | {"name": "less"}))
    await require(world, "retention_shrink")
    job = await patching(policy_id="$less")(world, {**staged, "less": less})
    found = await approval_of(world, job)
    assert "#/retention/daily/count: 30 -> 7" in found["summary"]
    bound = found["ask"]["bound"]
    assert bound["from"]["says"]["retention"]["daily"] == {"count": 30}
    assert bound["policy"]["says"]["retention"]["daily"] == {"count": 7}


async def test_a_policy_that_a_waiting_job_names_is_neither_replaced_nor_deleted(world: World) -> None:
    """Thirty days agreed to, and seven after the word: the name is the same."""
    staged = await stage(world, CASES["a policy, which then keeps less"])
    less = await world.policy(staged["vault"], **(SEVEN | {"name": "less"}))
    await require(world, "retention_shrink")
    job = await patching(policy_id="$less")(world, {**staged, "less": less})
    assert job["state"] == "awaiting_approval"
    for refused in (await put(world, less, SIXTY), await world.api.delete(f"/v1/policies/{less['id']}")):
        assert (refused.status_code, refused.json()["code"]) == (409, "policy_awaited")
        assert refused.json()["job"] == f"/v1/jobs/{job['id']}"
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code < 300
    assert (await put(world, less, SIXTY)).status_code == 202


async def test_the_newest_point_is_not_agreed_to_while_it_is_not_known(world: World) -> None:
    """`latest` that the worker would choose later is a point that nobody was shown."""
    staged = await stage(world, CASES["a restore, when the point is another one"])
    await require(world, "restore")
    world.fault("GET", r"/recoveryPoints", "status_before", times=20, status=503)
    body = {"protected_item_id": staged["item"]["id"], "recovery_point": {"latest": True}, "target": DISKS}
    refused = await world.api.post("/v1/restores", json=body)
    assert refused.status_code == 503, refused.text
