"""Appends a statement to the chain of its tenant, and reads."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.evidence.envelope import Envelope
from app.evidence.errors import EvidenceNotFound
from app.evidence.keys import EvidenceKeys, key_id_of
from app.evidence.models import Evidence, EvidenceKey
from app.evidence.statement import GENESIS, Json, Link, Subject, canonical, hash_of, statement_of


async def append(
    session: AsyncSession, keys: EvidenceKeys, *, tenant: str, about: UUID, subject: Subject, facts: Json
) -> Evidence:
    """Sign the statement about a run, as the next of its tenant; once: a second time is the one that is there.

    Of a tenant one is appended after another: the lock lasts until the transaction ends.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"evidence {tenant}", 0))))
    there = await session.get(Evidence, about)
    if there is not None:
        return there
    newest = (
        await session.execute(
            select(Evidence.sequence, Evidence.hash)
            .where(Evidence.tenant == tenant)
            .order_by(Evidence.sequence.desc())
            .limit(1)
        )
    ).first()
    link = Link(tenant, newest.sequence + 1 if newest else 1, newest.hash if newest else GENESIS)
    payload = canonical(statement_of(subject, facts, link))
    signed = keys.sign(payload)
    made = Evidence(
        id=about,
        tenant=tenant,
        sequence=link.sequence,
        payload=payload,
        hash=hash_of(payload),
        previous=link.previous,
        key_id=signed.key_id,
        signature=signed.signature,
    )
    session.add(made)
    used = insert(EvidenceKey).values(key_id=signed.key_id, public_key=keys.public[0])
    await session.execute(used.on_conflict_do_nothing())
    await session.flush()
    return made


async def get_envelope(session: AsyncSession, tenant: str, about: UUID) -> Envelope:
    """The signed statement about a run. Raises EvidenceNotFound."""
    found = await session.scalar(select(Evidence).where(Evidence.tenant == tenant, Evidence.id == about))
    if found is None:
        raise EvidenceNotFound(
            f"There is no evidence of {about}.",
            remedy="Evidence is written when a run has ended: read the run, and ask again when its state is ended.",
        )
    return Envelope(found.payload, found.key_id, found.signature)


async def public_keys(session: AsyncSession, keys: EvidenceKeys) -> Sequence[bytes]:
    """The keys that sign or may sign now, then those that signed earlier, oldest first."""
    rows = await session.execute(select(EvidenceKey).order_by(EvidenceKey.first_used_at, EvidenceKey.key_id))
    now = {key_id_of(public): public for public in keys.public}
    return [*now.values(), *(row.public_key for row in rows.scalars() if row.key_id not in now)]
