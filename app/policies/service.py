"""Requests and reads policies."""

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound
from app.azure.live_reads import or_none_if_unavailable
from app.azure.policy_translation import why_without_words
from app.azure.ports import Policies
from app.azure.values import AzurePolicy, PolicyDefinition, PolicyOrder, PolicyRef
from app.core.db.database import NOW
from app.core.errors import PreconditionFailed
from app.core.gather_isolated import all_or_none
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.letter_case import fold_case
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.policies import records, rules
from app.policies.changes import ChangeOrder, changes_between, sensitive
from app.policies.errors import (
    PolicyChangedInAzure,
    PolicyExists,
    PolicyGone,
    PolicyNotFound,
    PolicyNotReady,
    PolicyNotValid,
    PolicyReadOnly,
)
from app.policies.models import Policy, PolicyState
from app.policies.records import CHANGE, as_row, definition_of, known_definitions
from app.policies.usage_checks import check_not_awaited
from app.vaults.models import Vault

ORDER = TypeAdapter(PolicyOrder)
REF = TypeAdapter(PolicyRef)


# --- asking --------------------------------------------------------------------------------------------------------
async def request_policy(
    session: AsyncSession, asked: Asked, vault: Vault, name: str, definition: PolicyDefinition
) -> Job:
    """Record the policy as `creating` and the job that puts it. Raises PolicyExists; uniqueness decides the race."""
    policy_id = uuids.uuid7()
    vault_name = vault.name  # a row cannot be read any more once the insert below has broken its transaction
    order = PolicyOrder(PolicyRef(vault.ref, name), definition)
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.PUT_POLICY,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/policies/{policy_id}",
            resource_id=policy_id,
            vault_id=vault.id,
        ),
    )
    if is_new:
        session.add(
            Policy(
                id=policy_id,
                tenant=vault.tenant,
                vault_id=vault.id,
                name=name,
                name_key=fold_case(name),
                state=PolicyState.CREATING,
                definition=as_row(definition),
                revision=0,
                pending_job_id=job.id,
            )
        )
        try:
            await session.flush()
        except IntegrityError:
            raise PolicyExists(
                f"The vault {vault_name} has a policy named {name}.",
                pointer="#/name",
                remedy="Choose another name, or change that policy: PUT /v1/policies/{id}.",
            ) from None
    return job


async def request_change(
    session: AsyncSession,
    asked: Asked,
    policy: Policy,
    ref: PolicyRef,
    definition: PolicyDefinition,
    in_azure: Sequence[str] | None,
) -> Job:
    """Record the job that writes a new definition. `in_azure`: the VMs that follow it there; None = not known.

    Raises PreconditionFailed when the row is not as it was read, and PolicyAwaited.

    Accepting is itself a change of the row, so that of two writes with one ETag the second finds another version.
    """
    await check_not_awaited(session, policy, only_decided_on=True)
    known = await known_definitions(session, policy)
    what = sensitive(policy.name, known, definition, in_azure)
    ask = CHANGE.dump_python(ChangeOrder(ref, definition, tuple(known)), mode="json")
    return await _request(session, asked, policy, JobKind.PUT_POLICY, ask, {}, what)


async def request_deletion(session: AsyncSession, asked: Asked, policy: Policy, ref: PolicyRef) -> Job:
    """Record the job that deletes it. Raises PreconditionFailed when the row is not as it was read; PolicyAwaited."""
    await check_not_awaited(session, policy, only_decided_on=False)
    ask = {"policy": REF.dump_python(ref, mode="json")}
    return await _request(session, asked, policy, JobKind.DELETE_POLICY, ask, {"state": PolicyState.DELETING})


async def _request(
    session: AsyncSession,
    asked: Asked,
    policy: Policy,
    kind: JobKind,
    ask: dict[str, Any],
    values: dict[str, Any],
    what: Sensitive | None = None,
) -> Job:
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=kind,
            asked=asked,
            ask=ask,
            resource=f"/v1/policies/{policy.id}",
            resource_id=policy.id,
            vault_id=policy.vault_id,
            series=f"policy:{policy.id}",
            sensitive=what,
        ),
    )
    if is_new:
        written = await session.scalar(
            update(Policy)
            .where(Policy.id == policy.id, Policy.updated_at == policy.updated_at)
            .values({"pending_job_id": job.id, "updated_at": NOW} | values)
            .returning(Policy.id)
        )
        if written is None:
            raise PreconditionFailed(
                "The policy has changed since it was read.",
                remedy="GET it again, look at what changed, and send the new ETag as If-Match.",
            )
    return job


# --- what must hold before -----------------------------------------------------------------------------------------
def check_name_kept(policy: Policy, name: str | None) -> None:
    """Raises PolicyNotValid: Azure knows a policy by its name only."""
    if name is not None and fold_case(name) != policy.name_key:
        raise PolicyNotValid(
            f"The policy is named {policy.name}; Azure cannot rename one.",
            pointer="#/name",
            remedy="Leave name out, or create a policy of the new name and move the items to it.",
        )


def check_writable(policy: Policy) -> PolicyDefinition:
    """What it says now. Raises PolicyNotReady or PolicyReadOnly."""
    check_ready(policy)
    definition = definition_of(policy)
    if definition is None:
        raise PolicyReadOnly(
            f"The policy {policy.name} is not written. {why_without_words(policy.raw or {})}",
            remedy="Change or delete it with the tool that made it (see `azure`), or create a new policy and move the "
            "items to it.",
        )
    return definition


def check_ready(policy: Policy) -> None:
    """Raises PolicyNotReady."""
    if policy.state != PolicyState.READY:
        job: dict[str, Any] = {"job": f"/v1/jobs/{policy.pending_job_id}"} if policy.pending_job_id else {}
        raise PolicyNotReady(
            f"The policy {policy.name} is {policy.state}.", remedy="Follow the job that does it, then ask again.", **job
        )


# --- what Azure says now -------------------------------------------------------------------------------------------
async def read_azure(azure: Policies, ref: PolicyRef) -> AzurePolicy | None:
    """The policy as Azure has it; None when Azure is away. Raises PolicyGone."""
    try:
        return await or_none_if_unavailable(azure.get(ref))
    except AzureNotFound as missing:
        raise PolicyGone(
            f"Azure has no policy {ref.name} in {ref.vault.name} any more.",
            azure_code=missing.code,
            remedy="DELETE it here too, or POST a new one to the vault.",
        ) from None


async def look_at_azure(azure: Policies, ref: PolicyRef) -> tuple[AzurePolicy | None, list[str] | None]:
    """The policy and its items, live from Azure; None for what cannot be read. Raises PolicyGone."""
    there, in_azure = await all_or_none(read_azure(azure, ref), followers_in_azure(azure, ref))
    return there, in_azure


async def followers_in_azure(azure: Policies, ref: PolicyRef) -> list[str] | None:
    """Ids of the VMs that follow the policy; None when Azure is away."""
    try:
        items = await or_none_if_unavailable(azure.list_items(ref))
    except AzureNotFound:
        return []
    return None if items is None else [item.vm.id for item in items]


async def take_in_change(
    session: AsyncSession, policy: Policy, there: AzurePolicy | None
) -> PolicyChangedInAzure | None:
    """The problem if Azure's policy differs from our row, which is then updated.

    None if they are equal, or Azure could not be reached: the worker compares again before it writes.
    """
    if there is None or any(rules.is_same(there.definition, one) for one in await known_definitions(session, policy)):
        return None
    before = definition_of(policy)
    await records.take_changed(session, policy, there)
    changes = [str(one) for one in changes_between(before, there.definition)] if before and there.definition else []
    said = "; ".join(changes) or "it now has settings that Holdfast does not support"
    return PolicyChangedInAzure(
        f"{policy.name} was changed in Azure: {said}.",
        remedy="GET it again: it now says what Azure says. Send the new ETag as If-Match.",
        changes=changes,
    )


# --- reading -------------------------------------------------------------------------------------------------------
async def get_policy(session: AsyncSession, tenant: str, policy_id: UUID) -> Policy:
    """Raises PolicyNotFound, also for another tenant's policy."""
    policy = await session.scalar(select(Policy).where(Policy.id == policy_id, Policy.tenant == tenant))
    return policy if policy is not None else _no_policy(policy_id)


async def get_policy_in_azure(session: AsyncSession, tenant: str, policy_id: UUID) -> tuple[Policy, PolicyRef]:
    """A policy and how Azure knows it. Raises PolicyNotFound."""
    row = (
        await session.execute(
            select(Policy, Vault)
            .join(Vault, Vault.id == Policy.vault_id)
            .where(Policy.id == policy_id, Policy.tenant == tenant)
        )
    ).one_or_none()
    if row is None:
        _no_policy(policy_id)
    return row[0], PolicyRef(row[1].ref, row[0].name)


def _no_policy(policy_id: UUID) -> NoReturn:
    raise PolicyNotFound(
        f"There is no policy {policy_id}.", remedy="Take the id from GET /v1/vaults/{vault_id}/policies."
    )


async def get_ready_policy(session: AsyncSession, tenant: str, policy_id: UUID) -> Policy:
    """Raises PolicyNotFound or PolicyNotReady."""
    policy = await get_policy(session, tenant, policy_id)
    check_ready(policy)
    return policy


async def list_policies(
    session: AsyncSession, vault_id: UUID, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[Policy], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(Policy).where(Policy.vault_id == vault_id).order_by(Policy.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "policies", 1)
    if keys is not None:
        query = query.where(Policy.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("policies", str(last.id)) if last else None
