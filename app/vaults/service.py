"""Requests and reads vaults."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Text, and_, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import AzureNotFound
from app.azure.live_reads import or_none_if_unavailable
from app.azure.ports import Vaults
from app.azure.values import AzureItem, AzureVault, VaultOrder, VaultRef, VmRef
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.letter_case import fold_case
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import UNSETTLED
from app.jobs.models import Job, Origin
from app.jobs.requests.enqueue import Asked, NewJob, enqueue, find_replay
from app.vaults import blockers, rules, sensitive_changes
from app.vaults.azure_reads import no_resource_group
from app.vaults.errors import (
    VaultExists,
    VaultNotEmpty,
    VaultNotFound,
    VaultNotReady,
)
from app.vaults.models import Vault, VaultState

ORDER = TypeAdapter(VaultOrder)
"""The form of an order to create in `jobs.ask`; other kinds have an `UPDATE`, or only the vault's name."""
UPDATE = TypeAdapter(rules.UpdateOrder)
REF = TypeAdapter(VaultRef)
CONFIGURES_ITSELF = (
    JobKind.UPDATE_VAULT,
    JobKind.REFRESH_VAULT,
    JobKind.ADOPT_VAULT,
    JobKind.DELETE_VAULT,
    JobKind.SET_AZURE_ALERTS,
)
"""Kinds that run one at a time for a vault, in the order asked."""


async def request_vault(session: AsyncSession, asked: Asked, order: VaultOrder) -> Job:
    """Record the vault as `creating` and the job that makes it. Raises VaultExists; uniqueness decides the race."""
    vault_id = uuids.uuid7()
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.CREATE_VAULT,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/vaults/{vault_id}",
            resource_id=vault_id,
            vault_id=vault_id,
        ),
    )
    if is_new:
        ref = order.vault
        session.add(
            Vault(
                id=vault_id,
                tenant=asked.caller.tenant,
                subscription_id=ref.subscription_id,
                resource_group=ref.resource_group,
                name=ref.name,
                arm_key=fold_case(ref.id),
                location=order.location,
                state=VaultState.CREATING,
                redundancy=order.redundancy,
                cross_region_restore=order.cross_region_restore,
                soft_delete_state=order.soft_delete_state,
                soft_delete_days=order.soft_delete_days,
                immutability=order.immutability,
                tags=dict(order.tags),
            )
        )
        try:
            await session.flush()
        except IntegrityError:
            raise _taken(ref) from None
    return job


async def find_replay_of(session: AsyncSession, asked: Asked, ref: VaultRef) -> Job | None:
    """The job of an earlier equal request, else None and the caller has no such vault. Raises VaultExists.

    Another tenant's vault of that name is found by Azure's answer, or by the unique index at last. The name is looked
    up first: an equal request that commits between the two statements is then found as a replay,
    not as another caller's vault.
    """
    tenant = asked.caller.tenant
    known = await session.scalar(select(Vault.id).where(Vault.arm_key == fold_case(ref.id), Vault.tenant == tenant))
    replayed = await find_replay(session, asked)
    if replayed is None and known is not None:
        raise _taken(ref, vault=f"/v1/vaults/{known}")
    return replayed


async def check_name_free(vaults: Vaults, ref: VaultRef) -> None:
    """Ask Azure, if it can be reached now, whether the name is free: a PUT would silently change an existing vault.

    Raises VaultExists or ResourceGroupMissing. Raises nothing while Azure is away: the worker checks again before it
    sends.
    """
    try:
        there = await or_none_if_unavailable(vaults.get(ref), must_be_readable=True)
    except AzureNotFound as missing:
        if missing.code == "ResourceGroupNotFound":
            raise no_resource_group(missing) from None
        return
    if there is not None:
        raise _taken(ref)


def _taken(ref: VaultRef, **facts: Any) -> VaultExists:
    return VaultExists(
        f"A vault named {ref.name} exists in {ref.resource_group}, or is being created.",
        pointer="#/name",
        remedy='Use it if it is here (GET /v1/vaults); take it over with "adopt": true if it is only in Azure; else '
        "choose another name.",
        **facts,
    )


# --- adopting existing vaults ----------------------------------------------------------------------------------------
async def request_adoption(session: AsyncSession, asked: Asked, azure: AzureVault) -> Job:
    """Record the vault as `adopting` and the job that takes it over. Raises VaultExists; uniqueness decides the race.

    Uniqueness holds across tenants: a vault belongs to one of them.
    """
    vault_id = uuids.uuid7()
    job, is_new = await enqueue(session, _of_vault(JobKind.ADOPT_VAULT, asked, vault_id, REF.dump_python(azure.ref)))
    if is_new:
        inserted = await session.execute(
            pg_insert(Vault)
            .values(
                id=vault_id,
                tenant=asked.caller.tenant,
                subscription_id=azure.ref.subscription_id,
                resource_group=azure.ref.resource_group,
                name=azure.ref.name,
                arm_key=fold_case(azure.ref.id),
                location=rules.region_of(azure.location),
                state=VaultState.ADOPTING,
                tags=dict(azure.tags),
            )
            .on_conflict_do_nothing()
            .returning(Vault.id)
        )
        if inserted.first() is None:
            raise _taken(azure.ref)
    return job


async def known_vaults(session: AsyncSession, tenant: str, found: Sequence[AzureVault]) -> dict[str, UUID | None]:
    """Those that Holdfast manages, by their ARM id in lower case: our id, or None if another tenant has the vault.

    Every caller who may see the vault in Azure sees that it is managed here, but not its tenant or anything else.
    """
    keys = [fold_case(vault.ref.id) for vault in found]
    managed = func.holdfast_vaults_managed(cast(literal(keys), ARRAY(Text))).table_valued("arm_key")
    mine = and_(Vault.arm_key == managed.c.arm_key, Vault.tenant == tenant)
    rows = await session.execute(select(managed.c.arm_key, Vault.id).select_from(managed.outerjoin(Vault, mine)))
    return {row.arm_key: row.id for row in rows}


async def adopt_all(session: AsyncSession, asked: Asked, found: Sequence[AzureVault]) -> dict[str, Job]:
    """A job for each vault that is not known yet, by its ARM id in lower case.

    The Idempotency-Key is for the whole request, so each job gets a key derived from it: a repeated request finds its
    jobs again.
    """
    jobs: dict[str, Job] = {}
    known = await known_vaults(session, asked.caller.tenant, found)
    for azure in found:
        arm_key = fold_case(azure.ref.id)
        one = asked
        if asked.idempotency_key is not None:
            digest = hashlib.sha256(arm_key.encode()).hexdigest()[:16]
            one = replace(asked, idempotency_key=f"{asked.idempotency_key}:{digest}")
        replayed = await find_replay(session, one)
        if replayed is not None:
            jobs[arm_key] = replayed
        elif arm_key not in known:
            try:
                async with session.begin_nested():
                    jobs[arm_key] = await request_adoption(session, one, azure)
            except VaultExists:
                continue  # It was adopted between the two statements.
    return jobs


# --- changing, refreshing, deleting ----------------------------------------------------------------------------------
def _of_vault(
    kind: JobKind, asked: Asked, vault_id: UUID, ask: dict[str, object], sensitive: Sensitive | None = None
) -> NewJob:
    """A job on a vault itself: these run one at a time, in the order asked."""
    return NewJob(
        kind=kind,
        asked=asked,
        ask=ask,
        resource=f"/v1/vaults/{vault_id}",
        resource_id=vault_id,
        vault_id=vault_id,
        series=f"vault:{vault_id}",
        sensitive=sensitive,
    )


async def hold_vault(session: AsyncSession, tenant: str, vault_id: UUID) -> Vault:
    """The vault, ready, and locked until this transaction ends.

    Two requests with one ETag queue up here, and the second sees the first one's version. Raises VaultNotFound or
    VaultNotReady.
    """
    vault = await session.scalar(select(Vault).where(Vault.id == vault_id, Vault.tenant == tenant).with_for_update())
    if vault is None:
        raise no_such_vault(vault_id)
    _check_ready(vault)
    return vault


async def request_update(session: AsyncSession, asked: Asked, vault: Vault, wanted: rules.Settings) -> Job:
    """Record the change of a vault that is held. Its ETag is another one from now on."""
    pending = await _changes_in_flight(session, vault.id)
    order = rules.UpdateOrder(vault.ref, wanted, (settings_of(vault), *pending))
    ask = UPDATE.dump_python(order, mode="json")
    job, is_new = await enqueue(
        session, _of_vault(JobKind.UPDATE_VAULT, asked, vault.id, ask, sensitive_changes.sensitive(order))
    )
    if is_new:
        await touch(session, vault.id)
    return job


async def _changes_in_flight(session: AsyncSession, vault_id: UUID) -> Sequence[rules.Settings]:
    """What the changes asked before, and not ended yet, want; oldest first."""
    asks = await session.scalars(
        select(Job.ask)
        .where(
            Job.vault_id == vault_id,
            Job.kind == JobKind.UPDATE_VAULT,
            Job.state.in_(UNSETTLED),
            Job.origin == Origin.HOLDFAST,
        )
        .order_by(Job.id)
    )
    return [UPDATE.validate_python(ask).wanted for ask in asks]


async def request_refresh(session: AsyncSession, asked: Asked, vault: Vault) -> Job:
    ask = REF.dump_python(vault.ref)
    return (await enqueue(session, _of_vault(JobKind.REFRESH_VAULT, asked, vault.id, ask)))[0]


async def request_deletion(session: AsyncSession, asked: Asked, vault: Vault) -> Job:
    """Record the deletion of a locked vault: nothing new is accepted for it from now on."""
    ask = REF.dump_python(vault.ref)
    expected = settings_of(vault)
    for earlier in await _changes_in_flight(session, vault.id):
        expected = rules.changed(expected, earlier)
    job, is_new = await enqueue(
        session,
        _of_vault(
            JobKind.DELETE_VAULT, asked, vault.id, ask, sensitive_changes.sensitive_deletion(vault.ref, expected)
        ),
    )
    if is_new:
        await touch(session, vault.id, state=VaultState.DELETING)
    return job


async def jobs_in_the_way(session: AsyncSession, vault_id: UUID) -> Sequence[Job]:
    """Jobs about the vault's contents that have not ended.

    Jobs about the vault itself are in its series, so they are waited for.
    """
    found = await session.scalars(
        select(Job)
        .where(Job.vault_id == vault_id, Job.state.in_(UNSETTLED), Job.kind.not_in(CONFIGURES_ITSELF))
        .order_by(Job.id)
    )
    return found.all()


async def touch(session: AsyncSession, vault_id: UUID, **values: object) -> None:
    """Another version of the vault: its ETag changes."""
    await session.execute(update(Vault).where(Vault.id == vault_id).values(updated_at=NOW, **values))


def settings_of(vault: Vault) -> rules.Settings:
    """What we know of Azure's settings, as of `as_of`."""
    return rules.Settings(**{name: getattr(vault, name) for name in rules.FIELDS})


# --- what is in the way of deleting ----------------------------------------------------------------------------------
async def check_empty(
    session: AsyncSession,
    vault: Vault,
    items: Sequence[AzureItem],
    ids: Mapping[str, UUID],
    others: Sequence[blockers.Blocker] = (),
) -> None:
    """Raises VaultNotEmpty with every blocker. `ids`: the items we know, by ARM id. `others`: found elsewhere."""
    ids = {fold_case(vm_id): item_id for vm_id, item_id in ids.items()}
    found = blockers.item_blockers(
        items, ids, f"/v1/vaults/{vault.id}", soft_delete=vault.soft_delete_state, days=vault.soft_delete_days
    )
    found += [blockers.job_blocker(job.kind, f"/v1/jobs/{job.id}") for job in await jobs_in_the_way(session, vault.id)]
    found += others
    if found:
        raise VaultNotEmpty(
            f"{len(found)} things prevent the deletion of the vault {vault.name}.",
            remedy="Clear each blocker with its call, then DELETE the vault again.",
            blockers=found,
        )


# --- reading ---------------------------------------------------------------------------------------------------------


async def get_vault(session: AsyncSession, tenant: str, vault_id: UUID) -> Vault:
    """Raises VaultNotFound, also for another tenant's vault."""
    vault = await session.scalar(select(Vault).where(Vault.id == vault_id, Vault.tenant == tenant))
    if vault is None:
        raise no_such_vault(vault_id)
    return vault


def no_such_vault(vault_id: UUID) -> VaultNotFound:
    return VaultNotFound(f"There is no vault {vault_id}.", remedy="Take the id from GET /v1/vaults.")


async def get_ready_vault(session: AsyncSession, tenant: str, vault_id: UUID) -> Vault:
    """Raises VaultNotFound or VaultNotReady."""
    vault = await get_vault(session, tenant, vault_id)
    _check_ready(vault)
    return vault


def _check_ready(vault: Vault) -> None:
    if vault.state != VaultState.READY:
        raise VaultNotReady(
            f"The vault {vault.name} is {vault.state}.",
            remedy=f"Follow its job (GET /v1/jobs?vault_id={vault.id}), then ask again.",
        )


async def list_vaults(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[Vault], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(Vault).where(Vault.tenant == tenant).order_by(Vault.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "vaults", 1)
    if keys is not None:
        query = query.where(Vault.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("vaults", str(last.id)) if last else None


def page_of_vms(vms: Sequence[VmRef], *, limit: int, cursor: str | None) -> tuple[list[VmRef], str | None]:
    """A page of a list in the order of its keys, and the cursor of the next one."""
    keys = decode_cursor(cursor, "unprotected_vms", 1)
    rest = vms if keys is None else [vm for vm in vms if names.vm_key(vm) > keys[0]]
    page, last = cut(rest[: limit + 1], limit)
    return page, encode_cursor("unprotected_vms", names.vm_key(last)) if last else None
