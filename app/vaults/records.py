"""What Azure says of vaults, written into our rows by the worker."""

from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.values import AzureVault
from app.core.leases import NOW
from app.jobs import store
from app.vaults import rules
from app.vaults.models import Vault
from app.vaults.service import settings_of

VAULTS = cast("Table", Vault.__table__)


async def record_ready(session: AsyncSession, vault_id: UUID, azure: AzureVault) -> list[rules.Difference]:
    """Azure has it: what Azure says replaces what was asked, and its jobs are followed from now on.

    Answers what is not as it was. The ETag changes only with something that a caller can see.
    """
    vault = await session.scalar(select(Vault).where(Vault.id == vault_id).with_for_update())
    if vault is None:
        return []
    is_known = vault.state == "ready"
    changes = rules.differences(settings_of(vault), rules.settings_of(azure)) if is_known else []
    values: dict[str, object] = {name: getattr(azure, name) for name in rules.FIELDS} | {"tags": dict(azure.tags)}
    values |= {"location": rules.region_of(azure.location), "state": "ready", "as_of": NOW}
    if changes or not is_known:
        values["updated_at"] = NOW
    await session.execute(update(Vault).where(Vault.id == vault_id).values(values))
    await store.watch_vault(session, vault_id, vault.subscription_id, vault.resource_group, vault.name)
    return changes


async def forget_vault(session: AsyncSession, vault_id: UUID, job_id: UUID) -> None:
    """It could not be created or adopted: the name is free again; the job keeps the reason."""
    await _delete(session, VAULTS.c.id == vault_id, VAULTS.c.state.in_(["creating", "adopting"]), job_id=job_id)


async def keep_vault(session: AsyncSession, vault_id: UUID) -> None:
    """It could not be deleted: it is used again; the job keeps the reason."""
    await session.execute(
        update(Vault).where(Vault.id == vault_id, Vault.state == "deleting").values(state="ready", updated_at=NOW)
    )


async def remove_vault(session: AsyncSession, vault_id: UUID, job_id: UUID) -> None:
    """Azure has it no more: so it goes here, with its policies; nobody looks at its jobs any longer."""
    await _delete(session, VAULTS.c.id == vault_id, job_id=job_id)
    await store.unwatch_vault(session, vault_id)


async def _delete(session: AsyncSession, *which: ColumnElement[bool], job_id: UUID) -> None:
    await trail.delete_on_record(
        session, VAULTS, *which, action="forget_vault", path="/v1/vaults/", job_id=job_id, says=("arm_key", "state")
    )
