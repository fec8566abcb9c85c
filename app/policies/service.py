"""Asking for policies and reading them."""

from collections.abc import Sequence
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzurePolicy, PolicyDefinition, PolicyOrder, PolicyRef
from app.core.leases import NOW
from app.core.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.jobs import store
from app.jobs.models import Job
from app.jobs.store import Asked, NewJob
from app.policies.errors import PolicyExists, PolicyNotFound, PolicyNotReady
from app.policies.models import Policy
from app.vaults.models import Vault

ORDER = TypeAdapter(PolicyOrder)
DEFINITION = TypeAdapter(PolicyDefinition)


async def request_policy(
    session: AsyncSession, asked: Asked, vault: Vault, name: str, definition: PolicyDefinition
) -> Job:
    """Record the policy as `creating` and the job that puts it. Raises PolicyExists; uniqueness decides the race."""
    policy_id = uuids.uuid7()
    vault_name = vault.name  # a row cannot be read any more once the insert below has broken its transaction
    order = PolicyOrder(PolicyRef(vault.ref, name), definition)
    job, is_new = await store.enqueue(
        session,
        NewJob(
            kind="put_policy", asked=asked, ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/policies/{policy_id}", resource_id=policy_id, vault_id=vault.id,
        ),
    )  # fmt: skip
    if is_new:
        session.add(
            Policy(
                id=policy_id, tenant=vault.tenant, vault_id=vault.id, name=name, name_key=name.lower(),
                state="creating", definition=DEFINITION.dump_python(definition, mode="json"),
            )
        )  # fmt: skip
        try:
            await session.flush()
        except IntegrityError:
            raise PolicyExists(
                f"The vault {vault_name} has a policy named {name}.",
                pointer="#/name", remedy="Choose another name; changing a policy is not possible yet.",
            ) from None  # fmt: skip
    return job


async def get_policy(session: AsyncSession, tenant: str, policy_id: UUID) -> Policy:
    """Raises PolicyNotFound, also for another tenant's policy."""
    policy = await session.scalar(select(Policy).where(Policy.id == policy_id, Policy.tenant == tenant))
    if policy is None:
        raise PolicyNotFound(
            f"There is no policy {policy_id}.", remedy="Take the id from GET /v1/vaults/{vault_id}/policies."
        )
    return policy


async def get_ready_policy(session: AsyncSession, tenant: str, policy_id: UUID) -> Policy:
    """Raises PolicyNotFound or PolicyNotReady."""
    policy = await get_policy(session, tenant, policy_id)
    if policy.state != "ready":
        raise PolicyNotReady(
            f"The policy {policy.name} is {policy.state}.", remedy="Follow the job that creates it, then ask again."
        )
    return policy


async def list_policies(
    session: AsyncSession, vault_id: UUID, *, limit: int, cursor: str | None
) -> tuple[list[Policy], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(Policy).where(Policy.vault_id == vault_id).order_by(Policy.id).limit(limit + 1)
    keys = decode_cursor(cursor, "policies", 1)
    if keys is not None:
        query = query.where(Policy.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("policies", str(last.id)) if last else None


def definition_of(policy: Policy) -> PolicyDefinition | None:
    return DEFINITION.validate_python(policy.definition) if policy.definition is not None else None


async def record_azure_policies(
    session: AsyncSession, tenant: str, vault_id: UUID, policies: Sequence[AzurePolicy]
) -> None:
    """Take in the policies Azure has in a vault; what we know already is left as it is."""
    for policy in policies:
        definition = DEFINITION.dump_python(policy.definition, mode="json") if policy.definition else None
        await session.execute(
            pg_insert(Policy)
            .values(
                id=uuids.uuid7(), tenant=tenant, vault_id=vault_id, name=policy.name, name_key=policy.name.lower(),
                state="ready", definition=definition, raw=dict(policy.raw), as_of=NOW,
            )
            .on_conflict_do_nothing()
        )  # fmt: skip


async def record_ready(session: AsyncSession, policy_id: UUID, azure: AzurePolicy) -> None:
    """Azure has it."""
    await session.execute(
        update(Policy)
        .where(Policy.id == policy_id)
        .values(state="ready", raw=dict(azure.raw), as_of=NOW, updated_at=NOW)
    )


async def forget_policy(session: AsyncSession, policy_id: UUID) -> None:
    """It could not be created: the name is free again; the job keeps the reason."""
    await session.execute(delete(Policy).where(Policy.id == policy_id, Policy.state == "creating"))
