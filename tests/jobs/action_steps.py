"""Cancel and resolve as a caller does."""

from typing import Any

from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look, send
from tests.world import DISKS, World


async def cancel(world: World, job: dict[str, Any]) -> Any:
    return await world.api.post(f"/v1/jobs/{job['id']}/cancel")


async def resolve(world: World, job: dict[str, Any], **body: str) -> Any:
    return await world.api.post(f"/v1/jobs/{job['id']}/resolve", json={"reason": "seen in the portal", **body})


async def events(world: World, job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    return found


async def running_restore(world: World) -> dict[str, Any]:
    item = await world.item()
    await world.back_up(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    job: dict[str, Any] = (await world.api.post("/v1/restores", json=body)).json()
    await world.step(5)
    assert (await look(world, job))["azure"]["job_id"] is not None
    return job


async def ambiguous_backup(world: World) -> dict[str, Any]:
    """Two Azure jobs carry the one attempt: nobody can tell which is ours."""
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await send(world, ticket, attempt_id)
    await end_leases(world)
    await world.step(0)
    stuck = await look(world, job)
    assert stuck["state"] == "needs_attention"
    return stuck
