"""The OpenAPI document as the walk reads it."""

from typing import Any

from tests.world import World

Json = dict[str, Any]


def document(world: World) -> Json:
    made: Json = world.app.openapi()
    return made
