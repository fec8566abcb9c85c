"""Writes Azure's vaults, with their items and policies, to our rows."""

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.lists import Listed
from app.azure.names import vm_key
from app.azure.values import AzureItem, AzurePolicy, AzureVault, VmRef
from app.core.db.database import NOW
from app.jobs import watches
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import MAY_BE_IN_AZURE
from app.jobs.models import Job
from app.vaults import rules
from app.vaults.models import NOT_READ_YET, Vault, VaultState
from app.vaults.service import settings_of

VAULTS = cast("Table", Vault.__table__)
RecordPolicies = Callable[[AsyncSession, str, UUID, Sequence[AzurePolicy]], Awaitable[None]]
"""Records the policies that Azure creates in a new vault: (session, tenant, vault id, policies). Set in wiring, because
`policies` is to the right of `vaults`."""
NAMES_SHOWN = 100
"""How many names of each kind a job's result lists; the counts are whole."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What taking in a list of Azure's brought, by name."""

    in_azure: int
    new: Sequence[str] = ()
    changed: Sequence[str] = ()
    gone: Sequence[str] = ()
    unproven: Sequence[str] = ()
    """Not in the list, and not proven to be gone: kept."""

    def as_json(self) -> dict[str, Any]:
        kinds = {"new": self.new, "changed": self.changed, "gone": self.gone, "unproven": self.unproven}
        counted = {name: {"count": len(found), "names": list(found[:NAMES_SHOWN])} for name, found in kinds.items()}
        return {"in_azure": self.in_azure, **counted}


@dataclass(frozen=True, slots=True)
class ItemsSeen:
    """The whole list of a vault's items.

    `read_at`: when reading it began, so that later writes of a job are not overwritten. `existing_vms`: keys of
    `names.vm_key`; None = Holdfast may not read VMs.
    """

    items: Listed[AzureItem]
    read_at: datetime
    existing_vms: AbstractSet[str] | None = None
    gone: AbstractSet[VmRef] = frozenset()
    """Missing from the list, and Azure answered 404 for each."""
    unproven: Sequence[VmRef] = ()
    """Not in the list, and Azure did not say that."""

    def vms_missing(self) -> list[str] | None:
        """The VMs of items that do not exist any more; None = Holdfast may not read VMs."""
        there = self.existing_vms
        return None if there is None else [item.vm.id for item in self.items if vm_key(item.vm) not in there]


@dataclass(frozen=True, slots=True)
class PoliciesSeen:
    """The whole list of a vault's policies. Fields as in `ItemsSeen`, by name."""

    policies: Listed[AzurePolicy]
    read_at: datetime
    gone: AbstractSet[str] = frozenset()
    unproven: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What our rows have of a vault and its lists do not show. Empty if an entry could not be read."""

    items: Sequence[VmRef] = ()
    policies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Children:
    """Writes a vault's policies and items to their rows.

    Set in wiring, because these features are to the right of `vaults`.

    Both get Azure's whole list, compare without letter case, and return what they found.
    """

    missing: Callable[[UUID, Listed[AzureItem], Listed[AzurePolicy]], Awaitable[Missing]]
    """In a transaction of its own, between two reads of Azure."""
    take_policies: Callable[[AsyncSession, str, UUID, PoliciesSeen], Awaitable[Findings]]
    take_items: Callable[[AsyncSession, str, UUID, ItemsSeen], Awaitable[Findings]]
    drop_policies: Callable[[AsyncSession, UUID, Sequence[str]], Awaitable[None]]
    """Removes those that `take_policies` found gone: only after the items, which may have followed them until now."""
    forget_items: Callable[[AsyncSession, UUID], Awaitable[None]]
    """The vault is gone, and with it all that our tables have of it."""


async def record_ready(session: AsyncSession, vault_id: UUID, azure: AzureVault) -> list[rules.Difference]:
    """Record that Azure has the vault: Azure's values replace the requested ones, and its jobs are followed.

    Returns what has changed. The ETag changes only if a caller can see the change.
    """
    vault = await session.scalar(select(Vault).where(Vault.id == vault_id).with_for_update())
    if vault is None:
        return []
    is_known = vault.state == VaultState.READY
    changes = rules.differences(settings_of(vault), rules.settings_of(azure)) if is_known else []
    values: dict[str, object] = {name: getattr(azure, name) for name in rules.FIELDS} | {"tags": dict(azure.tags)}
    values |= {"location": rules.region_of(azure.location), "state": VaultState.READY, "as_of": NOW}
    values |= {"is_guarded": azure.is_guarded, "gone_since": None}
    if changes or not is_known:
        values["updated_at"] = NOW
    await session.execute(update(Vault).where(Vault.id == vault_id).values(values))
    await watches.watch_vault(session, vault_id, vault.subscription_id, vault.resource_group, vault.name)
    return changes


async def take_in_vault(session: AsyncSession, vault_id: UUID, azure: AzureVault | None, read_at: datetime) -> None:
    """Write what a sweep or the estate read of a vault after `read_at`; None = Azure says that there is none.

    Left alone: a row that was written since, and one that a job of ours may be changing. What Azure does not say stays
    as it is known.
    """
    vault = await session.scalar(select(Vault).where(Vault.id == vault_id).with_for_update(key_share=True))
    if vault is None or vault.state != VaultState.READY or (vault.as_of is not None and vault.as_of > read_at):
        return
    if await session.scalar(select(Job.id).where(*_may_change(vault_id)).limit(1)) is not None:
        return
    if azure is None:
        values: dict[str, object] = {"gone_since": func.coalesce(Vault.gone_since, NOW), "as_of": read_at}
        await session.execute(update(Vault).where(Vault.id == vault_id).values(values))
        return
    seen = {name: value for name in rules.FIELDS if (value := getattr(azure, name)) is not None}
    seen["tags"] = dict(azure.tags)
    is_new = any(getattr(vault, name) != value for name, value in seen.items())
    values = seen | {"as_of": read_at, "gone_since": None} | ({"updated_at": NOW} if is_new else {})
    if azure.is_guarded is not None:
        values["is_guarded"] = azure.is_guarded
    await session.execute(update(Vault).where(Vault.id == vault_id).values(values))


def _may_change(vault_id: UUID) -> tuple[ColumnElement[bool], ...]:
    kinds = (JobKind.CREATE_VAULT, JobKind.UPDATE_VAULT, JobKind.DELETE_VAULT)
    return Job.vault_id == vault_id, Job.kind.in_(kinds), Job.state.in_(MAY_BE_IN_AZURE)


async def forget_vault(session: AsyncSession, vault_id: UUID, job_id: UUID) -> None:
    """It could not be created or adopted: the name is free again; the job keeps the reason."""
    await _delete(session, VAULTS.c.id == vault_id, VAULTS.c.state.in_(NOT_READ_YET), job_id=job_id)


async def keep_vault(session: AsyncSession, vault_id: UUID) -> None:
    """It could not be deleted: it is used again; the job keeps the reason."""
    await session.execute(
        update(Vault)
        .where(Vault.id == vault_id, Vault.state == VaultState.DELETING)
        .values(state=VaultState.READY, updated_at=NOW)
    )


async def remove_vault(session: AsyncSession, vault_id: UUID, job_id: UUID) -> None:
    """Delete the row, with its policies, once Azure no longer has the vault. Its jobs are not followed any more."""
    await _delete(session, VAULTS.c.id == vault_id, job_id=job_id)
    await watches.unwatch_vault(session, vault_id)


async def _delete(session: AsyncSession, *which: ColumnElement[bool], job_id: UUID) -> None:
    await trail.delete_on_record(
        session, VAULTS, *which, action="forget_vault", path="/v1/vaults/", job_id=job_id, says=("arm_key", "state")
    )
