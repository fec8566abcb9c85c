from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.simulator.asgi import Simulator, create_app
from tests.simulator.story import Story


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def simulator(signing_key: rsa.RSAPrivateKey) -> Simulator:
    return create_app(signing_key=signing_key)


@pytest.fixture
async def story(simulator: Simulator) -> AsyncIterator[Story]:
    story = Story(simulator)
    async with story.client:
        yield story
