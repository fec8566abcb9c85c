"""Asks for a preflight."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.world import World


async def ask(
    world: World, path: str, item: Mapping[str, Any], target: Mapping[str, Any], point: Any
) -> httpx.Response:
    chosen = point or {"latest": True}
    body = {"protected_item_id": item["id"], "recovery_point": chosen, "target": dict(target)}
    return await world.api.post(path, json=body)
