"""The vaults whose jobs are followed, and when each is polled next.

Looking itself is the sweep loop's (sweep/store.py claims them).
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import VaultRef
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.jobs.kinds import JobKind
from app.jobs.models import Job, VaultWatch
from app.jobs.work import LoopName, Ticket


async def watch_vault(
    session: AsyncSession, vault_id: UUID, subscription_id: str, resource_group: str, name: str
) -> None:
    """From now on the jobs of this vault are followed. It belongs to the tenant of the job that added it."""
    owner = select(Job.tenant).where(Job.vault_id == vault_id).order_by(Job.id).limit(1).scalar_subquery()
    tenant = func.coalesce(owner, "")
    await session.execute(
        pg_insert(VaultWatch)
        .values(
            vault_id=vault_id, subscription_id=subscription_id, resource_group=resource_group, name=name, tenant=tenant
        )
        .on_conflict_do_nothing()
    )


async def unwatch_vault(session: AsyncSession, vault_id: UUID) -> None:
    """Stop following the jobs of this vault: it is gone."""
    await session.execute(delete(VaultWatch).where(VaultWatch.vault_id == vault_id))


async def look_at_vault(session: AsyncSession, vault_id: UUID | None, *, within: float) -> None:
    """Have the vault swept at most `within` seconds from now."""
    if vault_id is None:
        return
    await session.execute(
        update(VaultWatch)
        .where(VaultWatch.vault_id == vault_id)
        .values(due_at=func.least(VaultWatch.due_at, NOW + timedelta(seconds=within)))
    )
    wake(session, LoopName.OBSERVING, within=within)


async def look_if_calm(session: AsyncSession, vault_id: UUID | None, *, within: float) -> None:
    """A long job has begun here: from now on the vault is swept like the other busy ones.

    If the vault is busy already, its next sweep is planned and stays so, unless it was postponed because no job could
    end before (sweep/next_sweep.py). A running sweep may have begun too early to see the new job.
    """
    soon = NOW + timedelta(seconds=within)
    needs_a_look = or_(~VaultWatch.is_busy, VaultWatch.lease_until.is_not(None))
    was_put_off = VaultWatch.due_at > VaultWatch.usual_at
    look_at = case((needs_a_look, soon), else_=func.greatest(VaultWatch.usual_at, soon))
    await session.execute(
        update(VaultWatch)
        .where(VaultWatch.vault_id == vault_id, or_(needs_a_look, was_put_off))
        .values(is_busy=True, due_at=func.least(VaultWatch.due_at, look_at))
    )
    wake(session, LoopName.OBSERVING, within=within)


WRITES_POLICIES = frozenset({JobKind.PROTECT, JobKind.CHANGE_POLICY, JobKind.RESUME, JobKind.PUT_POLICY})
"""What Azure calls ConfigureBackup: also what a policy's new definition starts for each of its items."""


async def owe_items(session: AsyncSession, vault_id: UUID, seen_at: datetime | None, kinds: Collection[str]) -> None:
    """Record that items may have changed at this time (None = now): a list read later must be applied.

    `kinds`, as far as known: after some the vault's policies are to be read, too.
    """
    columns = [VaultWatch.items_owed_at, *([VaultWatch.policies_owed_at] if WRITES_POLICIES & set(kinds) else [])]
    moment = NOW if seen_at is None else seen_at
    await session.execute(
        update(VaultWatch)
        .where(VaultWatch.vault_id == vault_id)
        .values({column.key: func.greatest(column, moment) for column in columns})
    )


async def look_at_items(session: AsyncSession, ticket: Ticket, *, within: float) -> None:
    """A job about an item has ended badly, or its end is unknown: have the vault's items read, and applied."""
    if ticket.vault_id is not None and ticket.protected_item_id is not None:
        await owe_items(session, ticket.vault_id, None, (ticket.kind,))
        await look_at_vault(session, ticket.vault_id, within=within)


async def vault_of(session: AsyncSession, vault_id: UUID | None) -> VaultRef | None:
    """How Azure knows the vault; None when it is not watched."""
    return (await vaults_of(session, {vault_id})).get(vault_id)


async def vaults_of(session: AsyncSession, vault_ids: AbstractSet[UUID | None]) -> dict[UUID | None, VaultRef]:
    """How Azure knows these vaults, as far as they are watched."""
    rows = await session.execute(
        select(VaultWatch.vault_id, VaultWatch.subscription_id, VaultWatch.resource_group, VaultWatch.name).where(
            VaultWatch.vault_id.in_([vault_id for vault_id in vault_ids if vault_id is not None])
        )
    )
    return {row.vault_id: VaultRef(row.subscription_id, row.resource_group, row.name) for row in rows}
