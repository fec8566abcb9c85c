import time
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.simulator.asgi import Simulator, create_app
from app.simulator.progress import DAY, Clock
from tests.simulator.story import Story


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def simulator(signing_key: rsa.RSAPrivateKey) -> Simulator:
    """It is noon: at nine in the evening vaults back up by themselves, and a test of that hour would see one more."""
    to_noon = (DAY // 2 - time.time_ns() // 10**9 % DAY) * 10**9
    return create_app(clock=Clock(wall_ns=lambda: time.time_ns() + to_noon), signing_key=signing_key)


@pytest.fixture
async def story(simulator: Simulator) -> AsyncIterator[Story]:
    story = Story(simulator)
    async with story.client:
        yield story
