"""Lists of jobs through the API."""

from typing import Any

from tests.world import World


async def listed(world: World, **wanted: Any) -> list[str]:
    answer = await world.api.get("/v1/jobs", params=wanted)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]
