import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator, MutableMapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import uvloop
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import database, resource_pool
from tests.database_pool import DatabasePool
from tests.whole import is_whole

if TYPE_CHECKING:
    from tests.world import World

SAID_TO_TESTS = ("HOLDFAST_TEST_", "HOLDFAST_RECORDINGS")
RUN_DIR = pytest.StashKey[Path]()
LONGEST = (
    "stories/test_schemathesis.py",
    "stories/test_killed_worker.py",
    "jobs/test_failpoints.py",
    "dev/test_supervisor.py",
    "permissions/test_api.py",
    "core/test_statement_timeout.py",
    "api/test_as_of.py",
)
"""Files with a test of ten seconds or more. They begin first: one that begins last makes the whole run longer."""

# A deadline measures the machine, not the code; the blob lets a failure be replayed anywhere.
hypothesis.settings.register_profile("holdfast", deadline=None, print_blob=True)
hypothesis.settings.load_profile("holdfast")
resource_pool.remember_statements()
# The loop that the API runs on, too. It takes a sixth less processor time than asyncio's own.
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def drop_settings(environ: MutableMapping[str, str]) -> None:
    """Of Holdfast itself; what is said to the tests stays."""
    for name in [name for name in environ if name.startswith("HOLDFAST_") and not name.startswith(SAID_TO_TESTS)]:
        del environ[name]


def pytest_configure(config: pytest.Config) -> None:
    """The controller owns the Postgres of the run. Settings in the caller's environment must not reach the tests."""
    gc.disable()  # until all is collected (pytest_collection_finish): it took a fifth of the time of collecting
    drop_settings(os.environ)
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, dealt out: xdist gives each worker a stretch of the list, and later what others have left.

    Without those that are `only_whole` (tests/whole.py), where no file was named.
    """
    if config.args_source is not pytest.Config.ArgsSource.ARGS and not is_whole():
        left_out = [item for item in items if item.get_closest_marker("only_whole")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    long = [item for item in items if item.path.as_posix().endswith(LONGEST)]
    others = iter([item for item in items if item not in long])
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    dealt: list[pytest.Item] = []
    for number in range(workers):
        end = len(dealt) + (len(items) - len(dealt)) // (workers - number)
        dealt += long[number::workers]
        dealt += islice(others, max(0, end - len(dealt)))
    items[:] = [*dealt, *others]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests and their modules are not looked through again by each later collection."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def template_database_url(request: pytest.FixtureRequest) -> str:
    """The migrated template that every test's database is a copy of. Nobody may stay connected to it."""
    return database.template_url(request.config.stash[RUN_DIR])


@pytest.fixture(scope="session")
def database_pool(template_database_url: str) -> Iterator[DatabasePool]:
    pool = DatabasePool(template_database_url)
    yield pool
    pool.close()


@pytest.fixture
def database_url(database_pool: DatabasePool) -> Iterator[str]:
    """`postgresql://...` of a migrated, empty database that is this test's alone."""
    with database_pool.lent() as url:
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


@pytest.fixture
async def hurried(world: "World") -> AsyncIterator["World"]:
    """A world in which nothing that a request waits for at Azure takes long."""
    async with world.hurrying():
        yield world
