"""Writes items and policies that a sweep has listed to our rows, as a refresh does.

As in a refresh, a row is deleted only if Azure answered 404 for that item or policy.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.lists import Listed
from app.azure.values import AzureItem, AzurePolicy, AzureVault
from app.core.letter_case import fold_case
from app.jobs.sweep.apply_items import Doubts, InventorySeen
from app.policies.models import Policy
from app.policies.records import drop_policies, missing_policies, take_in_policies
from app.protection.records import missing_items, take_in_items
from app.vaults.models import Vault
from app.vaults.records import take_in_vault

Compare = Callable[[AsyncSession, str, UUID], Awaitable[None]]
"""Looks for what was weakened in a vault: (session, tenant, vault id). Set in wiring: `estate` is to the right.

Called before and after: before, our rows are as Holdfast's own jobs left them, so that what is different afterwards was
done by another tool.
"""


async def _compares_nothing(_session: AsyncSession, _tenant: str, _vault_id: UUID) -> None:
    """Where only rows are written."""


class ObservedItems:
    """`jobs.sweep.apply_items.TakesIn`."""

    def __init__(self, compare: Compare = _compares_nothing) -> None:
        self._compare = compare

    async def doubts(self, session: AsyncSession, vault_id: UUID, items: Listed[AzureItem]) -> Doubts:
        known = set(await session.scalars(select(Policy.name_key).where(Policy.vault_id == vault_id)))
        named = {fold_case(item.policy_name) for item in items if item.policy_name}
        return Doubts(await missing_items(session, vault_id, items), unknown_policy=not named <= known)

    async def missing_policies(
        self, session: AsyncSession, vault_id: UUID, policies: Listed[AzurePolicy]
    ) -> Sequence[str]:
        return await missing_policies(session, vault_id, policies)

    async def take_vault(
        self, session: AsyncSession, tenant: str, vault_id: UUID, vault: AzureVault | None, read_at: datetime
    ) -> None:
        await self._compare(session, tenant, vault_id)
        await take_in_vault(session, vault_id, vault, read_at)
        await self._compare(session, tenant, vault_id)

    async def take_in(self, session: AsyncSession, tenant: str, vault_id: UUID, seen: InventorySeen) -> bool:
        """A refresh of the same vault waits for this one, and this one for it: both take the vault's row first."""
        locked = select(Vault.id).where(Vault.id == vault_id).with_for_update(key_share=True)
        if await session.scalar(locked) is None:
            return True
        await self._compare(session, tenant, vault_id)
        gone: tuple[str, ...] = ()
        if seen.policies is not None:
            gone = (
                await take_in_policies(
                    session,
                    tenant=tenant,
                    vault_id=vault_id,
                    policies=seen.policies,
                    read_at=seen.policies_read_at,
                    proven_gone=seen.policies_gone,
                )
            ).gone
        taken = await take_in_items(
            session,
            tenant=tenant,
            vault_id=vault_id,
            items=seen.items,
            read_at=seen.read_at,
            proven_gone=frozenset(names.vm_key(vm) for vm in seen.gone),
        )
        await drop_policies(session, vault_id, gone)
        await self._compare(session, tenant, vault_id)
        return not taken.held_back
