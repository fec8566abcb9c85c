"""Writes and reads restores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from pydantic import TypeAdapter
from sqlalchemy import Select, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.grants import check_granted, check_item_granted
from app.azure.restore_values import NewVmTarget, ReplaceDisksTarget
from app.azure.values import VmRef
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.models import OF_RESTORES, Job, JobLabel
from app.jobs.queue.claims import UNDER_WAY
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.requests.quotas import check_restores
from app.protection.items import ItemInAzure, get_item_in_azure, get_item_of_vm
from app.protection.rules import check_can_restore
from app.restores import rules, targets
from app.restores.checks.verdicts import Check, UnderWay
from app.restores.defaults.filling import fill
from app.restores.errors import RestoreNotFound
from app.restores.models import Restore
from app.restores.rules import Decided, MountAsk, RestoreAsk
from app.restores.target_bodies import TARGET
from app.restores.targets import Draft, FilesTarget, Filled, Target

ASK = TypeAdapter(RestoreAsk)
MOUNT = TypeAdapter(MountAsk)


async def request_restore(
    session: AsyncSession,
    asked: Asked,
    *,
    item: ItemInAzure,
    decided: Decided,
    checks: Sequence[Check] = (),
    sources: Mapping[str, str] | None = None,
    parent_id: UUID | None = None,
    of_test: bool = False,
) -> tuple[Job, Restore]:
    """Record the restore (or the mount) and the job that does it. Raises ItemNotReady or QuotaExceeded.

    `sources`: as in targets.Filled. `parent_id`: the job that it is a part of, and whose approval covers it.
    `of_test`: a restore test needs it.
    """
    check_can_restore(item.state)
    restore_id = uuids.uuid7()
    new = replace(_new_job(asked, restore_id, item, decided), parent_id=parent_id, is_background=of_test)
    job, is_new = await enqueue(session, new)
    if not is_new:
        return job, await restore_of(session, job)
    restore = Restore(
        id=restore_id,
        tenant=item.tenant,
        job_id=job.id,
        protected_item_id=item.id,
        target=shown_target(decided.target),
        target_sources=dict(sources) if sources is not None else None,
        recovery_point=_shown(decided),
        preflight=[check.as_json() for check in checks] or None,
    )
    session.add(restore)
    await session.flush()
    await check_restores(session, asked.caller, of_test=of_test)
    return job, restore


def _new_job(asked: Asked, restore_id: UUID, item: ItemInAzure, decided: Decided) -> NewJob:
    ask = decided.ask(item.ref)
    restoring = NewJob(
        kind=JobKind.RESTORE,
        asked=asked,
        ask=ASK.dump_python(ask, mode="json"),
        resource=f"/v1/restores/{restore_id}",
        resource_id=restore_id,
        vault_id=item.vault_id,
        protected_item_id=item.id,
        vm=ask.item.vm,
        azure_region=ask.region if ask.is_secondary else None,
        sensitive=rules.sensitive(ask, decided.point),
    )
    if not isinstance(ask.target, FilesTarget):
        return restoring
    mount = MOUNT.dump_python(MountAsk(ask.item, ask.choice, ask.point_id), mode="json")
    return replace(restoring, kind=JobKind.MOUNT_FILES, ask=mount, azure_region=None, series=series_of_files(item.id))


def series_of_files(item_id: UUID) -> str:
    """Mounting and unmounting points of one VM run one at a time, in the order asked."""
    return f"files:{item_id}"


async def item_and_others(
    session: AsyncSession, caller: Caller, meant: UUID | VmRef, target: Target | Draft
) -> tuple[ItemInAzure, list[UnderWay], Filled]:
    """The item of a restore, the other restores that may conflict with it, and its target, filled from the defaults.

    Raises ItemNotFound, RestoreNotValid if a value is nowhere, or NotGranted if the request or a default names a place
    outside the tenant's grants.
    """
    grants = caller.membership.grants
    if not isinstance(target, Draft):
        targets.check_granted(grants, target)
    if isinstance(meant, VmRef):
        check_granted(grants, meant, "#/vm_id")
        item = await get_item_of_vm(session, caller.tenant, meant)
    else:
        item = await get_item_in_azure(session, caller.tenant, meant)
    check_item_granted(grants, item.ref, "#/vm_id" if isinstance(meant, VmRef) else "#/protected_item_id")
    filled = Filled(target) if not isinstance(target, Draft) else await fill(session, item, target)
    if filled.sources is not None:
        targets.check_granted(grants, filled.target)
    return item, await under_way(session, item, filled.target), filled


async def under_way(session: AsyncSession, item: ItemInAzure, target: Target) -> list[UnderWay]:
    """The restores that have not ended and share something with this one."""
    if not isinstance(target, NewVmTarget | ReplaceDisksTarget):
        return []
    return await under_way_of(session, item.tenant, [item.id])


async def under_way_of(session: AsyncSession, tenant: str, items: Sequence[UUID]) -> list[UnderWay]:
    """The restores that have not ended: those of these items, and those that make new VMs."""
    rows = await session.execute(
        select(Job.id, Job.protected_item_id, Job.azure_job_id, Restore.target)
        .outerjoin(Restore, Restore.job_id == Job.id)
        .where(
            Job.tenant == tenant,
            Job.kind == JobKind.RESTORE,
            Job.state.in_([State.QUEUED, *UNDER_WAY]),
            or_(Job.protected_item_id.in_(items), Restore.target["mode"].astext == "new_vm"),
        )
    )
    return [UnderWay(*row) for row in rows]


def _shown(decided: Decided) -> dict[str, Any] | None:
    if decided.point is not None:
        return rules.shown(decided.point)
    return {"id": decided.choice.id, "region": decided.choice.region} if decided.choice.id else None


def shown_target(target: Target) -> dict[str, Any]:
    """The target as the caller wrote it, without what was read about the VM."""
    shown: dict[str, Any] = TARGET.dump_python(target, mode="json")
    shown.pop("source", None)
    return shown


async def restore_of(session: AsyncSession, job: Job) -> Restore:
    """The restore that a job of this kind does."""
    return (await session.scalars(select(Restore).where(Restore.job_id == job.id))).one()


async def record_point(session: AsyncSession, tenant: str, restore_id: UUID, point: dict[str, Any]) -> None:
    """The worker chose the point, because Azure was away at the time of the request."""
    await session.execute(
        update(Restore)
        .where(Restore.id == restore_id, Restore.recovery_point.is_(None))
        .values(recovery_point=point, changed_at=NOW)
    )
    tell_change(session, tenant, path_of(restore_id))


def path_of(restore_id: UUID) -> str:
    return f"/v1/restores/{restore_id}"


async def get_restore(session: AsyncSession, tenant: str, restore_id: UUID) -> tuple[Restore, Job]:
    """Raises RestoreNotFound, also for another tenant's restore."""
    row = (
        await session.execute(
            select(Restore, Job)
            .join(Job, Job.id == Restore.job_id)
            .where(Restore.id == restore_id, Restore.tenant == tenant)
        )
    ).first()
    if row is None:
        raise RestoreNotFound(f"There is no restore {restore_id}.", remedy="Take the id from GET /v1/restores.")
    return row.Restore, row.Job


@dataclass(frozen=True, slots=True)
class RestoreFilter:
    """Which restores to list; None = any."""

    protected_item_id: Sequence[UUID] | None = None
    state: Sequence[str] | None = None
    """One of these."""
    reference: str | None = None
    label: tuple[str, str] | None = None


def _listed(tenant: str, wanted: RestoreFilter, state: str | None) -> tuple[Select[Restore, Job], Any]:
    """The rows, and the id that they are ordered by.

    `resource_id` of a restore's job is the restore's id: with it the indexes of the jobs of restores keep the order of
    the page (tests/restores/test_plans.py reads the plans).
    """
    by_job = state is not None or wanted.reference is not None
    key: Any = Job.resource_id if by_job else Restore.id
    query = select(Restore, Job).join(Job, Job.id == Restore.job_id).where(Restore.tenant == tenant)
    if by_job:
        query = query.where(Job.tenant == tenant, text(f"jobs.{OF_RESTORES}"))
    if state is not None:
        query = query.where(Job.state == state)
    if wanted.reference is not None:
        query = query.where(Job.reference == wanted.reference)
    if wanted.protected_item_id is not None:
        query = query.where(Restore.protected_item_id.in_(wanted.protected_item_id))
    if wanted.label is not None:
        name, value = wanted.label
        query = query.join(JobLabel, JobLabel.job_id == Job.id).where(
            JobLabel.tenant == tenant, JobLabel.name == name, JobLabel.value == value
        )
    return query, key


async def list_restores(
    session: AsyncSession,
    tenant: str,
    wanted: RestoreFilter,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[tuple[Restore, Job]], str | None]:
    """Newest first: the page, and the cursor of the next one. Of several states each is read to the end of the page."""
    keys = decode_cursor(cursor, "restores", 1)
    before = uuid_key(keys[0]) if keys is not None else None
    rows: list[tuple[Restore, Job]] = []
    for state in dict.fromkeys(wanted.state) if wanted.state else (None,):
        query, key = _listed(tenant, wanted, state)
        await counter.count(session, query)
        if before is not None:
            query = query.where(key < before)
        found = await session.execute(query.order_by(key.desc()).limit(limit + 1))
        rows += [(row.Restore, row.Job) for row in found]
    rows.sort(key=lambda row: row[0].id, reverse=True)
    page, last = cut(rows[: limit + 1], limit)
    return page, encode_cursor("restores", str(last[0].id)) if last else None
