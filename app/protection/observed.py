"""What a sweep of the jobs read of a vault's items and policies, taken into our rows: as a refresh takes them in.

A refresh is asked for, this is not: so an item goes only where Azure said of it that it has none.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.lists import Listed
from app.azure.values import AzureItem
from app.core.letters import fold
from app.jobs.applying import Doubts, InventorySeen
from app.policies.models import Policy
from app.policies.records import drop_policies, take_in_policies
from app.protection.models import ProtectedItem
from app.protection.records import take_in_items
from app.vaults.models import Vault


class ObservedItems:
    """`jobs.applying.TakesIn`."""

    async def doubts(self, session: AsyncSession, vault_id: UUID, items: Listed[AzureItem]) -> Doubts:
        shown = {names.vm_key(item.vm) for item in items}
        rows = await session.execute(
            select(ProtectedItem.vm_key, ProtectedItem.vm_id).where(
                ProtectedItem.vault_id == vault_id, ProtectedItem.state != "protecting"
            )
        )
        missing = [names.read_vm_id(row.vm_id) for row in rows if row.vm_key not in shown]
        known = set(await session.scalars(select(Policy.name_key).where(Policy.vault_id == vault_id)))
        named = {fold(item.policy_name) for item in items if item.policy_name}
        return Doubts(missing, unknown_policy=not named <= known)

    async def take_in(self, session: AsyncSession, tenant: str, vault_id: UUID, seen: InventorySeen) -> bool:
        """A refresh of the same vault waits for this one, and this one for it: both take the vault's row first."""
        locked = select(Vault.id).where(Vault.id == vault_id).with_for_update(key_share=True)
        if await session.scalar(locked) is None:
            return True
        gone: tuple[str, ...] = ()
        if seen.policies is not None:
            gone = (
                await take_in_policies(
                    session, tenant=tenant, vault_id=vault_id, policies=seen.policies,
                    proves_absence=not seen.policies.unreadable, read_at=seen.policies_read_at,
                )
            ).gone  # fmt: skip
        taken = await take_in_items(
            session, tenant=tenant, vault_id=vault_id, items=seen.items, read_at=seen.read_at,
            proven_gone=frozenset(names.vm_key(vm) for vm in seen.gone),
        )  # fmt: skip
        await drop_policies(session, vault_id, gone)
        return not taken.held_back
