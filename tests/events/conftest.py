import pytest

from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    world.api_hears_of_events = True
    return world
