"""Restores whose parts exist in the simulator, and their tear-down through the public API."""

from collections.abc import Mapping
from typing import Any

from tests.restores.restore_requests import NEW_VM, ask, look
from tests.world import RG, SIMULATOR, World

TARGET = NEW_VM["resource_group_id"]


async def restored(world: World, target: Mapping[str, Any] = NEW_VM, **plan: Any) -> dict[str, Any]:
    """The job of a restore that has ended well; `plan`: what the simulator is to make of it."""
    item = await world.item()
    await world.back_up(item)
    if plan:
        await control(world, "plans", **plan)
    await control(world, "truth/inventory")
    return await restored_again(world, item, target)


async def restored_again(world: World, item: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    answer = await ask(world, item, target)
    assert answer.status_code == 202, answer.text
    await world.settle()
    job = await look(world, answer.json())
    assert job["state"] == "succeeded", job
    return job


async def control(world: World, action: str, method: str = "POST", **body: Any) -> Any:
    answer = await world.http.request(method, f"{SIMULATOR}/_simulator/{action}", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def appeared(world: World) -> list[str]:
    """What is in Azure and was not before the restore; ids in lower case."""
    return list((await control(world, "truth/inventory", "GET"))["appeared"])


async def disappeared(world: World) -> list[str]:
    return list((await control(world, "truth/inventory", "GET"))["gone"])


def path_of(job: Mapping[str, Any]) -> str:
    return f"{job['resource']}/resources"


async def listed(world: World, job: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = await world.api.get(path_of(job))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def tear_down(world: World, job: Mapping[str, Any], query: str = "") -> dict[str, Any]:
    """The job of the tear-down, at its end."""
    answer = await world.api.delete(path_of(job) + query)
    assert answer.status_code == 202, answer.text
    await world.settle()
    return await look(world, answer.json())


__all__ = ["NEW_VM", "RG", "TARGET"]
