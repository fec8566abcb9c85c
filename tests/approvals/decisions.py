"""Two people of one tenant, and what they say: for tests of approvals."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from tests.world import DISKS, HOME, World, vm_id

REASON = {"reason": "Agreed in CHG-1"}


async def require(world: World, *operations: str) -> None:
    """From now on the usual caller's tenant wants a second person for these."""
    await world.rows(
        "UPDATE tenants SET approvals = to_jsonb(CAST(:wanted AS text[])) WHERE id = :id RETURNING id",
        wanted=list(operations),
        id=HOME,
    )
    world.services.access.forget()


@asynccontextmanager
async def approver(world: World, name: str = "approver-1", **claims: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody else of the tenant, who may decide."""
    said = {"oid": name, "sub": name, "azp": name, "roles": ["approver"]} | claims
    async with world.client(**said) as client:
        yield client


async def decide(client: httpx.AsyncClient, job: Mapping[str, Any], verdict: str = "approve") -> httpx.Response:
    return await client.post(f"{job['approval']}/{verdict}", json=REASON)


async def restorable(world: World) -> dict[str, Any]:
    """An item that has a recovery point."""
    item = await world.item()
    await world.back_up(item)
    return item


async def ask_to_replace(world: World, item: Mapping[str, Any], **headers: str) -> dict[str, Any]:
    """A request to overwrite the live VM: its job."""
    target = {
        "mode": "replace_disks",
        "confirm_vm_id": vm_id("vm-web-01"),
        "staging_storage_account_id": DISKS["staging_storage_account_id"],
    }
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": target}
    answer = await world.api.post("/v1/restores", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def look(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def approval_of(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    answer = await world.api.get(job["approval"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def hours_pass(world: World, hours: float) -> None:
    """Of the database: every approval is so much older, and so is what it allows."""
    await world.rows(
        "UPDATE approvals SET requested_at = requested_at - make_interval(secs => :s), "
        "expires_at = expires_at - make_interval(secs => :s) RETURNING id",
        s=hours * 3600,
    )


async def expire(world: World) -> None:
    """The loop that ends what waits in vain, once."""
    while await world.loops["expiring"].run_once() == 0.0:
        pass


async def attempts(world: World, job: Mapping[str, Any]) -> list[str]:
    rows = await world.rows("SELECT state FROM attempts WHERE job_id = :id ORDER BY opened_at", id=UUID(job["id"]))
    return [row["state"] for row in rows]
