"""An estate with one machine of each kind over three subscriptions, and readings of it."""

from collections.abc import Mapping
from typing import Any

from app.azure.ports import Azure
from app.estate.reading import EstateLoop
from app.simulator.seeding import plant
from app.simulator.world import Item
from tests.simulator.story import item_path
from tests.world import SIMULATOR, SUBSCRIPTION, World

SECOND, THIRD, FOURTH = (f"00000000-0000-0000-0000-00000000000{number}" for number in (2, 3, 4))


async def read(world: World, azure: Azure | None = None) -> None:
    """One reading, now; of another Azure, where one is given."""
    await world.api.get("/v1/me")  # makes the home tenant
    await world.rows("UPDATE estate_readings SET due_at = clock_timestamp(), began_at = NULL RETURNING 1 AS done")
    loop = EstateLoop(world.database, azure or world.azure, every_seconds=900)
    await loop.run_once()  # makes the due row, if there is none
    if not await world.rows("SELECT 1 FROM estate_readings WHERE began_at IS NOT NULL"):
        await loop.run_once()


async def machines(world: World, **query: Any) -> dict[str, dict[str, Any]]:
    """By name, over all pages."""
    answer = await world.api.get("/v1/estate/vms", params={"limit": 200} | query)
    assert answer.status_code == 200, answer.text
    return {one["vm"]["name"]: one for one in answer.json()["items"]}


async def states(world: World, **query: Any) -> dict[str, str]:
    return {name: one["state"] for name, one in (await machines(world, **query)).items()}


async def coverage(world: World, group_by: str = "subscription") -> dict[str, Any]:
    answer = await world.api.get("/v1/estate/coverage", params={"group_by": group_by})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def drift(world: World, **query: Any) -> list[dict[str, Any]]:
    answer = await world.api.get("/v1/estate/drift", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def turn_off(world: World) -> None:
    """The routes of an installation that does not read its estate."""
    world.replace_services(settings=world.services.settings.model_copy(update={"estate_seconds": 0.0}))


def azure_item(world: World, name: str) -> Item:
    """The item of a machine, in Azure."""
    vaults = world.simulator.world.vaults.values()
    return next(item for vault in vaults for item in vault.items.values() if item.vm.name == name)


def seed(world: World, **asked: Any) -> None:
    plant(world.simulator.world, asked)


async def outside(world: World, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> None:
    """What another tool does in Azure, by its own token."""
    token = world.simulator.identity.token("https://management.azure.com", "other-tool", SIMULATOR)
    more = {"Authorization": f"Bearer {token}", **headers}
    answer = await world.http.request(
        method, f"{SIMULATOR}{path}", params={"api-version": "2026-10-01"}, json=body, headers=more
    )
    assert answer.status_code < 300, (answer.status_code, answer.text)
    world.advance(120)


async def protect_outside(world: World, name: str, subscription: str = SUBSCRIPTION, group: str = "rg-demo") -> None:
    """A vault of another tool in rg-demo, and a machine in it."""
    start = f"/subscriptions/{subscription}/resourceGroups"
    there = f"{start}/rg-demo/providers/Microsoft.RecoveryServices/vaults/vault-foreign"
    await outside(world, "PUT", there, {"location": "westus", "sku": {"name": "Standard"}, "properties": {}})
    body = {
        "protectedItemType": "Microsoft.Compute/virtualMachines",
        "sourceResourceId": f"{start}/{group}/providers/Microsoft.Compute/virtualMachines/{name}",
        "policyId": f"{there}/backupPolicies/DefaultPolicy",
    }
    await outside(world, "PUT", item_path(name, there, group), {"properties": body})
