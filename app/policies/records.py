"""Writes Azure's policies to our rows: one after a job of ours, or the whole list of a vault.

Every definition that a policy ever had in Holdfast is a revision, with the job that wrote it.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Table, column, insert, or_, select, table, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.lists import Listed
from app.azure.values import AzurePolicy, PolicyDefinition
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, number_key
from app.core.letter_case import fold_case
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED
from app.jobs.models import Job
from app.policies import rules
from app.policies.changes import ChangeOrder
from app.policies.models import Policy, PolicyRevision, PolicyState

DEFINITION = TypeAdapter(PolicyDefinition)
CHANGE = TypeAdapter(ChangeOrder)
POLICIES = cast("Table", Policy.__table__)

ITEMS = table(
    "protected_items", column("id"), column("policy_id"), column("vm_id"), column("state"), column("created_at")
)
"""The only columns of `protection` (to the right) that are read here: who follows a policy."""


def as_row(definition: PolicyDefinition | None) -> dict[str, Any] | None:
    """A definition in the form of the row."""
    found: dict[str, Any] | None = DEFINITION.dump_python(definition, mode="json") if definition else None
    return found


def definition_of(row: Policy | PolicyRevision) -> PolicyDefinition | None:
    return DEFINITION.validate_python(row.definition) if row.definition is not None else None


async def known_definitions(session: AsyncSession, policy: Policy) -> list[PolicyDefinition]:
    """The definitions that Azure may have of a policy now: the last known one, and those of unfinished changes."""
    asks = await session.scalars(
        select(Job.ask).where(
            or_(Job.series == f"policy:{policy.id}", Job.released_series == f"policy:{policy.id}"),
            Job.kind == JobKind.PUT_POLICY,
            Job.state.in_(NOT_ENDED),
        )
    )
    known = [definition_of(policy), *(CHANGE.validate_python(ask).definition for ask in asks)]
    return [one for one in known if one is not None]


def _chosen(asked: PolicyDefinition | None, azure: AzurePolicy) -> PolicyDefinition | None:
    """The requested definition if Azure's means the same (Azure has one name for many time zones), else Azure's."""
    return asked if asked is not None and rules.is_same(azure.definition, asked) else azure.definition


# --- after a job of ours -------------------------------------------------------------------------------------------
async def record_written(
    session: AsyncSession, policy_id: UUID, azure: AzurePolicy, *, asked: PolicyDefinition, job_id: UUID
) -> None:
    """Azure has the policy as a job of ours wrote it: the row becomes `ready`, and a revision is added."""
    state = await session.scalar(select(Policy.state).where(Policy.id == policy_id))
    if state is None:  # deleted since, with its vault or in Azure
        return
    definition = as_row(_chosen(asked, azure))
    await _take(session, policy_id, definition, azure, job_id=job_id)
    if state == PolicyState.CREATING:
        await session.execute(update(Policy).where(Policy.id == policy_id).values(state=PolicyState.READY))
    await end_write(session, policy_id, job_id)


async def end_write(session: AsyncSession, policy_id: UUID, job_id: UUID, *, is_ready: bool = False) -> None:
    """The write has ended, well or badly, and is not pending any longer. `is_ready`: nothing came of a deletion."""
    await session.execute(
        update(Policy)
        .where(Policy.id == policy_id, Policy.pending_job_id == job_id)
        .values({"pending_job_id": None, "updated_at": NOW} | ({"state": PolicyState.READY} if is_ready else {}))
    )


async def forget_creation(session: AsyncSession, policy_id: UUID, job_id: UUID) -> None:
    """It could not be created: the name is free again; the job keeps the reason."""
    await _delete(session, POLICIES.c.id == policy_id, POLICIES.c.state == PolicyState.CREATING, job_id=job_id)


async def forget_deleted(session: AsyncSession, policy_id: UUID, job_id: UUID) -> None:
    """Deletes the row: the policy is gone in Azure."""
    await _forget(session, POLICIES.c.id == policy_id, job_id=job_id)


# --- what was found in Azure ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PoliciesTakenIn:
    """What `take_in_policies` found, by name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    """Not in Azure any more. `drop_policies` removes their rows, after the items were written."""


async def record_azure_policies(
    session: AsyncSession, tenant: str, vault_id: UUID, policies: Sequence[AzurePolicy]
) -> None:
    """Take in the policies that Azure put into a new vault."""
    await take_in_policies(session, tenant=tenant, vault_id=vault_id, policies=policies)


async def take_in_policies(
    session: AsyncSession,
    *,
    tenant: str,
    vault_id: UUID,
    policies: Sequence[AzurePolicy],
    read_at: datetime | None = None,
    proven_gone: AbstractSet[str] | None = None,
) -> PoliciesTakenIn:
    """Update our rows of one vault from Azure's list. Names are matched in any letter case.

    `policies` is the list of `Policies.list(vault)`. A policy with a write of ours in progress is left to the end of
    that write; a policy that was written since reading the list began (`read_at`) is newer than the list. Of the
    policies that are missing from the list, only those in `proven_gone` are deleted: Azure answered 404 for each. None
    = the caller guarantees that the list is complete.
    """
    rows = await session.scalars(select(Policy).where(Policy.vault_id == vault_id).with_for_update(key_share=True))
    known = {row.name_key: row for row in rows}
    added, changed = [], []
    at = NOW if read_at is None else read_at
    newer = {key for key, row in known.items() if read_at and row.as_of and row.as_of > read_at}
    for azure in policies:
        row = known.pop(fold_case(azure.name), None)
        if fold_case(azure.name) in newer:
            continue
        if row is None:
            added.append(azure)
        elif _is_settled(row) and differs(row, azure):
            changed.append(azure.name)
            await take_changed(session, row, azure, read_at)
        elif _is_settled(row):
            seen_again = {"raw": _without_count(azure.raw), "as_of": at}
            await session.execute(update(Policy).where(Policy.id == row.id).values(seen_again))
    await _insert(session, tenant, vault_id, added, at)
    may_go = known.keys() if proven_gone is None else {fold_case(name) for name in proven_gone}
    return PoliciesTakenIn(
        added=tuple(azure.name for azure in added),
        changed=tuple(sorted(changed)),
        gone=tuple(row.name for key, row in known.items() if key in may_go and key not in newer and _is_settled(row)),
    )


async def missing_policies(session: AsyncSession, vault_id: UUID, policies: Listed[AzurePolicy]) -> list[str]:
    """Names of the policies that we have and the list does not show: none, where an entry could not be read."""
    if policies.unreadable:
        return []
    shown = {fold_case(policy.name) for policy in policies}
    rows = await session.scalars(select(Policy).where(Policy.vault_id == vault_id))
    return [row.name for row in rows if row.name_key not in shown and _is_settled(row)]


async def drop_policies(session: AsyncSession, vault_id: UUID, gone: Collection[str]) -> None:
    """Remove the rows of policies that Azure no longer has. Call it after the vault's items were written."""
    keys = [fold_case(name) for name in gone]
    of_vault = POLICIES.c.vault_id == vault_id
    await _forget(session, of_vault, POLICIES.c.name_key.in_(keys), POLICIES.c.state == PolicyState.READY, job_id=None)


async def _forget(session: AsyncSession, *which: ColumnElement[bool], job_id: UUID | None) -> None:
    """Items that were paused under them keep their points and follow no policy."""
    ids = select(POLICIES.c.id).where(*which)
    await session.execute(update(ITEMS).where(ITEMS.c.policy_id.in_(ids)).values(policy_id=None))
    await _delete(session, *which, job_id=job_id)


async def _delete(session: AsyncSession, *which: ColumnElement[bool], job_id: UUID | None) -> None:
    await trail.delete_on_record(
        session,
        POLICIES,
        *which,
        action="forget_policy",
        path="/v1/policies/",
        job_id=job_id,
        says=("name", "vault_id", "state"),
    )


def _is_settled(row: Policy) -> bool:
    return row.state == PolicyState.READY and row.pending_job_id is None


def differs(row: Policy, azure: AzurePolicy) -> bool:
    """Whether Azure's policy is not the one we read: in our words where it has any, else in Azure's own."""
    ours = definition_of(row)
    if ours is not None and azure.definition is not None:
        return not rules.is_same(azure.definition, ours)
    if (ours is None) != (azure.definition is None):
        return True
    return _without_count(row.raw) != _without_count(azure.raw)


async def take_changed(session: AsyncSession, row: Policy, azure: AzurePolicy, read_at: datetime | None = None) -> None:
    """Record a change made in Azure, as a revision without a job. `read_at`: when reading it began; None = now."""
    definition = as_row(_chosen(definition_of(row), azure))
    await _take(session, row.id, definition, azure, job_id=None, read_at=read_at)


async def _insert(session: AsyncSession, tenant: str, vault_id: UUID, policies: Sequence[AzurePolicy], at: Any) -> None:
    for azure in policies:
        definition, raw = as_row(azure.definition), _without_count(azure.raw)
        taken = await session.scalar(
            pg_insert(Policy)
            .values(
                id=uuids.uuid7(),
                tenant=tenant,
                vault_id=vault_id,
                name=azure.name,
                name_key=fold_case(azure.name),
                state=PolicyState.READY,
                definition=definition,
                raw=raw,
                revision=1,
                as_of=at,
            )
            .on_conflict_do_nothing()
            .returning(Policy.id)
        )
        if taken is not None:
            await _add_revision(session, taken, 1, tenant, definition, raw, None)


async def _take(
    session: AsyncSession,
    policy_id: UUID,
    definition: dict[str, Any] | None,
    azure: AzurePolicy,
    *,
    job_id: UUID | None,
    read_at: datetime | None = None,
) -> None:
    """Write Azure's present policy; add a revision only if it differs."""
    raw = _without_count(azure.raw)
    row = (
        await session.execute(
            select(Policy.tenant, Policy.revision, Policy.definition, Policy.raw)
            .where(Policy.id == policy_id)
            .with_for_update()
        )
    ).one()
    has_other_words = definition is None and _without_count(row.raw) != raw
    is_new = row.revision == 0 or row.definition != definition or has_other_words
    number = row.revision + 1 if is_new else row.revision
    await session.execute(
        update(Policy)
        .where(Policy.id == policy_id)
        .values(
            definition=definition, raw=raw, revision=number, updated_at=NOW, as_of=NOW if read_at is None else read_at
        )
    )
    if is_new:
        await _add_revision(session, policy_id, number, row.tenant, definition, raw, job_id)


async def _add_revision(
    session: AsyncSession,
    policy_id: UUID,
    number: int,
    tenant: str,
    definition: dict[str, Any] | None,
    raw: dict[str, Any],
    job_id: UUID | None,
) -> None:
    await session.execute(
        insert(PolicyRevision).values(
            policy_id=policy_id, number=number, tenant=tenant, definition=definition, raw=raw, job_id=job_id
        )
    )


def _without_count(raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """Azure's words as a row keeps them: a VM that comes or goes changes no policy, and must make no event of one."""
    return {key: value for key, value in dict(raw or {}).items() if key != "protectedItemsCount"}


# --- reading revisions ---------------------------------------------------------------------------------------------
async def list_revisions(
    session: AsyncSession, policy_id: UUID, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[tuple[PolicyRevision, str | None]], str | None]:
    """Newest first: (revision, who requested it), and the cursor of the next page."""
    query = (
        select(PolicyRevision, Job.requested_by)
        .outerjoin(Job, Job.id == PolicyRevision.job_id)
        .where(PolicyRevision.policy_id == policy_id)
        .order_by(PolicyRevision.number.desc())
        .limit(limit + 1)
    )
    await counter.count(session, query)
    keys = decode_cursor(cursor, "policy_revisions", 1)
    if keys is not None:
        query = query.where(PolicyRevision.number < number_key(keys[0]))
    rows: list[tuple[PolicyRevision, str | None]] = [(row[0], row[1]) for row in await session.execute(query)]
    page, last = cut(rows, limit)
    return page, encode_cursor("policy_revisions", last[0].number) if last else None
