"""Requests for tear-downs, and what our rows know of a restore."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.restore_values import NewVmTarget
from app.core.letter_case import fold_case
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED, AttemptState
from app.jobs.models import Attempt, Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.requests.quotas import check_tear_downs
from app.protection.models import ProtectedItem
from app.restores import service as restores
from app.restores import targets
from app.restores.models import Restore, RestoreInventory
from app.restores.rules import RestoreAsk
from app.tear_down.errors import NothingRestored, RestoreNotEnded
from app.tear_down.plans import freed_by_earlier
from app.tear_down.values import Evidence, Known, Resource, key_of

INCLUDABLE: Final = ("kept_disk",)
KNOWN: TypeAdapter[list[Known]] = TypeAdapter(list[Known])


async def begin_tear_down(
    session: AsyncSession,
    asked: Asked,
    restore: Restore,
    job: Job,
    *,
    include: Collection[str] = (),
    listed: Sequence[Resource] | None = None,
    of_test: bool = False,
) -> Job:
    """Record the job that deletes what this restore made. Reads no Azure: the worker plans before its first deletion.

    `job`: the restore's. `include`: `kept_disk` names those, too. `listed`: what was shown to the caller; where the
    tenant may want an approval for it, exactly that is deleted, or nothing. Without it a tenant that wants one gets
    Unavailable. Its result is what `steps.result_of` makes; `rules.left_of` says what of it matters.
    `of_test`: a restore test needs it.

    Tear-downs of one restore run one after another. A second one finds what the first left. Raises RestoreNotEnded,
    NothingRestored.
    """
    made, _ = await _enqueue(session, asked, restore, job, include, listed, of_test=of_test)
    return made


async def ask_tear_down(
    session: AsyncSession,
    asked: Asked,
    restore: Restore,
    job: Job,
    *,
    include: Collection[str],
    listed: Sequence[Resource] | None,
) -> Job:
    """As `begin_tear_down`, of a caller: within the tenant's quota. Raises QuotaExceeded."""
    made, is_new = await _enqueue(session, asked, restore, job, include, listed)
    if is_new:
        await check_tear_downs(session, asked.caller)
    return made


async def _enqueue(
    session: AsyncSession,
    asked: Asked,
    restore: Restore,
    job: Job,
    include: Collection[str],
    listed: Sequence[Resource] | None,
    *,
    of_test: bool = False,
) -> tuple[Job, bool]:
    check_can_tear_down(job)
    ask = restores.ASK.validate_python(job.ask)
    return await enqueue(
        session,
        NewJob(
            kind=JobKind.TEAR_DOWN,
            asked=asked,
            ask={"restore_id": str(restore.id), "include": sorted(set(include))},
            resource=f"/v1/restores/{restore.id}/resources",
            resource_id=restore.id,
            vault_id=job.vault_id,
            protected_item_id=restore.protected_item_id,
            vm=ask.item.vm,
            series=f"tear_down:{restore.id}",
            sensitive=sensitive(restore.id, ask, include, listed),
            is_background=of_test,
        ),
    )


def sensitive(
    restore_id: UUID, ask: RestoreAsk, include: Collection[str], listed: Sequence[Resource] | None
) -> Sensitive:
    """Nothing deleted here comes back, but from the recovery point. Disks that were kept are in no point."""
    what = "the disks that it kept, and " if "kept_disk" in include else ""
    count = "" if listed is None else f" ({sum(one.deletable for one in listed)} resources)"
    words = f"Delete {what}what the restore {restore_id} of {ask.item.vm.name} made{count}."
    named = ("delete_data", "tear_down") if "kept_disk" in include else ("tear_down",)
    return Sensitive(named, words, None if listed is None else facts_of(listed))


def facts_of(listed: Sequence[Resource]) -> Mapping[str, Any]:
    """What an approver agrees to: which resources, each by its unique id."""
    return {"resources": {one.key: one.unique_id for one in listed if one.deletable}}


def check_can_tear_down(job: Job) -> None:
    """Raises RestoreNotEnded, NothingRestored."""
    check_restores(job)
    if job.state in NOT_ENDED:
        raise RestoreNotEnded(
            f"The restore is {job.state}: Azure may still make what belongs to it.",
            remedy="Wait for its end, or cancel it; a job that needs attention is resolved first.",
            job=f"/v1/jobs/{job.id}",
        )


def check_restores(job: Job) -> None:
    """Raises NothingRestored."""
    if job.kind != JobKind.RESTORE:
        raise NothingRestored(
            "Files were mounted from a recovery point: nothing was made in Azure.",
            remedy="End the session: POST /v1/restores/{id}/unmount.",
        )


# --- what is known of a restore --------------------------------------------------------------------------------------
async def evidence_of(session: AsyncSession, tenant: str, restore_id: UUID) -> Evidence:
    """Raises RestoreNotFound."""
    _, job = await restores.get_restore(session, tenant, restore_id)
    ask = restores.ASK.validate_python(job.ask)
    target = targets.restored(ask.target)
    noted = await session.get(RestoreInventory, restore_id)
    new_vm = targets.vm_of(target).id if isinstance(target, NewVmTarget) else None
    result: Mapping[str, Any] = job.result or {}
    of_others, other_vms = await _of_others(session, job, noted)
    return Evidence(
        mode=target.mode,
        is_over=job.state not in NOT_ENDED,
        source_vm_id=ask.item.vm.id,
        group_id=targets.disks_group_of(target, ask.item),
        new_vm_id=new_vm,
        azure_job_ids=await _azure_job_ids(session, job),
        began_at=job.started_at,
        ended_at=job.finished_at,
        resources=tuple((one["kind"], one["id"]) for one in result.get("resources", ())),
        was_replaced=result.get("replaced"),
        before=frozenset(noted.before) if noted is not None and noted.before is not None else None,
        made=tuple(KNOWN.validate_python((noted.made if noted is not None else None) or [])),
        made_at=noted.made_at if noted is not None else None,
        protected=await _protected(session, new_vm),
        of_others=of_others,
        other_vms=other_vms,
        freed=await freed_by_earlier(session, restore_id),
    )


async def _azure_job_ids(session: AsyncSession, job: Job) -> frozenset[str]:
    """Its own, and those of attempts that Azure was later seen to have carried out too."""
    orphaned = select(Attempt.azure_job_id).where(
        Attempt.job_id == job.id, Attempt.state == AttemptState.ORPHANED, Attempt.azure_job_id.is_not(None)
    )
    ids = [job.azure_job_id, *(one for many in await session.scalars(orphaned) for one in (many or "").split(","))]
    return frozenset(one.strip().lower() for one in ids if one and one.strip())


async def _of_others(
    session: AsyncSession, job: Job, noted: RestoreInventory | None
) -> tuple[frozenset[str], frozenset[str]]:
    """`Evidence.of_others` and `other_vms`: of restores into the same group that had not ended when this one began."""
    if (
        noted is None
        or job.started_at is None
        or any(one["kind"] == "vm" for one in (job.result or {}).get("resources", ()))
    ):
        return frozenset(), frozenset()
    name = Restore.target["name"].astext.label("name")
    others = (
        select(RestoreInventory.made, name)
        .join(Restore, Restore.id == RestoreInventory.restore_id)
        .join(Job, Job.id == Restore.job_id)
        .where(
            func.lower(RestoreInventory.group_id) == func.lower(noted.group_id),
            RestoreInventory.restore_id != noted.restore_id,
            or_(
                Job.finished_at.is_(None),
                Job.finished_at >= job.started_at,
                RestoreInventory.made_at >= job.started_at,
            ),
        )
    )
    rows = (await session.execute(others)).all()
    made = frozenset(key_of(one["id"]) for row in rows for one in row.made or ())
    return made, frozenset(fold_case(row.name) for row in rows if row.name)


async def _protected(session: AsyncSession, vm_id: str | None) -> frozenset[str]:
    """Of whichever tenant: a worker sees all."""
    if vm_id is None:
        return frozenset()
    key = names.vm_key(names.read_vm_id(vm_id))
    count = select(func.count()).where(ProtectedItem.vm_key == key)
    return frozenset({fold_case(vm_id)}) if await session.scalar(count) else frozenset()
