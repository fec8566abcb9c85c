"""What these tests do with policies through the public API."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.policies.bodies import Body
from tests.remembered_steps import remembered
from tests.world import World, vm_id

THIRTY: Body = {
    "time_zone": "America/New_York",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {"daily": {"count": 30}},
}
SEVEN: Body = {**THIRTY, "retention": {"daily": {"count": 7}}}
SIXTY: Body = {**THIRTY, "retention": {"daily": {"count": 60}}}
POLICY_PATH = "/backupPolicies/production"


async def read(world: World, policy: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """(the policy, its ETag)."""
    answer = await world.api.get(f"/v1/policies/{policy['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


async def put(
    world: World, policy: Mapping[str, Any], body: Body, etag: str | None = None, **headers: str
) -> httpx.Response:
    """PUT with this ETag, or with the present one."""
    if etag is None:
        _, etag = await read(world, policy)
    return await world.api.put(f"/v1/policies/{policy['id']}", json=body, headers={"If-Match": etag, **headers})


async def ended(world: World, answer: httpx.Response) -> dict[str, Any]:
    """The job of an accepted write, at its end."""
    assert answer.status_code == 202, answer.text
    await world.settle()
    job: dict[str, Any] = (await world.api.get(answer.headers["Location"])).json()
    return job


@remembered
async def protect(
    world: World, /, vault: Mapping[str, Any], policy: Mapping[str, Any], *vms: str
) -> list[dict[str, Any]]:
    items = []
    for vm in vms:
        body = {"vm_id": vm_id(vm), "vault_id": vault["id"], "policy_id": policy["id"]}
        items.append(await world.resource_of(await world.done("/v1/protected-items", body)))
    return items


def azure_policy(world: World, name: str = "production") -> dict[str, Any]:
    """Azure's own JSON of it, to be looked at or to be changed behind our back."""
    vault = next(iter(world.simulator.world.vaults.values()))
    found: dict[str, Any] = vault.policies[name.lower()]["properties"]
    return found


def azure_keeps(world: World, name: str = "production") -> int:
    """For how many days Azure keeps its daily points."""
    return int(azure_policy(world, name)["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"])


def azure_has(world: World, name: str = "production") -> bool:
    vault = next(iter(world.simulator.world.vaults.values()))
    return name.lower() in vault.policies


def kept_for(world: World, days: int, name: str = "production") -> None:
    """Somebody changes the retention in Azure."""
    azure_policy(world, name)["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = days


def tiered(world: World, name: str = "production") -> None:
    """Somebody adds in Azure what Holdfast has no words for."""
    azure_policy(world, name)["tieringPolicy"] = {
        "ArchivedRP": {"tieringMode": "TierAfter", "duration": 3, "durationType": "Months"}
    }
