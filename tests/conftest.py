import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import database

if TYPE_CHECKING:
    from tests.world import World

RUN_DIR = pytest.StashKey[Path]()

# A deadline measures the machine, not the code; the blob lets a failure be replayed anywhere.
hypothesis.settings.register_profile("holdfast", deadline=None, print_blob=True)
hypothesis.settings.load_profile("holdfast")


def pytest_configure(config: pytest.Config) -> None:
    """The controller owns the Postgres of the run. Settings of whoever calls must not reach the tests."""
    for name in [name for name in os.environ if name.startswith("HOLDFAST_") and not name.startswith("HOLDFAST_TEST_")]:
        del os.environ[name]
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[RUN_DIR] = Path(worker["run_dir"])
        return
    server = database.ServerOfTheRun()
    config.stash[RUN_DIR] = server.run_dir
    config.add_cleanup(server.close)
    server.start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_dir"] = str(node.config.stash[RUN_DIR])


@pytest.fixture(scope="session")
def template_database_url(request: pytest.FixtureRequest) -> str:
    """The migrated template that every test's database is a copy of. Nobody may stay connected to it."""
    return database.template_url(request.config.stash[RUN_DIR])


@pytest.fixture
def database_url(template_database_url: str) -> Iterator[str]:
    """`postgresql://...` of a fresh, migrated, empty database, gone after the test. About 25 ms."""
    with database.cloned(template_database_url) as url:
        yield url


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    """The key of the simulator's identity provider: making one takes longer than most tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def world(database_url: str, signing_key: rsa.RSAPrivateKey) -> AsyncIterator["World"]:
    """API, loops and a simulated Azure in this process, on a database of their own (tests/world.py)."""
    from tests.world import open_world  # noqa: PLC0415 - it imports the Azure SDK: not every run pays for that

    async with open_world(database_url, signing_key) as world:
        yield world
