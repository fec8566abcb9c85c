"""R9: two replicas race for one lease, again and again; never do both hold it."""

import asyncio
import time
from datetime import timedelta
from uuid import uuid4

import psycopg
from sqlalchemy import true
from sqlalchemy.dialects.postgresql import psycopg as dialect

from app.core.database import libpq_url
from app.core.leases import claim
from app.jobs.models import VaultWatch
from tests.bench.report import Figure

LEASE = timedelta(seconds=60)
_COMPILED = (
    claim(VaultWatch, VaultWatch.vault_id, where=true(), limit=1, lease=LEASE)
    .returning(VaultWatch.fence)
    .compile(dialect=dialect.dialect())  # type: ignore[no-untyped-call]
)
"""The very statement that the loops claim with, without the session around it: that would be most of the time."""
_GIVE_BACK = "UPDATE vault_watches SET lease_until = NULL WHERE fence = %s"


async def race(database_url: str, *, races: int, replicas: int = 2) -> list[Figure]:
    """Each replica has a connection of its own. A race: claim; who has it holds it a moment, then gives it back."""
    url = libpq_url(database_url)
    replica = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(replicas)]
    await replica[0].execute("DELETE FROM vault_watches")
    insert = "INSERT INTO vault_watches (vault_id, subscription_id, resource_group, name) VALUES (%s, 's', 'g', 'v')"
    await replica[0].execute(insert, [uuid4()])
    holders: set[int] = set()
    fences: set[int] = set()
    won = double = tried = 0

    async def compete(number: int) -> None:
        nonlocal won, double, tried
        while won < races:
            found = await (await replica[number].execute(str(_COMPILED), _COMPILED.params, prepare=True)).fetchone()
            tried += 1
            if found is None:
                continue
            fence = int(found[0])
            # From the commit of the claim to the give-back nobody else may stand here, and no fence comes twice.
            double += bool(holders) or fence in fences
            holders.add(number)
            fences.add(fence)
            won += 1
            await asyncio.sleep(0)
            holders.discard(number)
            await replica[number].execute(_GIVE_BACK, [fence], prepare=True)

    began = time.monotonic()
    await asyncio.gather(*(compete(number) for number in range(replicas)))
    took = time.monotonic() - began
    for connection in replica:
        await connection.close()
    note = f"{tried} tries in {took:.0f} s"
    return [Figure("r9_double_claims", f"R9 double claims in {won} races", double, "", (0, False), note)]
