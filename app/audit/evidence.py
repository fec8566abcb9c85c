"""Verifies every chain of a database in one snapshot, or an exported file; and reads the heads."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, exists, func, or_, select, text, union
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.canonical import entry_of
from app.audit.chain_checks import ChainCheck, Finding, KeptHead
from app.audit.models import AuditEntry, AuditSeal, AuditUnsealed
from app.audit.queries import ENTRY_COLUMNS, SEAL_COLUMNS, Head, get_head, seal_of
from app.core.db.database import NOW, Database

LAG_SECONDS = 300.0
"""How long an entry may wait for its seal before that is a finding: far more than a sealer takes."""
AHEAD_SECONDS = 60.0
BATCH = 500


@dataclass(slots=True)
class Verdict:
    """What was checked, and the first error that was found."""

    links: dict[str, int] = field(default_factory=dict)
    """The number of links by tenant."""
    unsealed: int = 0
    """Entries so fresh that nothing vouches for them yet."""
    finding: Finding | None = None


async def verify_database(
    database: Database, heads: Sequence[KeptHead], *, tenant: str | None = None, lag_seconds: float = LAG_SECONDS
) -> Verdict:
    """Every chain, or the one of `tenant`: its links, the heads that were kept of it, and what has no seal."""
    verdict = Verdict()
    async with _snapshot(database) as session:
        known = [tenant] if tenant is not None else await _tenants(session, heads)
        for chain in known:
            check = ChainCheck(chain, heads)
            verdict.finding = await _follow(session, check) or await _look_for_unsealed(session, chain, lag_seconds)
            verdict.links[chain] = check.links
            if verdict.finding:
                return verdict
        queued = select(func.count()).select_from(AuditUnsealed).where(AuditUnsealed.tenant.in_(known))
        verdict.unsealed = await session.scalar(queued) or 0
    return verdict


async def take_heads(database: Database, tenant: str | None = None) -> list[Head]:
    """The head of every chain that has a link, or the one of `tenant`: to be kept elsewhere."""
    async with _snapshot(database) as session:
        known = [tenant] if tenant is not None else await _tenants(session, ())
        return [head for head in [await get_head(session, chain) for chain in known] if head.seq]


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[AsyncSession]:
    """Everything is read in one snapshot; otherwise a sealer that works meanwhile would look like a manipulation."""
    async with database.begin() as session:
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield session


async def _tenants(session: AsyncSession, heads: Iterable[KeptHead]) -> list[str]:
    there = union(select(AuditEntry.tenant), select(AuditSeal.tenant), select(AuditUnsealed.tenant))
    return sorted({head.tenant for head in heads} | set(await session.scalars(there)))


async def _follow(session: AsyncSession, check: ChainCheck) -> Finding | None:
    links = await session.stream(
        select(*SEAL_COLUMNS, *ENTRY_COLUMNS)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.tenant == check.tenant)
        .order_by(AuditSeal.seq)
        .execution_options(yield_per=BATCH)
    )
    async for row in links.mappings():
        found = check.follow(seal_of(row), None if row["id"] is None else entry_of(row))
        if found:
            await links.close()
            return found
    return check.end()


async def _look_for_unsealed(session: AsyncSession, tenant: str, lag_seconds: float) -> Finding | None:
    """Entries that are missing from the queue, or that wait too long; places in the queue whose entry is gone.

    An entry that was inserted without the trigger would otherwise never be sealed, and nothing would report it.
    """
    age = func.extract("epoch", NOW - AuditEntry.at)
    queued = exists().where(AuditUnsealed.tenant == AuditEntry.tenant, AuditUnsealed.entry_id == AuditEntry.id)
    sealed = exists().where(AuditSeal.entry_id == AuditEntry.id)
    stray = await session.execute(
        select(AuditEntry.id, queued.label("is_queued"))
        .where(AuditEntry.tenant == tenant, ~sealed, or_(~queued, age > lag_seconds, age < -AHEAD_SECONDS))
        .order_by(AuditEntry.id)
        .limit(1)
    )
    found: RowMapping | None = stray.mappings().first()
    if found is not None:
        why = f"has waited more than {lag_seconds:g} s for its seal" if found["is_queued"] else "was never to be sealed"
        return Finding(tenant, f"entry {found['id']} {why}")
    there = exists().where(AuditEntry.id == AuditUnsealed.entry_id, AuditEntry.tenant == AuditUnsealed.tenant)
    has_seal = exists().where(AuditSeal.entry_id == AuditUnsealed.entry_id)
    gone = await session.scalar(
        select(func.min(AuditUnsealed.entry_id)).where(AuditUnsealed.tenant == tenant, or_(~there, has_seal))
    )
    return None if gone is None else Finding(tenant, f"entry {gone} is to be sealed, but it is gone or has a seal")
