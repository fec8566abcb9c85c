"""Requests for Azure Policy: what is refused before a job, what a GET shows, and what must not go before it."""

from typing import Any

from tests.azure_policy.policy_steps import (
    BODY,
    assign_outside,
    counts,
    first_rule,
    in_azure,
    path_of,
    put,
    read,
    remove,
    rule_of,
)
from tests.simulator.story import RG, SUB
from tests.whole import only_whole
from tests.world import SUBSCRIPTION, World

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"scope": "/subscriptions/x"}, "#/scope"),
    ({"scope": f"{RG}/providers/Microsoft.Compute/virtualMachines/vm"}, "#/scope"),
    ({"location": "eastus"}, "#/location"),
    ({"scope": "/subscriptions/00000000-0000-0000-0000-00000000000f"}, "#/location"),
    ({"definition": "existing_vault_with_tag"}, "#/tag"),
    ({"definition": "new_vault"}, "#/definition"),
    ({"tag": {"name": "a", "values": []}}, "#/tag/values"),
    ({"remediate": "yes"}, "#/remediate"),
    ({"surprise": 1}, "#/surprise"),
]


async def test_what_does_not_fit_is_refused_by_name_and_nothing_is_sent(world: World) -> None:
    rule = await first_rule(world)
    for changed, pointer in REFUSED:
        answer = await world.api.put(path_of(rule), json=BODY | changed)
        assert answer.status_code == 422, answer.text
        said = answer.json()
        assert pointer in (said.get("pointer"), *(one.get("pointer") for one in said.get("errors", ()))), said
    assert counts(world) == (0, 0, 0)
    assert (await world.api.delete(path_of(rule))).status_code == 404


async def test_the_tag_of_the_rule_is_the_definitions_where_it_is_one_alone(world: World) -> None:
    rule = await first_rule(world, selector={"tags": {"Backup": ["yes", "nightly"]}, "names": ["web-*"]})
    job = await put(world, rule, definition="existing_vault_with_tag")
    assert job["state"] == "succeeded", job
    ((assignment),) = in_azure(world).assignments.values()
    given = assignment["properties"]["parameters"]
    assert given["inclusionTagName"] == {"value": "Backup"}
    assert given["inclusionTagValue"] == {"value": ["yes", "nightly"]}
    shown = await read(world, rule)
    assert shown["tag"] == {"name": "Backup", "values": ["yes", "nightly"]}
    assert [one["member"] for one in shown["differences"]] == ["names", "tags"]
    assert "letter case" in shown["differences"][1]["detail"]
    two = await rule_of(
        world,
        {"id": shown["vault_id"]},
        {"id": shown["policy_id"]},
        name="two",
        selector={"tags": {"a": ["b"], "c": ["d"]}},
    )
    refused = await world.api.put(path_of(two), json=BODY | {"definition": "existing_vault_with_tag"})
    assert (refused.status_code, refused.json()["pointer"]) == (422, "#/tag")


async def test_all_of_the_scope_must_be_granted_also_later(world: World) -> None:
    rule = await first_rule(world)
    await put(world, rule)
    await grant(world, "rg-demo")
    answer = await world.api.put(path_of(rule), json=BODY | {"scope": SUB})
    assert (answer.status_code, answer.json()["pointer"]) == (404, "#/scope"), "not all of the subscription"
    assert (await world.api.put(path_of(rule), json=BODY)).status_code == 202
    await world.settle(seconds=70)
    await grant(world, "rg-elsewhere")
    shown = await read(world, rule)
    assert (shown["compliance"], shown["skips"]) == (None, None)
    assert "not_granted" in {one["code"] for one in shown["unreachable"]}
    assert (await world.api.put(path_of(rule), json=BODY)).status_code == 404
    assert (await world.api.delete(path_of(rule))).status_code == 404


async def grant(world: World, group: str) -> None:
    """This group, and nothing else."""
    await world.rows(
        "UPDATE tenants SET grants = jsonb_build_array(jsonb_build_object('subscription_id', CAST(:s AS text), "
        "'resource_group', CAST(:g AS text))) RETURNING 1 AS done",
        s=SUBSCRIPTION,
        g=group,
    )
    world.services.access.forget()


async def test_a_rule_and_a_vault_stay_while_azure_protects_for_them(world: World) -> None:
    rule = await first_rule(world)
    await put(world, rule)
    shown = await read(world, rule)
    refused = await world.api.delete(f"/v1/protection-rules/{rule['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "protection_rule_has_azure_policy")
    assert path_of(rule) in refused.json()["remedy"]
    refused = await world.api.delete(f"/v1/vaults/{shown['vault_id']}")
    (blocker,) = refused.json()["blockers"]
    assert (blocker["kind"], blocker["call"]) == ("azure_policy", f"DELETE {path_of(rule)}")
    refused = await world.api.delete(f"/v1/policies/{shown['policy_id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "policy_assigned")
    assert path_of(rule) in refused.json()["remedy"]
    other = await world.policy({"id": shown["vault_id"]})
    target = rule["targets"][0] | {"policy_id": other["id"]}
    changed = await world.api.patch(
        f"/v1/protection-rules/{rule['id']}", json={"targets": [target]}, headers={"If-Match": "*"}
    )
    assert changed.status_code == 200, changed.text
    world.fault("PUT", "/policyAssignments/", "status_before", status=403, times=1)
    assert (await put(world, rule))["state"] == "failed"
    after = await read(world, rule)
    assert (after["state"], after["policy_id"]) == ("incomplete", shown["policy_id"]), "as it was set"
    assert (await world.api.delete(f"/v1/policies/{other['id']}")).status_code == 409, "part of it may be there"
    assert (await remove(world, rule))["state"] == "succeeded"
    assert (await world.api.delete(f"/v1/protection-rules/{rule['id']}")).status_code == 204


async def test_a_policy_of_others_that_protects_elsewhere_is_named_before_and_after(world: World) -> None:
    rule = await first_rule(world)
    vault_id = f"{RG}/providers/Microsoft.RecoveryServices/vaults/vault-b"
    await assign_outside(world, f"{vault_id}/backupPolicies/weekly")
    await assign_outside(world, f"{vault_id}/backupPolicies/weekly", "audits", effect="AuditIfNotExists")
    shown = await read(world, rule)
    assert (shown["state"], shown["compliance"], shown["job"]) == ("not_assigned", None, None)
    (conflict,) = shown["conflicts"]
    assert (conflict["azure_vault_id"], conflict["is_ours"]) == (vault_id, False)
    assert conflict["rule_vault_id"].endswith("/vaults/vault-demo")
    assert "vault-b" in conflict["detail"]
    assert conflict["remedy"]
    await put(world, rule)
    assert [one["assignment_id"] for one in (await read(world, rule))["conflicts"]] == [conflict["assignment_id"]]


async def test_what_the_definition_leaves_out_is_shown_with_the_reason(world: World) -> None:
    rule = await first_rule(world)
    simulated = world.simulator.world
    golden = simulated.add_vm("vm-golden", "rg-demo", "westus", "Linux")
    golden.image = {"id": f"{RG}/providers/Microsoft.Compute/images/golden"}
    simulated.add_vm("vm-east", "rg-demo", "eastus", "Linux")
    simulated.add_vm("vm-free", "rg-demo", "westus", "Linux", tags={"Backup": "NO"})
    await put(world, rule, tag={"name": "backup", "values": ["no"]})
    shown = await read(world, rule)
    found = {one["vm"]["name"]: one["reason"] for one in shown["skips"]}
    assert found == {"vm-golden": "image_not_listed", "vm-east": "other_region", "vm-free": "tag"}
    assert shown["skips_total"] == 3
    assert all(one["detail"] for one in shown["skips"])


async def test_what_azure_does_not_say_is_null_and_named_and_fails_nothing(world: World) -> None:
    rule = await first_rule(world)
    await put(world, rule)
    for path in ("/summarize$", "/policyDefinitions/", "/policyAssignments$"):
        world.fault(
            "POST" if "summarize" in path else "GET", path, "status_before", status=403, code="AuthorizationFailed"
        )
    shown = await read(world, rule)
    assert (shown["compliance"], shown["skips"], shown["conflicts"]) == (None, None, None)
    assert [one["code"] for one in shown["unreachable"]].count("AuthorizationFailed") == 3
    assert shown["state"] == "ready"
    world.fault("POST", "/summarize$", "status_before", status=429, retry_after="30")
    shown = await read(world, rule)
    assert (shown["compliance"], shown["unreachable"][0]["code"]) == (None, "azure_unreachable")
    assert shown["skips"] == []


async def test_one_key_is_one_job_and_anothers_rule_is_not_there(world: World) -> None:
    rule = await first_rule(world)
    headers = {"Idempotency-Key": "one"}
    first = await world.api.put(path_of(rule), json=BODY, headers=headers)
    again = await world.api.put(path_of(rule), json=BODY, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    other = await world.api.put(path_of(rule), json=BODY | {"remediate": True}, headers=headers)
    assert other.status_code == 422
    async with world.stranger() as stranger:
        for method in ("GET", "PUT", "DELETE"):
            body = BODY if method == "PUT" else None
            assert (await stranger.request(method, path_of(rule), json=body)).status_code == 404


@only_whole
async def test_the_rights_are_named_for_this_operation_only(world: World) -> None:
    role = await world.api.get("/v1/permissions/role", params={"operation": "put_azure_policy"})
    assert {"Microsoft.Authorization/roleAssignments/write", "Microsoft.PolicyInsights/remediations/write"} <= {
        *role.json()["Actions"]
    }
    reading = await world.api.get("/v1/permissions/role", params={"operation": "read_azure_policy"})
    assert not [one for one in reading.json()["Actions"] if not one.endswith("/read")]
    document = (await world.api.get("/openapi.json")).json()
    names = document["components"]["schemas"]["PermissionCheckRead"]["properties"]["operation"]["enum"]
    others = [one for one in names if not one.endswith("_azure_policy")]
    wrong = ("policyassignments", "roleassignments", "policydefinitions", "policyinsights")
    for first in range(0, len(others), 10):
        role = await world.api.get("/v1/permissions/role", params={"operation": others[first : first + 10]})
        assert not [one for one in role.json()["Actions"] if any(word in one.lower() for word in wrong)]
    vault = await world.vault()
    params = {"operation": "delete_azure_policy", "vault_id": vault["id"]}
    assert (await world.api.get("/v1/permissions/check", params=params)).status_code == 200
