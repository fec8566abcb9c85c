"""What Azure says of a vault's policies, written into our rows: for adopting and refreshing a vault."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzurePolicy
from app.core.leases import NOW
from app.policies.models import Policy
from app.policies.service import DEFINITION, record_azure_policies


@dataclass(frozen=True, slots=True)
class PoliciesTakenIn:
    """What `take_in_policies` found, by name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    """Not in Azure any more. `drop_policies` removes their rows, once no item names them."""


async def take_in_policies(
    session: AsyncSession, *, tenant: str, vault_id: UUID, policies: Sequence[AzurePolicy]
) -> PoliciesTakenIn:
    """Make our rows of one vault what Azure has there. Names are matched in any letter case.

    `policies` is the complete list of `Policies.list(vault)`. A policy that is still being created is left to its own
    job.
    """
    rows = await session.scalars(select(Policy).where(Policy.vault_id == vault_id, Policy.state == "ready"))
    known = {row.name_key: row for row in rows}
    there = {policy.name.lower(): policy for policy in policies}
    await record_azure_policies(session, tenant, vault_id, policies)
    changed = []
    for key in known.keys() & there.keys():
        row, azure = known[key], there[key]
        definition = DEFINITION.dump_python(azure.definition, mode="json") if azure.definition else None
        values: dict[str, object] = {"raw": dict(azure.raw), "as_of": NOW}
        is_other = definition != row.definition or (definition is None and dict(azure.raw) != row.raw)
        if is_other:
            values |= {"definition": definition, "updated_at": NOW}
            changed.append(azure.name)
        await session.execute(
            update(Policy).where(Policy.id == row.id).values(values).execution_options(synchronize_session=False)
        )
    return PoliciesTakenIn(
        added=tuple(there[key].name for key in there.keys() - known.keys()),
        changed=tuple(sorted(changed)),
        gone=tuple(known[key].name for key in known.keys() - there.keys()),
    )


async def drop_policies(session: AsyncSession, vault_id: UUID, gone: Collection[str]) -> None:
    """Remove the rows of policies that Azure has no more. To be called when the vault's items are taken in."""
    keys = [name.lower() for name in gone]
    await session.execute(
        delete(Policy)
        .where(Policy.vault_id == vault_id, Policy.name_key.in_(keys), Policy.state == "ready")
        .execution_options(synchronize_session=False)
    )
