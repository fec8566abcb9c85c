"""R9: two replicas race for the same leases, again and again; never do both hold one."""

import asyncio
import time
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import true
from sqlalchemy.dialects.postgresql import psycopg as dialect

from app.core.db.database import libpq_url
from app.core.db.leases import claim
from app.jobs.models import VaultWatch
from tests.bench.report import Figure

LEASE = timedelta(seconds=60)
LEASES = 24
AT_ONCE = 16
"""More than half of them: whatever one replica takes, the other one wants some of it too."""
_COMPILED = (
    claim(VaultWatch, VaultWatch.vault_id, where=true(), limit=AT_ONCE, lease=LEASE)
    .returning(VaultWatch.vault_id, VaultWatch.fence)
    .compile(dialect=dialect.dialect())  # type: ignore[no-untyped-call]
)
"""The very statement that the loops claim with, without the session around it: that would be most of the time."""
_GIVE_BACK = (
    "UPDATE vault_watches SET lease_until = NULL FROM unnest(%s::uuid[], %s::bigint[]) AS held (id, claimed)"
    " WHERE vault_id = held.id AND fence = held.claimed"
)


async def race(database_url: str, *, races: int, replicas: int = 2) -> list[Figure]:
    """Each replica has a connection of its own. A race: a lease is claimed, held a moment, and given back."""
    url = libpq_url(database_url)
    replica = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(replicas)]
    await replica[0].execute("DELETE FROM vault_watches")
    insert = "INSERT INTO vault_watches (vault_id, subscription_id, resource_group, name) VALUES (%s, 's', 'g', 'v')"
    for _ in range(LEASES):
        await replica[0].execute(insert, [uuid4()])
    held: set[UUID] = set()
    seen: set[tuple[UUID, int]] = set()
    won = double = tried = 0

    async def compete(number: int) -> None:
        nonlocal won, double, tried
        while won < races:
            done = await replica[number].execute(str(_COMPILED), _COMPILED.params, prepare=True)
            claimed = {(UUID(str(row[0])), int(row[1])) for row in await done.fetchall()}
            tried += 1
            mine = {vault_id for vault_id, _ in claimed}
            # From the commit of the claim to the give-back nobody else may stand here, and no fence comes twice.
            double += len(mine & held) + len(claimed & seen)
            held.update(mine)
            seen.update(claimed)
            won += len(claimed)
            await asyncio.sleep(0)
            held.difference_update(mine)
            ids, fences = [str(one) for one, _ in claimed], [fence for _, fence in claimed]
            await replica[number].execute(_GIVE_BACK, [ids, fences], prepare=True)

    began = time.monotonic()
    await asyncio.gather(*(compete(number) for number in range(replicas)))
    took = time.monotonic() - began
    for connection in replica:
        await connection.close()
    note = f"{tried} claims by {replicas} replicas for {LEASES} leases in {took:.0f} s"
    return [Figure("r9_double_claims", f"R9 double claims in {won} races", double, "", (0, False), note)]
