"""Asks Azure what vaults store: a few vaults at a time, each once a day. What it said last stays until it says more.

The right to read it is optional (docs/cost.md, Charge-back and forecast): without it charge-back is computed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.check_values import VaultUsage
from app.azure.errors import AzureDenied, AzureError, AzureNotActed
from app.azure.item_states import ItemState
from app.azure.ports import Vaults
from app.azure.values import VaultRef
from app.core.db.database import NOW, Database
from app.cost.models import VaultStored
from app.cost.months.stored import Stored
from app.protection.models import ProtectedItem
from app.vaults.models import Vault, VaultState

log = structlog.get_logger()

AT_ONCE = 20
"""Vaults of a tenant in one run."""
AGAIN = timedelta(hours=20)
"""From one question about a vault to the next, answered or not."""
ASK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID
    ref: VaultRef
    was_denied: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    """`usage` None: Azure did not say, and what it said before stays."""

    id: UUID
    usage: VaultUsage | None
    is_denied: bool = False


class StoredBytes:
    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._vaults = vaults

    async def ask(self, tenant: str) -> bool:
        """Ask about the tenant's vaults that are due. Returns whether more are due."""
        async with self._database.begin() as session:
            due = await _due(session, tenant)
        answers: list[_Answer] = []
        try:
            async with asyncio.timeout(ASK_SECONDS):
                for vault in due[:AT_ONCE]:
                    answers += [await self._ask(vault)]
        except (TimeoutError, AzureNotActed) as error:
            log.info("cost.usages_not_read", tenant=tenant, error=type(error).__name__)
        if answers:
            async with self._database.begin() as session:
                await _write(session, tenant, answers)
        return len(answers) < len(due)

    async def _ask(self, vault: _Due) -> _Answer:
        """Raises AzureNotActed: Azure is not to be asked for more now."""
        try:
            return _Answer(vault.id, await self._vaults.usage(vault.ref))
        except AzureNotActed:
            raise
        except AzureDenied:
            if not vault.was_denied:
                log.warning("cost.usages_not_allowed", vault=str(vault.id))
            return _Answer(vault.id, None, is_denied=True)
        except AzureError as error:
            log.info("cost.usage_not_read", vault=str(vault.id), error=type(error).__name__)
            return _Answer(vault.id, None)


async def _due(session: AsyncSession, tenant: str) -> list[_Due]:
    """Vaults with items, the ones that waited longest first: at most AT_ONCE + 1."""
    rows = await session.execute(
        select(Vault.id, Vault.subscription_id, Vault.resource_group, Vault.name, VaultStored.is_denied)
        .outerjoin(VaultStored, VaultStored.vault_id == Vault.id)
        .where(Vault.tenant == tenant, Vault.state == VaultState.READY)
        .where(exists().where(ProtectedItem.vault_id == Vault.id))
        .where(or_(VaultStored.asked_at.is_(None), VaultStored.asked_at < NOW - AGAIN))
        .order_by(VaultStored.asked_at.asc().nulls_first(), Vault.id)
        .limit(AT_ONCE + 1)
    )
    return [
        _Due(row.id, VaultRef(row.subscription_id, row.resource_group, row.name), bool(row.is_denied)) for row in rows
    ]


async def _write(session: AsyncSession, tenant: str, answers: Sequence[_Answer]) -> None:
    for answer in answers:
        values: dict[str, Any] = {"asked_at": NOW, "is_denied": answer.is_denied}
        if answer.usage is not None:
            usage = answer.usage
            values |= {"local_bytes": usage.local_bytes, "geo_bytes": usage.geo_bytes, "items": usage.items}
            values["as_of"] = NOW
        row = pg_insert(VaultStored).values(vault_id=answer.id, tenant=tenant, **values)
        await session.execute(row.on_conflict_do_update(index_elements=[VaultStored.vault_id], set_=values))
    gone = ~exists().where(Vault.id == VaultStored.vault_id)
    await session.execute(delete(VaultStored).where(VaultStored.tenant == tenant, gone))


async def stored_of(session: AsyncSession, tenant: str) -> dict[UUID, Stored]:
    """What is known of the tenant's vaults, by id."""
    deleted = exists().where(
        ProtectedItem.vault_id == VaultStored.vault_id, ProtectedItem.state == ItemState.SOFT_DELETED
    )
    rows = await session.execute(select(VaultStored, deleted.label("deleted")).where(VaultStored.tenant == tenant))
    return {
        row.vault_id: Stored(row.local_bytes, row.geo_bytes, row.items, row.as_of, row.is_denied, has_deleted)
        for row, has_deleted in rows
    }
