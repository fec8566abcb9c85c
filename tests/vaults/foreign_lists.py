"""Lists of Azure's that are not as expected, and a refresh under them."""

import json
from typing import Any

import httpx

from tests.world import World

FABRIC = "backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;rg-demo;vm-web-01"
ITEM = f"{FABRIC}/protectedItems/VM;iaasvmcontainerv2;rg-demo;vm-web-01"
ITEMS = r"/backupProtectedItems/?$"
POLICIES = r"/backupPolicies$"
POINTS = r"/recoveryPoints/?$"


def answers(world: World, path: str, body: Any) -> None:
    """From now on this is what a GET of such a list is answered, as 200."""
    world.fault(
        "GET",
        path,
        "status_before",
        times=None,
        status=200,
        headers={"Content-Type": "application/json"},
        body=json.dumps(body),
    )


def recovers(world: World) -> None:
    world.simulator.faults.waiting.clear()


async def arm(world: World, method: str, path: str, body: Any = None) -> httpx.Response:
    """Azure itself, asked by another tool."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.simulator), base_url="https://sim.test") as client:
        form = {
            "grant_type": "client_credentials",
            "client_id": "other",
            "client_secret": "x",
            "scope": "https://management.azure.com/.default",
        }
        token = await client.post("/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token", data=form)
        headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
        return await client.request(method, path, json=body, headers=headers, params={"api-version": "2023-04-01"})


async def refreshed(world: World, vault_id: str) -> dict[str, Any]:
    answer = await world.api.post(f"/v1/vaults/{vault_id}/refresh", json={})
    for _ in range(6):
        await world.make_due()
        await world.run_due()
    found: dict[str, Any] = (await world.api.get(answer.headers["Location"])).json()
    return found


async def ids(world: World) -> tuple[list[str], list[str]]:
    """Of items and policies, as our rows have them."""
    items = await world.rows("SELECT id::text FROM protected_items ORDER BY id")
    policies = await world.rows("SELECT id::text FROM policies ORDER BY id")
    return [row["id"] for row in items], [row["id"] for row in policies]
