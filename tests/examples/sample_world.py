"""The sample world, made once, and copies of it: of its database, and of the simulator's world."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa

from app.core.settings import Settings
from app.dev.sample.making import Tokens, make_sample
from app.dev.sample.stage import Stage
from app.examples import ids
from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from app.simulator.asgi import Simulator
from app.simulator.asgi import create_app as create_simulator
from app.simulator.persistence import Keeper
from tests import database
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.resource_pool import borrowed_app
from tests.world import ISSUER, SIMULATOR

TIME_SCALE = 60.0
EVERY_ROLE = [*ROLES, PLATFORM_ADMIN]


@dataclass(frozen=True, slots=True)
class SampleWorld:
    """What is copied."""

    database_url: str
    kept: Path
    """The simulator's world."""
    key: rsa.RSAPrivateKey


def settings_for(database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        simulator=True,
        arm_url=SIMULATOR,
        oidc_issuers=(ISSUER,),
        secrets_keys=SECRETS_KEY,
        evidence_keys=EVIDENCE_KEY,
    )


def token(simulator: Simulator, principal: str, *roles: str) -> str:
    return simulator.identity.token(SIMULATOR, principal, "api://holdfast", list(roles))


async def _make(database_url: str, kept: Path, key: rsa.RSAPrivateKey) -> None:
    simulator = create_simulator(time_scale=TIME_SCALE, signing_key=key)
    keeper = Keeper(simulator, kept)
    tokens = Tokens(
        token(simulator, "sample-platform", PLATFORM_ADMIN),
        simulator.identity.token(SIMULATOR, "sample-azure", "https://management.azure.com"),
        *(token(simulator, name, *EVERY_ROLE) for name in (ids.ADMIN, ids.SECOND_PERSON, ids.SWAGGER)),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator)) as http:
        await make_sample(Stage(settings_for(database_url), http, TIME_SCALE), tokens)
    keeper.save()


@contextmanager
def made(template: str, folder: Path, key: rsa.RSAPrivateKey) -> Iterator[SampleWorld]:
    url = database.clone(template)
    try:
        asyncio.run(_make(url, folder / "azure", key))
        yield SampleWorld(url, folder / "azure", key)
    finally:
        database.drop(url)


@asynccontextmanager
async def a_copy(world: SampleWorld) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of an API whose database and Azure are as when the sample world was made."""
    url = database.clone(world.database_url)
    simulator = create_simulator(time_scale=TIME_SCALE, signing_key=world.key)
    Keeper(simulator, world.kept).load()
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator)) as http:
            with borrowed_app(settings_for(url), http) as app:
                async with app.router.lifespan_context(app):
                    bearer = {"Authorization": f"Bearer {token(simulator, ids.SWAGGER, *EVERY_ROLE)}"}
                    transport = httpx.ASGITransport(app)
                    async with httpx.AsyncClient(
                        transport=transport, base_url="http://holdfast.test", headers=bearer
                    ) as caller:
                        yield caller
    finally:
        database.drop(url)
