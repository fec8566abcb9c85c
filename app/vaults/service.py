"""Asking for vaults and reading them."""

from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound
from app.azure.ports import Vaults
from app.azure.reading import if_reachable
from app.azure.values import AzureVault, VaultOrder, VaultRef
from app.core.leases import NOW
from app.core.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.jobs import store
from app.jobs.models import Job
from app.jobs.store import Asked, NewJob
from app.vaults.errors import ResourceGroupMissing, VaultExists, VaultNotFound, VaultNotReady
from app.vaults.models import Vault

ORDER = TypeAdapter(VaultOrder)
"""How an order lies in `jobs.ask`."""


async def request_vault(session: AsyncSession, asked: Asked, order: VaultOrder) -> Job:
    """Record the vault as `creating` and the job that makes it. Raises VaultExists; uniqueness decides the race."""
    vault_id = uuids.uuid7()
    job, is_new = await store.enqueue(
        session,
        NewJob(
            kind="create_vault", asked=asked, ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/vaults/{vault_id}", resource_id=vault_id, vault_id=vault_id,
        ),
    )  # fmt: skip
    if is_new:
        ref = order.vault
        session.add(
            Vault(
                id=vault_id, tenant=asked.caller.tenant, subscription_id=ref.subscription_id,
                resource_group=ref.resource_group, name=ref.name, arm_key=ref.id.lower(), location=order.location,
                state="creating", redundancy=order.redundancy, cross_region_restore=order.cross_region_restore,
                soft_delete_state=order.soft_delete_state, soft_delete_days=order.soft_delete_days,
                immutability=order.immutability, tags=dict(order.tags),
            )
        )  # fmt: skip
        try:
            await session.flush()
        except IntegrityError:
            raise _taken(ref) from None
    return job


async def find_replay_of(session: AsyncSession, asked: Asked, ref: VaultRef) -> Job | None:
    """The job of an earlier equal request, else None and the name is not known to us. Raises VaultExists.

    The name is looked up first: an equal request that commits between the two statements is then found as a replay,
    not as somebody else's vault.
    """
    known = await session.scalar(select(Vault.id).where(Vault.arm_key == ref.id.lower()))
    replayed = await store.find_replay(session, asked)
    if replayed is None and known is not None:
        raise _taken(ref)
    return replayed


async def check_name_free(vaults: Vaults, ref: VaultRef) -> None:
    """Ask Azure, if it can be reached now, whether the name is free there: a PUT would silently change what is there.

    Raises VaultExists or ResourceGroupMissing. When Azure is away nothing is raised: the worker looks again before it
    sends.
    """
    try:
        there = await if_reachable(vaults.get(ref))
    except AzureNotFound as missing:
        if missing.code == "ResourceGroupNotFound":
            raise ResourceGroupMissing(
                missing.message, pointer="#/resource_group", azure_code=missing.code,
                remedy="Create the resource group in Azure, or name one that exists in this subscription.",
            ) from None  # fmt: skip
        return
    if there is not None:
        raise _taken(ref)


def _taken(ref: VaultRef) -> VaultExists:
    return VaultExists(
        f"A vault named {ref.name} exists in {ref.resource_group}, or is being created.",
        pointer="#/name", remedy="Choose another name, or use the vault that is there (GET /v1/vaults).",
    )  # fmt: skip


async def get_vault(session: AsyncSession, tenant: str, vault_id: UUID) -> Vault:
    """Raises VaultNotFound, also for another tenant's vault."""
    vault = await session.scalar(select(Vault).where(Vault.id == vault_id, Vault.tenant == tenant))
    if vault is None:
        raise VaultNotFound(f"There is no vault {vault_id}.", remedy="Take the id from GET /v1/vaults.")
    return vault


async def get_ready_vault(session: AsyncSession, tenant: str, vault_id: UUID) -> Vault:
    """Raises VaultNotFound or VaultNotReady."""
    vault = await get_vault(session, tenant, vault_id)
    if vault.state != "ready":
        raise VaultNotReady(
            f"The vault {vault.name} is {vault.state}.", remedy="Follow the job that creates it, then ask again."
        )
    return vault


async def ready_vaults_in(session: AsyncSession, tenant: str, location: str) -> list[Vault]:
    """The vaults that could protect a VM of that region, oldest first."""
    found = await session.scalars(
        select(Vault)
        .where(Vault.tenant == tenant, Vault.location == location, Vault.state == "ready")
        .order_by(Vault.id)
    )
    return list(found)


async def list_vaults(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None
) -> tuple[list[Vault], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(Vault).where(Vault.tenant == tenant).order_by(Vault.id).limit(limit + 1)
    keys = decode_cursor(cursor, "vaults", 1)
    if keys is not None:
        query = query.where(Vault.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("vaults", str(last.id)) if last else None


async def record_ready(session: AsyncSession, vault_id: UUID, azure: AzureVault) -> None:
    """Azure has it: what Azure says replaces what was asked, and its jobs are followed from now on."""
    await session.execute(
        update(Vault)
        .where(Vault.id == vault_id)
        .values(
            state="ready", location=azure.location, redundancy=azure.redundancy,
            cross_region_restore=azure.cross_region_restore, soft_delete_state=azure.soft_delete_state,
            soft_delete_days=azure.soft_delete_days, immutability=azure.immutability, tags=dict(azure.tags),
            as_of=NOW, updated_at=NOW,
        )
    )  # fmt: skip
    ref = azure.ref
    await store.watch_vault(session, vault_id, ref.subscription_id, ref.resource_group, ref.name)


async def forget_vault(session: AsyncSession, vault_id: UUID) -> None:
    """It could not be created: the name is free again; the job keeps the reason."""
    await session.execute(delete(Vault).where(Vault.id == vault_id, Vault.state == "creating"))
