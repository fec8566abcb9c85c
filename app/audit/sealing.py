"""The sealer: takes entries out of the queue and makes them links of their tenants' chains, seconds after the fact.

Chaining inside the request would have every write of a tenant wait for the one before it. So an entry is written
unsealed, and its row in the queue is the due row of this loop. It needs no lease: sealing is one short transaction
without a word to the outside, so a lock that ends with the transaction does, and a sealer that dies leaves nothing.
The chain's order is the order of sealing. An entry that commits late, with an id below others that have been sealed,
is simply the next one.
"""

from collections.abc import Sequence
from typing import Any
from typing import cast as typed

import structlog
from sqlalchemy import ARRAY, BigInteger, RowMapping, Table, any_, delete, func, insert, literal, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.canonical import Seal, entry_of, sealed, written
from app.audit.models import AuditEntry, AuditSeal, AuditUnsealed
from app.audit.queries import ENTRY_COLUMNS, last_seal
from app.core.db.database import NOW, Database

log = structlog.get_logger()

BATCH = 500
SEAL_SECONDS = 5.0
"""How long an entry waits for its seal when nothing hinders it."""
LOCK = 1_096_108_105
"""The class of the advisory locks of chains: any number, as long as every Holdfast uses the same one."""

SEALS = typed("Table", AuditSeal.__table__)


class SealLoop:
    """Any number of these may run: a chain is locked while one of them adds to it, and its key forbids a fork."""

    def __init__(self, database: Database, *, batch: int = BATCH) -> None:
        self._database = database
        self._batch = batch

    async def run_once(self) -> float | None:
        """Seal a batch of every chain that has something to seal. Answers 0 when there is more."""
        async with self._database.begin() as session:
            tenants = list(await session.scalars(select(AuditUnsealed.tenant).distinct()))
        more = False
        for tenant in tenants:
            more |= await self._seal(tenant) == self._batch
        return 0.0 if more else None

    async def _seal(self, tenant: str) -> int:
        try:
            async with self._database.begin() as session:
                return await seal_batch(session, tenant, limit=self._batch)
        except IntegrityError:
            # A writer without our lock wrote to this chain. The next round reads the chain again.
            log.warning("audit.chain_moved", tenant=tenant)
            return 0


async def seal_batch(session: AsyncSession, tenant: str, *, limit: int = BATCH) -> int:
    """Add up to `limit` entries to the tenant's chain. Answers how many; 0 too when another sealer is at it."""
    held, now = (await session.execute(select(func.pg_try_advisory_xact_lock(LOCK, func.hashtext(tenant)), NOW))).one()
    if not held:
        return 0
    # Statements of their own, after the lock: what its last holder committed is seen by them.
    last = await last_seal(session, tenant)
    seals: list[Seal] = []
    for row in await _waiting(session, tenant, limit):
        last = sealed(last, entry_of(row), tenant=tenant, sealed_at=written(now))
        seals.append(last)
    if seals:
        await session.execute(insert(SEALS), [_row(seal) | {"sealed_at": now} for seal in seals])
        done = any_(literal([seal.entry_id for seal in seals], ARRAY(BigInteger)))
        await session.execute(
            delete(AuditUnsealed).where(AuditUnsealed.tenant == tenant, AuditUnsealed.entry_id == done)
        )
    return len(seals)


async def _waiting(session: AsyncSession, tenant: str, limit: int) -> Sequence[RowMapping]:
    """What the queue names, is there, and has no seal. Anything else in it stays: the gauge and `verify` show it.

    The queue is read in its order, and each entry and seal looked up by its id. `OFFSET 0` has Postgres do it so: with
    statistics from an hour when the queue was long it read a million entries for each batch (480 ms instead of 3).
    """
    entry = (
        select(*ENTRY_COLUMNS)
        .where(AuditEntry.id == AuditUnsealed.entry_id, AuditEntry.tenant == AuditUnsealed.tenant)
        .offset(0)
        .lateral("entry")
    )
    has_seal = select(AuditSeal.entry_id).where(AuditSeal.entry_id == AuditUnsealed.entry_id).offset(0).exists()
    rows = await session.execute(
        select(*entry.c)
        .select_from(AuditUnsealed)
        .join(entry, true())
        .where(AuditUnsealed.tenant == tenant, ~has_seal)
        .order_by(AuditUnsealed.entry_id)
        .limit(limit)
    )
    return rows.mappings().all()


def _row(seal: Seal) -> dict[str, Any]:
    return {column.name: getattr(seal, column.name) for column in SEALS.columns}
