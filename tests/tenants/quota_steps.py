"""Sets a tenant's quota, and expects a refusal by it."""

from typing import Any

import httpx

from tests.world import HOME, World


async def limit(world: World, **quotas: int) -> None:
    """From now on the usual caller's tenant has these quotas."""
    answer = await world.api.patch(f"/v1/tenants/{HOME}", json={"quotas": quotas}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    world.services.access.forget()


def refused(answer: httpx.Response) -> tuple[Any, ...]:
    found = answer.json()
    return answer.status_code, found["code"], found["quota"], found["limit"], found["used"]
