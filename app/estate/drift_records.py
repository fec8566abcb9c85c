"""Keeps the facts of items and vaults, and the drifts that comparing them finds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import structlog
import uuid_utils.compat as uuids
from sqlalchemy import Row, Table, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.item_states import ItemState
from app.azure.values import AzureVault, VaultRef
from app.core.db.database import NOW
from app.core.letter_case import fold_case
from app.estate.drift_rules import (
    ON_ITS_WAY,
    Compared,
    DriftKind,
    Found,
    Subject,
    compare_item,
    compare_vault,
    explained,
    undecided,
)
from app.estate.models import EstateDrift, EstateFacts
from app.estate.records import one_of
from app.jobs.lifecycle import NOT_ENDED, WELL
from app.jobs.models import Job, Origin
from app.jobs.work import JobKind
from app.policies.models import Policy
from app.protection.models import ProtectedItem
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
"""How much later than it says a job's transaction may commit. What another tool changed within that time is taken over,
too."""
STOPPING = (JobKind.PAUSE, JobKind.SUSPEND, JobKind.UNPROTECT)
JOBS_OF: Mapping[DriftKind, tuple[JobKind, ...]] = {
    DriftKind.POLICY_SWAPPED: (JobKind.PROTECT, JobKind.CHANGE_POLICY, JobKind.RESUME),
    DriftKind.ITEM_MOVED: (JobKind.PROTECT,),
    DriftKind.PROTECTION_STOPPED: STOPPING,
    DriftKind.DATA_DELETED: (JobKind.UNPROTECT,),
}
"""The Azure jobs that come with a change, by our name of their operation. Settings of a vault have none."""


@dataclass(frozen=True, slots=True)
class Now:
    """A subject and its facts of now; None = it is gone."""

    subject: Subject
    facts: Mapping[str, Any] | None


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


async def compare_items(session: AsyncSession, tenant: str) -> None:
    """Compare all items of the tenant, as our rows have them now: sweeps and refreshes keep these."""
    at: datetime = (await session.scalars(select(NOW))).one()
    now = {f"item:{fold_case(one.subject['vm_id'] or '')}": one for one in await _items(session, tenant)}
    known = await _known(session, tenant, "item:")
    for key, row in known.items():
        now.setdefault(key, Now(row.subject, None))
    await _compare(session, tenant, now, known, OF_ITEMS | {JobKind.DELETE_VAULT}, at)


async def compare_vaults(session: AsyncSession, tenant: str, seen: Mapping[UUID, AzureVault], began: datetime) -> None:
    """Compare these vaults, as Azure showed them after `began`; and forget those that are no more in our rows."""
    rows = (await session.execute(select(Vault.id, Vault.name).where(Vault.tenant == tenant))).all()
    names = {row.id: row.name for row in rows}
    known = await _known(session, tenant, "vault:")
    lost = [key for key in known if UUID(key.partition(":")[2]) not in names]
    opened = await _open_drifts(session, tenant)
    await _resolve(session, [drift.id for key in lost for drift in opened.get(key, {}).values()])
    await _forget(session, tenant, lost)
    now = {
        f"vault:{vault_id}": Now(
            Subject(kind="vault", id=str(vault_id), vm_id=None, vault_id=str(vault_id), name=names[vault_id]),
            {
                "soft_delete_state": vault.soft_delete_state,
                "soft_delete_days": vault.soft_delete_days,
                "immutability": vault.immutability,
                "is_guarded": vault.is_guarded,
            },
        )
        for vault_id, vault in seen.items()
        if vault_id in names
    }
    await _compare(session, tenant, now, {key: row for key, row in known.items() if key in now}, OF_VAULTS, began)


async def _items(session: AsyncSession, tenant: str) -> list[Now]:
    rows = await session.execute(
        select(
            ProtectedItem.id,
            ProtectedItem.vm_id,
            ProtectedItem.vault_id,
            ProtectedItem.policy_id,
            ProtectedItem.state,
            Vault.name.label("vault"),
            Policy.name.label("policy"),
        )
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .outerjoin(Policy, Policy.id == ProtectedItem.policy_id)
        .where(ProtectedItem.tenant == tenant, ProtectedItem.state != ItemState.PROTECTING)
    )
    return [
        Now(
            Subject(
                kind="protected_item",
                id=str(row.id),
                vm_id=row.vm_id,
                vault_id=str(row.vault_id),
                name=row.vm_id.rpartition("/")[2],
            ),
            {
                "vault_id": str(row.vault_id),
                "vault": row.vault,
                "policy_id": str(row.policy_id) if row.policy_id else None,
                "policy": row.policy,
                "state": row.state,
            },
        )
        for row in rows
    ]


async def _known(session: AsyncSession, tenant: str, start: str) -> dict[str, Record]:
    rows = await session.execute(
        select(FACTS.c.subject_key, FACTS.c.subject, FACTS.c.facts, FACTS.c.checked_at).where(
            FACTS.c.tenant == tenant, FACTS.c.subject_key.startswith(start)
        )
    )
    return {row.subject_key: row for row in rows}


async def _compare(
    session: AsyncSession,
    tenant: str,
    now: Mapping[str, Now],
    known: Mapping[str, Record],
    kinds: Collection[JobKind],
    at: datetime,
) -> None:
    """`at`: before what is `now` was read. A job that ended since the last time explains what it changes."""
    since = min((row.checked_at for row in known.values()), default=at)
    jobs = await _jobs_since(session, tenant, since - LATE, kinds)
    opened = await _open_drifts(session, tenant)
    compared: list[str] = []
    kept: list[dict[str, Any]] = []
    for key, one in now.items():
        row, mine = known.get(key), _about(jobs, one.subject)
        if row is not None:
            facts = await _look_at(session, tenant, key, one, row, opened.get(key, {}), mine)
        elif any(job.origin == Origin.HOLDFAST and job.state in ON_ITS_WAY for job in mine):
            continue  # seen for the first time, and what it becomes is not decided yet
        else:
            facts = one.facts
        compared.append(key)
        if facts is not None and (row is None or facts != row.facts or one.subject != row.subject):
            kept.append({"tenant": tenant, "subject_key": key, "subject": one.subject, "facts": dict(facts)})
    await _keep(session, kept)
    if compared:
        await session.execute(
            update(FACTS).where(FACTS.c.tenant == tenant, FACTS.c.subject_key == one_of(compared)).values(checked_at=at)
        )


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
    ended = [job.kind for job in ours if job.state in WELL and job.updated_at > row.checked_at - LATE]
    left = undecided(job.kind for job in ours if job.state in ON_ITS_WAY)
    found = _compared(key, explained(row.facts, one.facts, ended), one.facts)
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


def _compared(key: str, before: Mapping[str, Any], now: Mapping[str, Any] | None) -> Compared:
    return compare_item(before, now) if now is None or key.startswith("item:") else compare_vault(before, now)


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
        changes = {name: upsert.excluded[name] for name in ("subject", "facts")}
        await session.execute(
            upsert.on_conflict_do_update(index_elements=["tenant", "subject_key"], set_=changes), list(rows)
        )


async def _forget(session: AsyncSession, tenant: str, keys: Collection[str]) -> None:
    if keys:
        await session.execute(delete(FACTS).where(FACTS.c.tenant == tenant, FACTS.c.subject_key == one_of(keys)))


async def _open_drifts(session: AsyncSession, tenant: str) -> dict[str, dict[str, Record]]:
    rows = await session.execute(
        select(DRIFTS.c.id, DRIFTS.c.subject_key, DRIFTS.c.kind, DRIFTS.c.after, DRIFTS.c.azure_job_id).where(
            DRIFTS.c.tenant == tenant, DRIFTS.c.resolved_at.is_(None)
        )
    )
    found: dict[str, dict[str, Record]] = {}
    for row in rows:
        found.setdefault(row.subject_key, {})[row.kind] = row
    return found


async def _jobs_since(
    session: AsyncSession, tenant: str, since: datetime, kinds: Collection[JobKind]
) -> dict[tuple[str, ...], list[Record]]:
    """Jobs of these kinds that are under way or changed since, newest first, by what they are about."""
    changed = or_(Job.updated_at > since, Job.state.in_(NOT_ENDED))
    columns = (Job.vm_key, Job.vm_name_key, Job.vault_id, Job.kind, Job.state, Job.origin, Job.updated_at)
    rows = await session.execute(
        select(*columns, Job.azure_job_id)
        .where(Job.tenant == tenant, Job.kind.in_(kinds), changed)
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
