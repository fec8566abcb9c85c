"""Changes that events tell of, written straight into the tables; and a database that is away meanwhile."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, update
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from app.events import open_streams, reads
from app.vaults.models import Vault
from tests.world import HOME, World

AWAY_TIMES = 3


def a_vault(name: str, tenant: str = HOME) -> Vault:
    place = {"subscription_id": str(UUID(int=1)), "resource_group": "rg", "location": "westeurope"}
    return Vault(id=uuid4(), tenant=tenant, name=name, arm_key=f"{tenant}/{name}", state="ready", tags={}, **place)


async def add(world: World, *names: str, tenant: str = HOME) -> None:
    """A vault of each name, one commit each: so many events."""
    for name in names:
        async with world.database.begin() as session:
            session.add(a_vault(name, tenant))


async def rename(session: AsyncSession, vault: UUID, location: str) -> None:
    await session.execute(update(Vault).where(Vault.id == vault).values(location=location, updated_at=func.now()))


def away_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The next looks at the log fail; those that did."""
    good = reads.publish
    failed: list[Any] = []

    async def away(db: Any) -> None:
        if len(failed) < AWAY_TIMES:
            failed.append(db)
            raise PoolTimeoutError("away")
        await good(db)

    monkeypatch.setattr(reads, "publish", away)
    monkeypatch.setattr(open_streams, "RETRY_SECONDS", 0.001)
    return failed
