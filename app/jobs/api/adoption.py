"""Which Azure job a person may adopt: it exists, does what was requested, and belongs to no other job of ours.

The end of the adopted Azure job becomes the end of our job, so a wrong one (a backup of another machine, or of last
week) would give a wrong result. What Azure does not say (jobs of 2019 name no machine) is no reason to refuse: a person
has checked it, and the history says what was not checked. If Azure cannot be read (AzureError), nothing is adopted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound
from app.azure.names import bare_name, read_vm_id, uuid_of
from app.azure.ports import AzureJobs
from app.azure.values import AzureJob, VaultRef
from app.core.db.database import NOW
from app.core.letter_case import fold_case
from app.jobs.errors import AzureJobNotAdoptable
from app.jobs.kinds import BEGINS_SEVERAL, kinds_of
from app.jobs.models import Attempt, Job, Origin
from app.jobs.sweep.listing import WINDOW_MARGIN, window_since
from app.jobs.work import ItemIds

log = structlog.get_logger()

POINTER = "/azure_job_id"
CANDIDATES = 10
"""How many Azure jobs that would fit a refusal names, newest first."""
NO_MACHINE = "Azure does not say which machine it is about"
NO_ITEM = "Holdfast does not know its machine any more"
NO_ATTEMPT = "it has no attempt id of this job, so it is not proved that it is part of this job"


@dataclass(frozen=True, slots=True)
class AdoptionCriteria:
    """What an Azure job must be, so that it can be adopted for this job."""

    kind: str
    region: str | None
    """The paired region that runs it, and is asked; None = the vault's own."""
    item_name: str | None
    """As jobs spell it (`AzureJob.item_name`); None = it is about no one machine, or the item is gone."""
    is_of_an_item: bool
    since: datetime
    """When the job was first sent (or else requested), and how long ago that is, by the database's clock."""
    age_seconds: float
    attempts: frozenset[str]
    """The ids of its attempts, in lower case: an Azure job that carries one is this one beyond doubt."""
    several: frozenset[str] = frozenset()
    """Its Azure jobs, in lower case, where it is known to own several."""


def by_azures_clock(sought: AdoptionCriteria, azure_now: datetime) -> AdoptionCriteria:
    """The same, begun by whichever clock is behind: Azure stamps its jobs by its own."""
    return replace(sought, since=min(sought.since, azure_now - timedelta(seconds=sought.age_seconds)))


@dataclass(frozen=True, slots=True)
class Adoption:
    """An Azure job that may be this job."""

    azure: AzureJob
    unchecked: str | None = None
    """What Azure does not say, in words; None = it is what was requested."""


# --- what it must be -------------------------------------------------------------------------------------------------
def misfit(sought: AdoptionCriteria, found: AzureJob) -> str | None:
    """Why that Azure job cannot be this one, as a sentence; None = it may be. Pure."""
    named = f"Azure's job {found.job_id}"
    if sought.kind not in kinds_of(found.operation):
        return f"{named} is a {found.operation}, this one is a {sought.kind}."
    if sought.region is None and found.operation.lower() == "crossregionrestore":
        return f"{named} restores in the paired region, this one in the vault's own."
    if sought.several and found.job_id.lower() not in sought.several:
        return f"{named} is not among the {len(sought.several)} Azure jobs of this {sought.kind}."
    return None if found.activity_id.lower() in sought.attempts else _unlike(sought, found)


def _unlike(sought: AdoptionCriteria, found: AzureJob) -> str | None:
    """As `misfit`, for an Azure job with the right operation and without the id of one of our attempts."""
    named = f"Azure's job {found.job_id}"
    if sought.item_name and found.item_name and fold_case(sought.item_name) != fold_case(found.item_name):
        return f"{named} is about {found.item_name}, this one about {sought.item_name}."
    if found.started_at is not None and found.started_at < sought.since - WINDOW_MARGIN:
        return f"{named} began at {found.started_at:%Y-%m-%d %H:%M:%S} UTC, before this one was requested."
    return None


def unchecked(sought: AdoptionCriteria, found: AzureJob) -> str | None:
    """What could not be checked, as text. Pure."""
    if found.activity_id.lower() in sought.attempts or found.job_id.lower() in sought.several:
        return None
    if not sought.is_of_an_item:
        return NO_ATTEMPT
    if found.item_name is None:
        return NO_MACHINE
    return None if sought.item_name else NO_ITEM


# --- asking Azure ----------------------------------------------------------------------------------------------------
async def look_up(
    azure: AzureJobs, vault: VaultRef | None, sought: AdoptionCriteria, azure_job_id: str | None
) -> Adoption:
    """The Azure job that is to be adopted, as Azure shows it now. Raises AzureJobNotAdoptable, AzureError."""
    if azure_job_id is None:
        raise AzureJobNotAdoptable("Which Azure job is it?", pointer=POINTER, remedy="Name its id.")
    if vault is None:
        raise AzureJobNotAdoptable(
            "This job's vault is not known in Azure.",
            pointer=POINTER,
            remedy="Abandon the job, or have it tried again: POST /v1/jobs/{id}/resolve.",
        )
    try:
        found = await azure.get(vault, azure_job_id, region=sought.region)
    except AzureNotFound as missing:
        where = f" in {sought.region}" if sought.region else ""
        raise AzureJobNotAdoptable(
            f"Vault {vault.name} has no job {azure_job_id}{where}.",
            pointer=POINTER,
            azure_code=missing.code,
            remedy="Take the id from the vault's Backup jobs in the Azure portal.",
        ) from None
    why = misfit(sought, found)
    if why is not None and found.started_at is not None and found.started_at < sought.since:
        going_on = await azure.list_in_progress(vault, region=sought.region)  # which shows Azure's time
        why = misfit(by_azures_clock(sought, going_on.began_at), found)
    if why is not None:
        raise AzureJobNotAdoptable(why, pointer=POINTER, remedy="Name the Azure job that does what this job requested.")
    return Adoption(found, unchecked(sought, found))


async def find_fitting(azure: AzureJobs, vault: VaultRef | None, sought: AdoptionCriteria) -> Sequence[AzureJob]:
    """The Azure jobs of the vault that may be this one, newest first; none where Azure cannot be asked now."""
    if vault is None:
        return ()
    try:
        going_on = await azure.list_in_progress(vault, region=sought.region)
        start, end = window_since(sought.since, sought.age_seconds, going_on.began_at)
        window = await azure.list_window(vault, start, end, region=sought.region)
    except AzureError as error:
        log.info("adopt.no_candidates", error=str(error))
        return ()
    seen = {job.job_id.lower(): job for job in (*going_on.jobs, *window.jobs)}
    there = by_azures_clock(sought, going_on.began_at)
    fitting = [job for job in seen.values() if misfit(there, job) is None]
    return sorted(fitting, key=lambda job: (job.started_at is not None, job.started_at or 0, job.job_id), reverse=True)


# --- our own rows ----------------------------------------------------------------------------------------------------
async def criteria_of(session: AsyncSession, job: Job, item_ids: ItemIds) -> AdoptionCriteria:
    """What an Azure job must be, to be this one."""
    since = func.coalesce(Job.sent_at, Job.started_at, Job.created_at)
    at, age = (await session.execute(select(since, func.extract("epoch", NOW - since)).where(Job.id == job.id))).one()
    attempts = await session.scalars(select(Attempt.id).where(Attempt.job_id == job.id))
    return AdoptionCriteria(
        job.kind,
        job.azure_region,
        await _item_name(session, job, item_ids),
        job.protected_item_id is not None,
        since=at,
        age_seconds=float(age),
        attempts=frozenset(str(one) for one in attempts),
        several=frozenset(one.lower() for one in job.azure_job_ids or ()),
    )


async def _item_name(session: AsyncSession, job: Job, item_ids: ItemIds) -> str | None:
    if job.vault_id is None or job.protected_item_id is None:
        return None
    of_vault = await item_ids(session, job.vault_id)
    vm_id = next((vm_id for vm_id, item_id in of_vault.items() if item_id == job.protected_item_id), None)
    return bare_name(read_vm_id(vm_id)) if vm_id is not None else None


async def check_free(session: AsyncSession, job: Job, adopted: AzureJob) -> None:
    """Raises AzureJobNotAdoptable when that Azure job is another job of ours."""
    other = (await _owners(session, job, [adopted])).get(adopted.job_id.lower())
    if other is not None:
        raise AzureJobNotAdoptable(
            f"Azure's job {adopted.job_id} is job {other} already.",
            pointer=POINTER,
            job=f"/v1/jobs/{other}",
            remedy="Name an Azure job that belongs to no other job.",
        )


async def candidates(session: AsyncSession, job: Job, fitting: Sequence[AzureJob]) -> list[dict[str, Any]]:
    """The Azure jobs that belong to no other job of ours, in the form of a problem's `candidates`."""
    taken = await _owners(session, job, fitting)
    return [
        {
            "azure_job_id": one.job_id,
            "operation": one.operation,
            "status": one.status,
            "started_at": one.started_at.isoformat().replace("+00:00", "Z") if one.started_at else None,
        }
        for one in fitting
        if one.job_id.lower() not in taken
    ][:CANDIDATES]


async def _owners(session: AsyncSession, job: Job, found: Sequence[AzureJob]) -> dict[str, UUID]:
    """The other jobs of ours to which these Azure jobs belong.

    By the Azure job's id (also as one of several), or by the attempt, even if that job has not found its Azure job yet.
    """
    ids = [one.job_id.lower() for one in found]
    same = func.lower(Job.azure_job_id)
    others = (Job.tenant == job.tenant, Job.vault_id == job.vault_id, Job.id != job.id, Job.origin == Origin.HOLDFAST)
    owners = {
        row.azure_job_id: row.id
        for row in await session.execute(select(Job.id, same.label("azure_job_id")).where(same.in_(ids), *others))
    }
    several = select(Job.id, func.lower(cast(Job.azure_job_ids, Text)).label("named")).where(
        *others, Job.kind.in_(BEGINS_SEVERAL), Job.azure_job_ids.is_not(None)
    )
    for row in await session.execute(several):
        owners |= {one: row.id for one in ids if f'"{one}"' in row.named}
    attempts = {uuid_of(one.activity_id): one.job_id.lower() for one in found}
    started = select(Attempt.id, Attempt.job_id).where(Attempt.id.in_([one for one in attempts if one is not None]))
    owners |= {attempts[row.id]: row.job_id for row in await session.execute(started) if row.job_id != job.id}
    return owners
