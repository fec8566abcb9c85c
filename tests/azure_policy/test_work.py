"""What a job assigns, remediates and removes in Azure; that it can die anywhere, and has a bounded end."""

from typing import Any

import pytest

from app.azure_policy import work
from app.jobs.work import LoopName
from app.simulator.policy_definitions import ROLES
from app.simulator.seeding import plant
from tests.azure_policy.policy_steps import (
    BODY,
    assign_outside,
    counts,
    ended,
    first_rule,
    in_azure,
    name_of,
    outside,
    path_of,
    put,
    read,
    remove,
)
from tests.jobs.lost_attempts import claim_and_die, end_leases
from tests.simulator.story import RG, SUB
from tests.whole import only_whole
from tests.world import World

REMEDIATING = {"definition": "existing_vault", "remediate": True}


def items_of(world: World) -> set[str]:
    (vault,) = world.simulator.world.vaults.values()
    return {item.vm.name for item in vault.items.values()}


async def test_an_assignment_gets_its_identity_and_roles_and_protects_what_is_born_later(world: World) -> None:
    rule = await first_rule(world)
    job = await put(world, rule)
    assert (job["kind"], job["state"]) == ("set_azure_policy", "succeeded"), job
    ((assignment),) = in_azure(world).assignments.values()
    assert (assignment["name"], assignment["properties"]["scope"]) == (name_of(rule), RG)
    assert assignment["properties"]["metadata"]["holdfastRule"] == rule["id"]
    roles = in_azure(world).roles.values()
    assert {one["properties"]["roleDefinitionId"].rpartition("/")[2] for one in roles} == set(ROLES)
    assert {one["properties"]["principalId"] for one in roles} == {assignment["identity"]["principalId"]}
    assert [one["kind"] for one in job["result"]["resources"]] == ["policy_assignment", *["role_assignment"] * 2]
    assert len(in_azure(world).scans) == 1, "so that the counts are there soon"
    shown = await read(world, rule)
    assert (shown["state"], shown["assignment_id"]) == ("ready", assignment["id"])
    assert shown["compliance"] == {"compliant": 0, "non_compliant": 0}
    before = len(world.simulator.world.truth.writes)
    assert (await put(world, rule))["state"] == "succeeded"
    assert len(world.simulator.world.truth.writes) == before, "a second one writes nothing"
    world.advance(600)
    assert (await read(world, rule))["compliance"] == {"compliant": 0, "non_compliant": 3}
    plant(world.simulator.world, {"vms": [{"name": "born"}]})
    for _ in range(2):
        world.advance(601)
        world.simulator.world.settle()
    assert items_of(world) == {"born"}


async def test_a_remediation_is_followed_to_its_end_and_its_vms_become_items_here(world: World) -> None:
    rule = await first_rule(world)
    job = await put(world, rule, **REMEDIATING)
    assert job["state"] == "succeeded", job
    told = job["result"]["remediation"]
    assert (told["state"], told["total"], told["succeeded"], told["failed"]) == ("succeeded", 3, 3, 0)
    assert items_of(world) == {"vm-web-01", "vm-db-01", "vm-batch-01"}
    shown = await read(world, rule)
    assert shown["compliance"] == {"compliant": 3, "non_compliant": 0}
    assert shown["remediation"] == {name: told[name] for name in ("id", "state", "total", "succeeded", "failed")}
    await world.step()
    items = (await world.api.get("/v1/protected-items")).json()["items"]
    assert {(one["vm"]["name"], one["origin"]) for one in items} == {(name, "azure") for name in items_of(world)}
    jobs = (await world.api.get("/v1/jobs?kind=protect")).json()["items"]
    assert {one["origin"] for one in jobs} == {"azure"}


async def test_deployments_that_fail_are_counted_and_named_and_asked_for_again_by_a_put(world: World) -> None:
    rule = await first_rule(world)
    in_azure(world).faults.fail_deployments = 2
    job = await put(world, rule, **REMEDIATING)
    assert job["state"] == "succeeded_with_warnings", job
    told = job["result"]["remediation"]
    assert (told["state"], told["succeeded"], told["failed"], len(told["failures"])) == ("succeeded", 1, 2, 2)
    (warning,) = job["warnings"]
    assert (warning["code"], warning["azure_code"]) == ("remediation_incomplete", "DeploymentFailed")
    assert "ended as succeeded: 1 of 3" in warning["detail"]
    assert warning["remedy"]
    again = await put(world, rule, **REMEDIATING)
    assert (again["state"], again["result"]["remediation"]["total"]) == ("succeeded", 2)
    assert len(in_azure(world).remediations) == 2


async def test_an_identity_that_the_directory_does_not_know_yet_is_asked_for_again_within_a_bound(
    world: World,
) -> None:
    rule = await first_rule(world)
    in_azure(world).faults.typed_principal_seconds = 100.0
    answer = await world.api.put(path_of(rule), json=BODY)
    await world.run_due()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert job["state"] == "queued", job
    await world.settle(seconds=70)
    assert (await world.api.get(answer.headers["Location"])).json()["state"] == "succeeded"
    assert counts(world) == (1, 2, 0)


@only_whole
async def test_an_identity_that_the_directory_never_knows_ends_the_job_and_is_removed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = await first_rule(world)
    in_azure(world).faults.typed_principal_seconds = 1e9
    monkeypatch.setattr(work, "PRINCIPAL_BOUND", work.PRINCIPAL_BOUND * 0)
    other = f"{SUB}/resourceGroups/rg-restored"
    job = await put(world, rule, scope=other)
    assert (job["state"], job["error"]["code"]) == ("failed", "principal_not_found")
    assert job["error"]["remedy"]
    assert (await read(world, rule))["state"] == "incomplete"
    assert (await remove(world, rule))["state"] == "succeeded"
    assert counts(world) == (0, 0, 0)


@pytest.mark.parametrize("effect", ["drop_after", pytest.param("drop_before", marks=only_whole)])
async def test_a_lost_answer_of_every_write_ends_well_and_makes_one_of_each(world: World, effect: str) -> None:
    rule = await first_rule(world)
    for path in ("/policyAssignments/", "/roleAssignments/", "/roleAssignments/", "/remediations/"):
        world.fault("PUT", path, effect)
    faults = list(world.simulator.faults.waiting[-4:])
    job = await put(world, rule, **REMEDIATING)
    assert job["state"] == "succeeded", job
    assert sum(one.hits for one in faults) == 4
    assert counts(world) == (1, 2, 1)
    assert len(items_of(world)) == 3
    for path in ("/policyAssignments/", "/roleAssignments/"):
        world.fault("DELETE", path, effect)
    assert (await remove(world, rule))["state"] == "succeeded"
    assert counts(world) == (0, 0, 1)


@only_whole
async def test_a_worker_that_dies_at_every_step_leaves_nothing_twice(world: World) -> None:
    rule = await first_rule(world)
    answer = await world.api.put(path_of(rule), json=BODY | REMEDIATING)
    deaths = 0
    while (await world.api.get(answer.headers["Location"])).json()["state"] == "queued":
        await claim_and_die(world)
        await end_leases(world)
        deaths += 1
        for loop in (LoopName.RESOLVING, LoopName.SUBMITTING, LoopName.OPERATIONS):
            await world.run(loop)
        await world.make_due()
    assert deaths == 4, "before the assignment, each role, and the remediation"
    job = await ended(world, answer, seconds=70)
    assert job["state"] == "succeeded", job
    assert counts(world) == (1, 2, 1)
    assert (await read(world, rule))["state"] == "ready"


async def test_a_removal_takes_what_is_ours_and_leaves_protection_and_others_alone(world: World) -> None:
    rule = await first_rule(world)
    await put(world, rule, **REMEDIATING)
    await assign_outside(world, f"{RG}/providers/Microsoft.RecoveryServices/vaults/vault-demo/backupPolicies/x")
    job = await remove(world, rule)
    assert job["state"] == "succeeded", job
    assert job["result"]["resources"] == []
    assert [one["kind"] for one in job["result"]["kept"]] == ["remediation"]
    assert [one["name"] for one in in_azure(world).assignments.values()] == ["theirs"]
    assert in_azure(world).roles == {}
    assert len(items_of(world)) == 3, "what was protected stays protected"
    assert (await read(world, rule))["state"] == "not_assigned"
    assert (await world.api.delete(path_of(rule))).status_code == 404


@only_whole
async def test_a_remediation_that_runs_is_cancelled_before_its_assignment_goes(world: World) -> None:
    rule = await first_rule(world)
    put_answer = await world.api.put(path_of(rule), json=BODY | REMEDIATING)
    for _ in range(6):
        await world.make_due()
        await world.run_due()
    ((one),) = in_azure(world).remediations.values()
    assert one.state in {"Accepted", "Running"}
    first = (await world.api.get(put_answer.headers["Location"])).json()
    assert first["state"] == "running", first
    await outside(world, "POST", f"{one.id}/cancel", api="2021-10-01")
    job = await ended(world, await world.api.delete(path_of(rule)), seconds=70)
    assert job["state"] == "succeeded", job
    first = (await world.api.get(put_answer.headers["Location"])).json()
    assert (first["state"], first["warnings"][0]["code"]) == ("succeeded_with_warnings", "remediation_incomplete")
    assert counts(world) == (0, 0, 1)


@only_whole
async def test_another_scope_and_another_vault_take_the_old_ones_away(world: World) -> None:
    rule = await first_rule(world)
    await put(world, rule)
    other = f"{SUB}/resourceGroups/rg-restored"
    job = await put(world, rule, scope=other)
    assert job["state"] == "succeeded", job
    ((assignment),) = in_azure(world).assignments.values()
    assert assignment["properties"]["scope"] == other
    scopes = {one["properties"]["scope"] for one in in_azure(world).roles.values()}
    assert scopes == {other, RG}, "and one in the group of the vault"
    assert len(in_azure(world).roles) == 3
    assert (await read(world, rule))["scope"] == other
    assert (await remove(world, rule))["state"] == "succeeded"
    assert counts(world) == (0, 0, 0)


@only_whole
async def test_a_role_that_the_identity_has_already_is_left_alone(world: World) -> None:
    rule = await first_rule(world)
    world.fault("PUT", "/roleAssignments/", "status_before", status=403, code="AuthorizationFailed")
    job = await put(world, rule)
    assert (job["state"], job["error"]["code"]) == ("failed", "azure_denied")
    assert (await read(world, rule))["state"] == "incomplete"
    ((assignment),) = in_azure(world).assignments.values()
    properties = {
        "principalId": assignment["identity"]["principalId"],
        "principalType": "ServicePrincipal",
        "roleDefinitionId": f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{ROLES[0]}",
    }
    theirs = f"{RG}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001"
    await outside(world, "PUT", theirs, {"properties": properties}, api="2022-04-01")
    assert (await put(world, rule))["state"] == "succeeded"
    assert counts(world) == (1, 2, 0)
    await remove(world, rule)
    assert list(in_azure(world).roles) == [theirs.lower()]


@pytest.mark.parametrize("gone", ["policy", pytest.param("vault", marks=only_whole)])
async def test_a_policy_or_a_vault_that_is_gone_is_said_and_nothing_is_sent(world: World, gone: str) -> None:
    rule = await first_rule(world)
    ((key, vault),) = world.simulator.world.vaults.items()
    if gone == "policy":
        del vault.policies["defaultpolicy"]
    else:
        del world.simulator.world.vaults[key]
    job = await put(world, rule)
    assert (job["state"], job["error"]["code"]) == ("failed", "azure_policy_target_gone"), job
    assert job["error"]["remedy"]
    assert counts(world) == (0, 0, 0)
    assert (await read(world, rule))["state"] == "not_assigned"


async def test_azure_says_yes_and_does_nothing_then_the_job_waits_and_does_not_claim_success(world: World) -> None:
    rule = await first_rule(world)
    world.fault("PUT", "/policyAssignments/", "acknowledge")
    answer = await world.api.put(path_of(rule), json=BODY)
    for _ in range(3):
        await world.make_due()
        await world.run_due()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert (job["state"], job["waiting"]["reason"]) == ("running", "outcome_unknown"), job
    assert (await read(world, rule))["state"] == "setting"


@only_whole
async def test_throttling_makes_it_wait_and_repeats_nothing(world: World) -> None:
    rule = await first_rule(world)
    for path in ("/policyAssignments/", "/roleAssignments/", "/remediations/"):
        world.fault("PUT", path, "status_before", status=429, retry_after="1")
    job = await put(world, rule, **REMEDIATING)
    assert job["state"] == "succeeded", job
    assert counts(world) == (1, 2, 1)


async def test_fewer_vms_need_an_approval_where_the_tenant_wants_one(world: World) -> None:
    rule = await first_rule(world)
    await put(world, rule)
    await world.rows("UPDATE tenants SET approvals = '[\"azure_policy_off\"]' RETURNING 1 AS done")
    world.services.access.forget()
    assert (await put(world, rule, **REMEDIATING))["state"] == "succeeded", "no fewer"
    answer = await world.api.delete(path_of(rule))
    assert answer.json()["state"] == "awaiting_approval"
    shown: Any = (await world.api.get(answer.json()["approval"])).json()
    assert shown["operation"] == "azure_policy_off"
    await world.rows("UPDATE tenants SET approvals = '[\"protection_rule\"]' RETURNING 1 AS done")
    world.services.access.forget()
    answer = await world.api.put(path_of(rule), json=BODY | REMEDIATING)
    assert answer.json()["state"] == "awaiting_approval"
    shown = (await world.api.get(answer.json()["approval"])).json()
    assert (shown["operation"], shown["ask"]["bound"]["rule"]) == ("protection_rule", rule["hash"])
    await world.rows("UPDATE protection_rules SET stopped_at = now() RETURNING 1 AS done")
    refused = await world.api.put(path_of(rule), json=BODY)
    assert (refused.status_code, refused.json()["code"]) == (409, "azure_policy_rule_held")
