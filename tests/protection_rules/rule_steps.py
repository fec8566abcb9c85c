"""Steps of the tests of protection rules, through the API."""

from typing import Any

from app.azure.compute.ports import Machines
from app.protection_rules.enforcing.loop import RuleLoop
from app.wiring import works_of
from tests.estate.estate_steps import read, seed
from tests.world import World

RULES = "/v1/protection-rules"
Json = dict[str, Any]


async def estate_of(world: World, **machines: dict[str, str]) -> Json:
    """A vault and a policy in westus, these VMs by their tags, and a reading. Returns the target of a rule."""
    vault = await world.vault()
    policy = await world.policy(vault)
    vms = [{"name": name.replace("_", "-"), "tags": tags} for name, tags in machines.items()]
    seed(world, vms=[{"resource_group": "rg-demo", "location": "westus", **one} for one in vms])
    await read(world)
    return {"location": "westus", "vault_id": vault["id"], "policy_id": policy["id"]}


def body(target: Json, **changes: Any) -> Json:
    """A rule for VMs that have the tag env=prod."""
    return {
        "name": "production",
        "priority": 100,
        "selector": {"tags": {"Env": ["prod"]}},
        "targets": [target],
        **changes,
    }


async def made(world: World, target: Json, **changes: Any) -> Json:
    answer = await world.api.post(RULES, json=body(target, **changes))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def shown(world: World, rule: Json) -> Json:
    answer = await world.api.get(f"{RULES}/{rule['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def changed(world: World, rule: Json, **changes: Any) -> Json:
    answer = await world.api.patch(f"{RULES}/{rule['id']}", json=changes, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def previewed(world: World, rule: Json) -> Json:
    """Of a rule, or of the body of one."""
    if "id" in rule:
        answer = await world.api.post(f"{RULES}/{rule['id']}/preview")
    else:
        answer = await world.api.post(f"{RULES}/preview", json=rule)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def names(entries: list[Json]) -> list[str]:
    return [one["vm"]["name"] for one in entries]


def reasons(preview: Json) -> dict[str, str]:
    return {one["vm"]["name"]: one["reason"] for one in preview["skipped"]}


async def make_due(world: World) -> None:
    await world.rows(
        "UPDATE protection_rules SET due_at = clock_timestamp() - interval '1 day', lease_until = NULL RETURNING 1 AS x"
    )


def loop_of(world: World, machines: Machines | None = None) -> RuleLoop:
    works = works_of(world.azure, world.database)
    return RuleLoop(world.database, machines or world.azure.machines, works, is_on=True)


async def enforce(world: World, loop: RuleLoop | None = None) -> None:
    """One run of every rule that is enforced, now."""
    await make_due(world)
    await (loop or loop_of(world)).run_once()


async def hour_later(world: World) -> None:
    """What was asked for is an hour old."""
    await world.rows(
        "UPDATE jobs SET created_at = created_at - interval '61 minutes' WHERE origin_rule IS NOT NULL RETURNING 1 AS x"
    )


async def jobs_of(world: World, rule: Json, **query: Any) -> list[Json]:
    """Newest first."""
    answer = await world.api.get("/v1/jobs", params={"origin_rule": rule["id"], "limit": 200, **query})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found
