"""Keeps the facts of items and vaults, and the drifts that comparing them finds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import structlog
import uuid_utils.compat as uuids
from sqlalchemy import Row, Table, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.values import VaultRef
from app.core.db.database import NOW
from app.core.letter_case import fold_case
from app.estate.drift_rules import (
    ON_ITS_WAY,
    Compared,
    DriftKind,
    Ended,
    Found,
    Subject,
    compare_item,
    compare_policy,
    compare_vault,
    explained,
    undecided,
)
from app.estate.drift_subjects import Now, items_now, policies_now, vaults_now
from app.estate.models import EstateDrift, EstateFacts
from app.estate.records import one_of
from app.estate.tamper.weighing import weigh
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED, WELL
from app.jobs.models import Job, Origin
from app.policies.changes import keeps_less
from app.policies.models import Policy
from app.policies.records import DEFINITION
from app.vaults.models import Vault, VaultState

log = structlog.get_logger()

FACTS, DRIFTS = cast("Table", EstateFacts.__table__), cast("Table", EstateDrift.__table__)
OF_ITEMS = frozenset(
    {
        JobKind.PROTECT,
        JobKind.CHANGE_POLICY,
        JobKind.PAUSE,
        JobKind.SUSPEND,
        JobKind.RESUME,
        JobKind.UNPROTECT,
        JobKind.UNDELETE,
    }
)
OF_VAULTS = frozenset({JobKind.CREATE_VAULT, JobKind.ADOPT_VAULT, JobKind.UPDATE_VAULT, JobKind.DELETE_VAULT})
"""Kinds that change what is compared. A refresh changes nothing: it shows."""
Record = Row[*tuple[Any, ...]]
LATE = timedelta(minutes=1)
"""How much later than it says a job's transaction may commit."""
LOCK = 4851030
"""The class of the advisory locks under which a tenant's facts are compared."""
STOPPING = (JobKind.PAUSE, JobKind.SUSPEND, JobKind.UNPROTECT)
JOBS_OF: Mapping[DriftKind, tuple[JobKind, ...]] = {
    DriftKind.POLICY_SWAPPED: (JobKind.PROTECT, JobKind.CHANGE_POLICY, JobKind.RESUME),
    DriftKind.ITEM_MOVED: (JobKind.PROTECT,),
    DriftKind.PROTECTION_STOPPED: STOPPING,
    DriftKind.DATA_DELETED: (JobKind.UNPROTECT,),
    DriftKind.DISKS_FEWER: (JobKind.PROTECT, JobKind.CHANGE_POLICY),
}
"""The Azure jobs that come with a change, by our name of their operation. Settings of a vault have none."""


async def vaults_to_read(session: AsyncSession, limit: int, turn: int) -> list[tuple[str, UUID, VaultRef]]:
    """(tenant, id, vault): half of them by lot, the others with the oldest facts. `turn` decides the lot.

    A vault that Azure never shows stays among the oldest: with places for these only it would hold up the others.
    """
    key = func.concat("vault:", Vault.id)
    ready = (
        select(Vault.tenant, Vault)
        .outerjoin(EstateFacts, (EstateFacts.tenant == Vault.tenant) & (EstateFacts.subject_key == key))
        .where(Vault.state == VaultState.READY)
    )
    by_lot = ready.order_by(func.md5(func.concat(Vault.id, turn))).limit(limit // 2)
    oldest = ready.order_by(EstateFacts.checked_at.nulls_first(), Vault.id).limit(limit)
    rows = [*(await session.execute(by_lot)), *(await session.execute(oldest))]
    found = {vault.id: (tenant, vault.id, vault.ref) for tenant, vault in rows}
    return list(found.values())[:limit]


async def compare_one(session: AsyncSession, tenant: str | None, vault_id: UUID) -> None:
    """Compare one vault with its policies and items. `tenant` None = the vault's."""
    tenant = tenant or await session.scalar(select(Vault.tenant).where(Vault.id == vault_id))
    if tenant:
        await compare(session, tenant, vault_id)


async def compare(session: AsyncSession, tenant: str, vault_id: UUID | None = None) -> None:
    """Compare items, policies and vaults as our rows have them now: of one vault, or (None) of the tenant.

    Sweeps and the estate's loop may compare at the same time: one waits for the other, for each tenant.
    """
    await session.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(tenant))))
    at: datetime = (await session.scalars(select(NOW))).one()
    known = await _known(session, tenant, vault_id)
    opened = await _open_drifts(session, tenant, known)
    # The jobs are read before the rows: what a job has changed, when it is seen to have ended, is in the rows.
    since = min((row.checked_at for row in known.values()), default=at) - LATE
    of_items = [key for key in known if key.startswith("item:")]
    jobs = await _jobs_since(session, tenant, since, vault_id, of_items)
    items = await items_now(session, tenant, vault_id, of_items)
    policies = await policies_now(session, tenant, vault_id)
    gone = {key: Now(known[key].subject, None) for key in of_items if key not in items}
    # Policies first: what an item had is by its policy as that was in order (`_compare`).
    now = policies | items | gone | await vaults_now(session, tenant, vault_id)
    await _compare(session, tenant, now, known, opened, jobs, at)
    await _forget_what_is_gone(session, tenant, known, opened, set(now))
    await weigh(session, tenant, vault_id)


async def _known(session: AsyncSession, tenant: str, vault_id: UUID | None) -> dict[str, Record]:
    only = [FACTS.c.subject["vault_id"].astext == str(vault_id)] if vault_id is not None else []
    columns = (FACTS.c.subject_key, FACTS.c.subject, FACTS.c.facts, FACTS.c.checked_at, FACTS.c.counted)
    rows = await session.execute(select(*columns).where(FACTS.c.tenant == tenant, *only))
    return {row.subject_key: row for row in rows}


async def _forget_what_is_gone(
    session: AsyncSession,
    tenant: str,
    known: Mapping[str, Record],
    opened: Mapping[str, Mapping[str, Record]],
    compared: Collection[str],
) -> None:
    """Of a policy or a vault that is not in our rows any more. One that a job is writing now is still there."""
    doubted = {key: UUID(key.partition(":")[2]) for key in known if key not in compared and not key.startswith("item:")}
    if not doubted:
        return
    there = set[UUID]()
    for model in (Policy, Vault):
        there |= set(await session.scalars(select(model.id).where(model.id.in_(doubted.values()))))
    lost = [key for key, id_ in doubted.items() if id_ not in there]
    await _resolve(session, [drift.id for key in lost for drift in opened.get(key, {}).values()])
    await _forget(session, tenant, lost)


async def _compare(
    session: AsyncSession,
    tenant: str,
    now: Mapping[str, Now],
    known: Mapping[str, Record],
    opened: Mapping[str, Mapping[str, Record]],
    jobs: Mapping[tuple[str, ...], Sequence[Record]],
    at: datetime,
) -> None:
    """`now`: policies first. `at`: before it was read. A job that ended since explains what it changes, once."""
    compared: list[str] = []
    kept: list[dict[str, Any]] = []
    in_order = {key: row.facts.get("definition") for key, row in known.items() if key.startswith("policy:")}
    for key, seen in now.items():
        one = _by_policy_in_order(seen, in_order)
        row, mine = known.get(key), _about(jobs, one.subject)
        facts = one.facts
        if row is not None:
            facts = await _look_at(session, tenant, key, one, row, opened.get(key, {}), mine)
        elif any(job.origin == Origin.HOLDFAST and job.state in ON_ITS_WAY for job in mine):
            continue  # seen for the first time, and what it becomes is not decided yet
        compared.append(key)
        if facts is None:
            continue
        if one.subject["kind"] == "policy":
            in_order[key] = facts.get("definition")
        counted = sorted(str(job.id) for job in mine if _has_ended(job, at - 2 * LATE) and job.updated_at <= at)
        new = {"tenant": tenant, "subject_key": key, "subject": one.subject, "facts": dict(facts), "counted": counted}
        if row is None or (facts, one.subject, counted) != (row.facts, row.subject, row.counted):
            kept.append(new)
    await _keep(session, kept)
    if compared:
        await session.execute(
            update(FACTS).where(FACTS.c.tenant == tenant, FACTS.c.subject_key == one_of(compared)).values(checked_at=at)
        )


def _by_policy_in_order(one: Now, definitions: Mapping[str, Any]) -> Now:
    """An item with its policy as that was before it was cut from outside.

    Else moving the item, and deleting the policy that was cut, would leave no trace of what it had.
    """
    policy_id = (one.facts or {}).get("policy_id")
    definition = definitions.get(f"policy:{policy_id}") if one.subject["kind"] == "protected_item" else None
    return (
        one if definition is None or one.facts is None else replace(one, facts={**one.facts, "definition": definition})
    )


def _has_ended(job: Record, since: datetime) -> bool:
    return job.origin == Origin.HOLDFAST and job.state in WELL and job.updated_at > since


async def _look_at(
    session: AsyncSession,
    tenant: str,
    key: str,
    one: Now,
    row: Record,
    opened: Mapping[str, Record],
    jobs: Sequence[Record],
) -> Mapping[str, Any] | None:
    """Write what the comparison of one subject found, and what it no longer finds. Answers the facts to keep."""
    ours = sorted((job for job in jobs if job.origin == Origin.HOLDFAST), key=lambda job: job.updated_at)
    new = [job for job in ours if _has_ended(job, row.checked_at - LATE) and str(job.id) not in row.counted]
    ended = [Ended(JobKind(job.kind), job.wanted or {}) for job in new]
    left = undecided(job.kind for job in ours if job.state in ON_ITS_WAY)
    found = _compared(one, explained(row.facts, one.facts, ended))
    for drift in found.drifts:
        if drift.kind not in left:
            azure_job = _azure_job(drift, jobs, row.checked_at - LATE)
            await _open(session, tenant, key, one.subject, drift, opened.get(drift.kind), azure_job)
    kinds = {drift.kind for drift in found.drifts} | left
    await _resolve(session, [drift.id for kind, drift in opened.items() if kind not in kinds])
    if one.facts is None and not found.drifts:
        await _forget(session, tenant, [key])
        return None
    return found.accepted


def _compared(one: Now, before: Mapping[str, Any]) -> Compared:
    if one.subject["kind"] == "protected_item":
        return compare_item(before, one.facts)
    if one.subject["kind"] == "vault":
        return compare_vault(before, one.facts or {})
    if one.written is not None and one.written.revision > before["revision"]:
        before = {**before, "definition": one.written.definition}
    had, has = (facts.get("definition") for facts in (before, one.facts or {}))
    is_weaker = bool(had and has) and keeps_less(DEFINITION.validate_python(had), DEFINITION.validate_python(has))
    return compare_policy(before, one.facts, is_weaker=is_weaker)


async def _open(
    session: AsyncSession,
    tenant: str,
    key: str,
    subject: Subject,
    drift: Found,
    opened: Record | None,
    azure_job: str | None,
) -> None:
    after = None if drift.after is None else dict(drift.after)
    if opened is not None:
        now = {"after": after, "azure_job_id": opened.azure_job_id or azure_job}
        if (opened.after, opened.azure_job_id) != (after, now["azure_job_id"]):
            await session.execute(update(DRIFTS).where(DRIFTS.c.id == opened.id).values(now))
        return
    values = {
        "id": uuids.uuid7(),
        "tenant": tenant,
        "kind": drift.kind,
        "subject_key": key,
        "subject": subject,
        "before": dict(drift.before),
        "after": after,
        "azure_job_id": azure_job,
    }
    await session.execute(insert(DRIFTS).values(values))
    await trail.record_own(
        session,
        tenant,
        action="find_drift",
        target=f"/v1/estate/drift/{values['id']}",
        details={"kind": drift.kind, "subject": subject["name"], "before": dict(drift.before), "after": after},
    )
    log.warning("estate.drift", kind=drift.kind, subject=subject["id"])


async def _resolve(session: AsyncSession, ids: Iterable[UUID]) -> None:
    if which := list(ids):
        await session.execute(update(DRIFTS).where(DRIFTS.c.id.in_(which)).values(resolved_at=NOW))


async def _keep(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """In one statement for many: the first reading keeps the facts of every item."""
    if rows:
        upsert = pg_insert(FACTS)
        changes = {name: upsert.excluded[name] for name in ("subject", "facts", "counted")}
        await session.execute(
            upsert.on_conflict_do_update(index_elements=["tenant", "subject_key"], set_=changes), list(rows)
        )


async def _forget(session: AsyncSession, tenant: str, keys: Collection[str]) -> None:
    if keys:
        await session.execute(delete(FACTS).where(FACTS.c.tenant == tenant, FACTS.c.subject_key == one_of(keys)))


async def _open_drifts(session: AsyncSession, tenant: str, keys: Collection[str]) -> dict[str, dict[str, Record]]:
    rows = await session.execute(
        select(DRIFTS.c.id, DRIFTS.c.subject_key, DRIFTS.c.kind, DRIFTS.c.after, DRIFTS.c.azure_job_id).where(
            DRIFTS.c.tenant == tenant, DRIFTS.c.resolved_at.is_(None), DRIFTS.c.subject_key == one_of(keys)
        )
    )
    found: dict[str, dict[str, Record]] = {}
    for row in rows:
        found.setdefault(row.subject_key, {})[row.kind] = row
    return found


async def _jobs_since(
    session: AsyncSession, tenant: str, since: datetime, vault_id: UUID | None, items: Collection[str]
) -> dict[tuple[str, ...], list[Record]]:
    """Jobs of these kinds that are under way or changed since, newest first, by what they are about."""
    changed = or_(Job.updated_at > since, Job.state.in_(NOT_ENDED))
    columns = (Job.id, Job.vm_key, Job.vm_name_key, Job.vault_id, Job.kind, Job.state, Job.origin, Job.updated_at)
    wanted = case((Job.kind == JobKind.UPDATE_VAULT, Job.ask["wanted"])).label("wanted")
    only = []
    if vault_id is not None:  # an item may have been moved by a job of another vault
        only = [or_(Job.vault_id == vault_id, Job.vm_key == one_of([key.removeprefix("item:") for key in items]))]
    rows = await session.execute(
        select(*columns, Job.azure_job_id, wanted)
        .where(Job.tenant == tenant, Job.kind.in_(OF_ITEMS | OF_VAULTS), changed, *only)
        .order_by(Job.updated_at.desc())
    )
    found: dict[tuple[str, ...], list[Record]] = {}
    for row in rows:
        found.setdefault(_key_of(row), []).append(row)
    return found


def _about(jobs: Mapping[tuple[str, ...], Sequence[Record]], subject: Subject) -> list[Record]:
    """A job of another tool may lack the VM's subscription: then it is known by vault and name."""
    keys: list[tuple[str, ...]] = [("vault", subject["vault_id"])]
    if subject["vm_id"] is not None:
        keys += [("vm", fold_case(subject["vm_id"])), ("name", subject["vault_id"], fold_case(subject["name"]))]
    return [job for key in keys for job in jobs.get(key, ())]


def _key_of(job: Record) -> tuple[str, ...]:
    if job.kind in OF_VAULTS:
        return "vault", str(job.vault_id)
    return ("vm", job.vm_key) if job.vm_key is not None else ("name", str(job.vault_id), job.vm_name_key or "")


def _azure_job(drift: Found, jobs: Sequence[Record], since: datetime) -> str | None:
    """The newest Azure job of another tool that does such a thing, and was seen since."""
    kinds = JOBS_OF.get(drift.kind, ())
    fitting = (
        job.azure_job_id
        for job in jobs
        if job.origin == Origin.AZURE and job.kind in kinds and job.updated_at > since and job.azure_job_id
    )
    return next(fitting, None)
