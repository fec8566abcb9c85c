"""What is compared: items, policies and vaults, as our rows have them now. Sweeps and refreshes keep these."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.item_states import ItemState
from app.core.letter_case import fold_case
from app.estate.drift_rules import Subject
from app.estate.records import one_of
from app.jobs.models import Origin
from app.policies.models import Policy, PolicyRevision, PolicyState
from app.protection.models import ProtectedItem
from app.vaults.models import Vault, VaultState


@dataclass(frozen=True, slots=True)
class Written:
    """A definition that a job of Holdfast wrote, and the number of its revision."""

    revision: int
    definition: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Now:
    """A subject and its facts of now; None = it is gone."""

    subject: Subject
    facts: Mapping[str, Any] | None
    written: Written | None = None
    """Of a policy: the newest that Holdfast wrote."""


async def items_now(
    session: AsyncSession, tenant: str, vault_id: UUID | None, known: Collection[str]
) -> dict[str, Now]:
    """By key: the items of the vault (None = of all), and those of the `known` keys, wherever they are now."""
    only: list[ColumnElement[bool]] = []
    if vault_id is not None:
        vm_keys = one_of([key.removeprefix("item:") for key in known])
        only = [or_(ProtectedItem.vault_id == vault_id, ProtectedItem.vm_key == vm_keys)]
    rows = await session.execute(
        select(
            ProtectedItem.id,
            ProtectedItem.vm_id,
            ProtectedItem.vault_id,
            ProtectedItem.policy_id,
            ProtectedItem.state,
            ProtectedItem.excluded_luns,
            ProtectedItem.included_luns,
            ProtectedItem.created_at,
            ProtectedItem.origin,
            ProtectedItem.last_recovery_point_at,
            Vault.name.label("vault"),
            Policy.name.label("policy"),
            Policy.definition,
        )
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .outerjoin(Policy, Policy.id == ProtectedItem.policy_id)
        .where(ProtectedItem.tenant == tenant, ProtectedItem.state != ItemState.PROTECTING, *only)
    )
    return {f"item:{fold_case(row.vm_id)}": _item(row) for row in rows}


def _item(row: Any) -> Now:
    vault = str(row.vault_id)
    name = row.vm_id.rpartition("/")[2]
    return Now(
        Subject(kind="protected_item", id=str(row.id), vm_id=row.vm_id, vault_id=vault, name=name),
        {
            "vault_id": vault,
            "vault": row.vault,
            "policy_id": str(row.policy_id) if row.policy_id else None,
            "policy": row.policy,
            "state": row.state,
            "excluded_luns": row.excluded_luns,
            "included_luns": row.included_luns,
            # Not compared: what could be restored, where the row, or that of the policy, is gone.
            "definition": row.definition,
            "since": row.created_at.date().isoformat(),
            "is_adopted": row.origin == Origin.AZURE,
            "newest": row.last_recovery_point_at.isoformat() if row.last_recovery_point_at else None,
        },
    )


async def policies_now(session: AsyncSession, tenant: str, vault_id: UUID | None) -> dict[str, Now]:
    """Those that no job is writing."""
    only = [Policy.vault_id == vault_id] if vault_id is not None else []
    settled = (Policy.tenant == tenant, Policy.state == PolicyState.READY, Policy.pending_job_id.is_(None), *only)
    ours = await session.execute(
        select(PolicyRevision.policy_id, PolicyRevision.number, PolicyRevision.definition)
        .ext(distinct_on(PolicyRevision.policy_id))
        .join(Policy, Policy.id == PolicyRevision.policy_id)
        .where(*settled, PolicyRevision.job_id.is_not(None))
        .order_by(PolicyRevision.policy_id, PolicyRevision.number.desc())
    )
    written = {row.policy_id: Written(row.number, row.definition) for row in ours}
    rows = await session.execute(
        select(Policy.id, Policy.name, Policy.vault_id, Policy.revision, Policy.definition).where(*settled)
    )
    return {
        f"policy:{row.id}": Now(
            Subject(kind="policy", id=str(row.id), vm_id=None, vault_id=str(row.vault_id), name=row.name),
            {"policy": row.name, "revision": row.revision, "definition": row.definition},
            written.get(row.id),
        )
        for row in rows
    }


async def vaults_now(session: AsyncSession, tenant: str, vault_id: UUID | None) -> dict[str, Now]:
    only = [Vault.id == vault_id] if vault_id is not None else []
    rows = await session.scalars(select(Vault).where(Vault.tenant == tenant, Vault.state == VaultState.READY, *only))
    return {
        f"vault:{vault.id}": Now(
            Subject(kind="vault", id=str(vault.id), vm_id=None, vault_id=str(vault.id), name=vault.name),
            {
                "soft_delete_state": vault.soft_delete_state,
                "soft_delete_days": vault.soft_delete_days,
                "immutability": vault.immutability,
                "redundancy": vault.redundancy,
                "cross_region_restore": vault.cross_region_restore,
                "is_guarded": vault.is_guarded,
                "is_there": vault.gone_since is None,
            },
        )
        for vault in rows
    }
