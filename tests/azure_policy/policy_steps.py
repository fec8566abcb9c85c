"""A rule, its policy of Azure, followed to the end; and what Azure has then."""

from collections.abc import Mapping
from typing import Any

import httpx

from app.simulator.policy_definitions import WITH_TAG, WITHOUT_TAG
from app.simulator.policy_parts import PolicyParts
from tests.simulator.story import RG, SUB
from tests.world import SIMULATOR, World

Json = dict[str, Any]
ASSIGNMENTS = "/providers/Microsoft.Authorization/policyAssignments"
DEFINITIONS = {"existing_vault": WITHOUT_TAG, "existing_vault_with_tag": WITH_TAG}
BODY: Json = {"scope": RG, "location": "westus", "definition": "existing_vault"}
PASSES = 400.0
"""Seconds of Azure's clock: a remediation of a few VMs is over by then, when it is looked at twice."""


async def rule_of(world: World, vault: Mapping[str, Any], policy: Mapping[str, Any], **changes: Any) -> Json:
    """A rule that only observes."""
    target = {"location": "westus", "vault_id": vault["id"], "policy_id": policy["id"]}
    body = {"name": "production", "priority": 100, "selector": {}, "targets": [target]} | changes
    answer = await world.api.post("/v1/protection-rules", json=body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def first_rule(world: World, **changes: Any) -> Json:
    vault = await world.vault()
    return await rule_of(world, vault, await world.default_policy(vault), **changes)


def path_of(rule: Mapping[str, Any]) -> str:
    return f"/v1/protection-rules/{rule['id']}/azure-policy"


def name_of(rule: Mapping[str, Any]) -> str:
    return f"holdfast-{rule['id']}"


async def ended(world: World, answer: httpx.Response, *, seconds: float | None = None) -> Json:
    assert answer.status_code == 202, answer.text
    await world.settle(seconds=seconds)
    job: Json = (await world.api.get(answer.headers["Location"])).json()
    return job


async def put(world: World, rule: Mapping[str, Any], **body: Any) -> Json:
    """The job, ended."""
    return await ended(world, await world.api.put(path_of(rule), json=BODY | body), seconds=70)


async def remove(world: World, rule: Mapping[str, Any]) -> Json:
    return await ended(world, await world.api.delete(path_of(rule)), seconds=70)


async def read(world: World, rule: Mapping[str, Any]) -> Json:
    answer = await world.api.get(path_of(rule))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def in_azure(world: World) -> PolicyParts:
    return world.simulator.world.azure_policy


def counts(world: World) -> tuple[int, int, int]:
    """Assignments, roles, remediations."""
    parts = in_azure(world)
    return len(parts.assignments), len(parts.roles), len(parts.remediations)


async def outside(
    world: World, method: str, path: str, body: Any = None, api: str = "2021-06-01", *, well: bool = True
) -> httpx.Response:
    """What another tool asks of Azure."""
    token = world.simulator.identity.token("https://management.azure.com", "other-tool", SIMULATOR)
    headers = {"Authorization": f"Bearer {token}"}
    answer = await world.http.request(
        method, f"{SIMULATOR}{path}", params={"api-version": api}, json=body, headers=headers
    )
    assert answer.status_code < 300 or not well, answer.text
    return answer


async def assign_outside(world: World, policy_id: str, name: str = "theirs", scope: str = SUB, **more: Any) -> None:
    """An assignment that another person made."""
    given = {"vaultLocation": "westus", "backupPolicyId": policy_id} | more
    body = {
        "location": "westus",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{WITHOUT_TAG}",
            "parameters": {one: {"value": value} for one, value in given.items()},
        },
    }
    await outside(world, "PUT", f"{scope}{ASSIGNMENTS}/{name}", body)
