"""A restore test whose network is isolated, and rounds of it, through the public API."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.loop import Loop
from app.jobs.work import LoopName
from app.worker import restore_test_loops_of
from tests.restores.restore_requests import STORAGE
from tests.world import RG, SIMULATOR, World

NETWORK = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-tests"
GROUP_ID = f"{RG}/providers/Microsoft.Network/networkSecurityGroups/nsg-tests"
TARGET = {
    "resource_group_id": RG.rpartition("/")[0] + "/rg-restored",
    "subnet_id": f"{NETWORK}/subnets/default",
    "staging_storage_account_id": STORAGE,
}
BODY: dict[str, Any] = {
    "name": "web",
    "selector": {"names": ["vm-web-01"]},
    "target": TARGET,
    "levels": ["restored", "boots"],
}
SCRIPT = {"text": "curl -fsS http://localhost/health", "timeout_seconds": 60}
SHUT = {
    "name": "no-internet",
    "priority": 4000,
    "direction": "Outbound",
    "access": "Deny",
    "destinationAddressPrefix": "Internet",
}
"""A rule as Azure has it."""
STEP = 150.0


async def control(world: World, action: str, method: str = "POST", **body: Any) -> Any:
    answer = await world.http.request(method, f"{SIMULATOR}/_simulator/{action}", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def isolated(world: World, **network: Any) -> None:
    """A network of its own for tests, with a security group on its subnet that lets nothing out."""
    group = {"name": "nsg-tests", "resource_group": "rg-demo", "rules": [SHUT]}
    await control(world, "seed", security_groups=[group])
    subnet = {"name": "default", "security_group_id": GROUP_ID}
    await control(world, "seed", networks=[{"name": "vnet-tests", "subnets": [subnet]} | network])


async def defined(world: World, **changes: Any) -> dict[str, Any]:
    answer = await world.api.post("/v1/restore-tests", json=BODY | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def begun(world: World, test: Mapping[str, Any], **headers: str) -> dict[str, Any]:
    answer = await world.api.post(f"/v1/restore-tests/{test['id']}/runs", headers=headers)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def worker_of(world: World, **settings: Any) -> Loop:
    """The worker's loop; a new one is a worker that was started again, with these settings changed."""
    changed = world.settings.model_copy(update=settings)
    return restore_test_loops_of(changed, world.database, world.azure)[LoopName.TESTING]


async def run_tests(world: World, loop: Loop | None = None) -> None:
    """Every run as far as it goes now."""
    loop = loop or worker_of(world)
    await world.rows("UPDATE restore_test_runs SET due_at = clock_timestamp() WHERE state <> 'ended' RETURNING id")
    while await loop.run_once() == 0.0:
        pass


async def runs(world: World, **wanted: str) -> list[dict[str, Any]]:
    answer = await world.api.get("/v1/restore-test-runs", params=wanted)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def time_passes(world: World, minutes: float) -> None:
    """The clocks of runs have run for so long."""
    await world.rows(
        "UPDATE restore_test_runs SET state_since = state_since - :minutes * interval '1 minute' RETURNING id",
        minutes=minutes,
    )


async def followed(
    world: World, reached: Callable[[dict[str, Any]], bool], *, steps: int = 40, minutes: float = 0
) -> list[dict[str, Any]]:
    """The runs, when all are so far; with each step the clocks of runs go on by these minutes."""
    loop = worker_of(world)
    for _ in range(steps):
        await run_tests(world, loop)
        found = await runs(world)
        if all(reached(one) for one in found):
            return found
        await world.step(STEP)
        if minutes:
            await time_passes(world, minutes)
    raise AssertionError([(one["state"], one["waits_for"]) for one in await runs(world)])


async def ended(world: World, **how: Any) -> list[dict[str, Any]]:
    """The runs, when all have ended."""
    return await followed(world, lambda run: run["state"] == "ended", **how)


async def fleet(world: World, count: int) -> list[dict[str, Any]]:
    """Protected VMs `t-1`, `t-2`, ... with a recovery point and a data disk each, adopted with their vault."""
    vault = await world.vault()
    (ref,) = (one.id for one in world.simulator.world.vaults.values() if one.name == vault["name"])
    await control(world, "seed", protected=[{"vault_id": ref, "count": count, "prefix": "t-", "recovery_points": 1}])
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    found: list[dict[str, Any]] = (await world.api.get("/v1/protected-items")).json()["items"]
    assert len(found) == count
    return sorted(found, key=lambda one: str(one["vm_id"]))


async def hold_role(world: World, operation: str) -> None:
    """From now on Holdfast's identity may do what this operation needs, and nothing else."""
    scope = RG.partition("/resourceGroups")[0]
    query = {"operation": operation, "subscription_id": scope.rpartition("/")[2]}
    role = (await world.api.get("/v1/permissions/role", params=query)).json()
    world.simulator.world.permissions.clear()
    await control(world, "seed", permissions=[{"scope": scope, "actions": role["Actions"]}])


def machine_of(run: Mapping[str, Any]) -> str:
    """The name of the VM that a run makes."""
    return f"hft-{str(run['id']).replace('-', '')[-11:]}"


async def a_point(world: World, vm: str = "vm-web-01") -> dict[str, Any]:
    item = await world.item(vm)
    await world.back_up(item)
    return item


__all__ = ["RG"]
