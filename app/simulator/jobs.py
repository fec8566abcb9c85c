"""Jobs: how they begin, are listed, shown and cancelled (docs/azure.md, Jobs)."""

import uuid
from dataclasses import dataclass
from typing import Any

from app.simulator.arm import (
    VAULT,
    Call,
    Reply,
    Route,
    accepted,
    filter_terms,
    filter_window,
    not_found,
    page,
    refused,
    same,
)
from app.simulator.progress import (
    NEVER_ENDED,
    PRIMARY_COPY_AFTER,
    TICKS,
    Job,
    Life,
    has_completed,
    iso_duration,
    look,
    stamp,
    status_of,
)
from app.simulator.world import Item, Json, Vault


def start_job(
    call: Call,
    vault: Vault,
    item: Item,
    operation: str,
    life: Life,
    bag: dict[str, str],
    *,
    cancellable: bool = False,
) -> Job:
    """A new job of `item`, begun now, with `VM Name` first in its bag unless the bag says otherwise."""
    job = Job(
        str(uuid.uuid4()),
        operation,
        life,
        call.world.clock.now(),
        call.activity_id,
        item.vm.service_name,
        item.vm.name,
        bag if "Job Type" in bag else {"VM Name": item.vm.name} | bag,
        cancellable=cancellable,
        size_gib=float(sum(disk.gib for disk in item.vm.disks)),
    )
    vault.jobs[job.id] = job
    call.started.append(job)
    return job


# -- reading jobs -------------------------------------------------------------------------------------------------
def list_jobs(call: Call) -> Reply:
    """Newest first, without extendedInfo. The default time window is unknown: without terms, everything."""
    view = view_of(call, f"{call.vault_path}/backupJobs/")
    return page(call, select_jobs(call, call.vault()), lambda entry: job_entry(view, *entry))


Selected = tuple[Job, str, int | None]  # with its status, and its end once that is terminal


def select_jobs(call: Call, vault: Vault) -> list[Selected]:
    """The jobs of a vault that a request's filter lets through, newest first."""
    terms = filter_terms(call, ("status", "operation", "backupManagementType", "jobId", "startTime", "endTime"))
    begin, end = filter_window(terms, "starttime", "endtime")
    if not same(terms.get("backupmanagementtype") or "AzureIaasVM", "AzureIaasVM"):
        return []
    clock, chosen = call.world.clock, []
    now = clock.now()
    listed = now - int(call.world.options.job_list_lag_seconds * TICKS)
    status, operation, job_id = terms.get("status"), terms.get("operation"), terms.get("jobid")
    for job in reversed(vault.jobs.values()):
        # Which of a job's times the window is laid over was not observed: its start.
        if (begin is not None and job.started < begin) or (end is not None and job.started > end):
            continue
        if (operation and not same(job.operation, operation)) or (job_id and not same(job.id, job_id)):
            continue
        shown, ended = status_of(job, clock, now)
        if job.started <= listed and (not status or same(shown, status)):
            chosen.append((job, shown, ended))
    return chosen


def get_job(call: Call) -> Reply:
    return Reply(200, job_body(call, view_of(call, f"{call.vault_path}/backupJobs/"), _job(call)))


@dataclass(frozen=True, slots=True)
class View:
    """How one request shows jobs: where they live for it, and what its api-version knows."""

    path: str
    now: int
    actions: list[Any]
    newest: bool
    secondary: bool = False


def view_of(call: Call, path: str, *, secondary: bool = False) -> View:
    actions: list[Any] = ["Cancellable"] if call.year >= 2023 or secondary else [1]
    return View(path, call.world.clock.now(), actions, call.api_version >= "2026-10-01", secondary)


def job_body(call: Call, view: View, job: Job) -> Json:
    """A whole job: an entry of the list, and extendedInfo."""
    now = view.now
    seen = look(job, call.world.clock, now)
    body = job_entry(view, job, seen.status, seen.ended, in_list=False)
    extended: Json = {
        "tasksList": [_task(call, job, now, *task, percent=seen.percent) for task in seen.tasks],
        "propertyBag": job.bag | (job.final_bag if has_completed(job, seen.status) else {}),
    }
    if job.internal_bag is not None:
        extended["internalPropertyBag"] = job.internal_bag if call.year >= 2023 or not job.life.percent else {}
    if job.region is not None:  # recorded with 2021 and 2022 versions
        extended["internalPropertyBag"] = ({"AdHoc": "AdHoc"} if view.secondary else {}) | (job.internal_bag or {})
    if seen.percent is not None:
        extended["progressPercentage"] = seen.percent
        if seen.remaining is not None:
            extended["estimatedRemainingDuration"] = iso_duration(seen.remaining)
    said = job.message if seen.ended is not None else ""
    in_progress = seen.percent is not None and seen.ended is None
    if call.year >= 2024 and (in_progress or said):  # recorded in running restores, always empty; in no completed one
        extended["dynamicErrorMessage"] = said
    body["properties"]["extendedInfo"] = extended
    return body


def _error_details(job: Job, status: str, *, in_list: bool) -> Json:
    """Recorded of Failed, in lists too; of a job that completed with warnings not observed."""
    failure = {name: value for name, value in (job.failure or {}).items() if name != "health"}  # that is the item's
    details = [failure] if status == "Failed" else list(job.warnings) if has_completed(job, status) else []
    return {"errorDetails": details} if details and (job.lists_tell or not in_list) else {}


def job_entry(view: View, job: Job, status: str, ended: int | None, *, in_list: bool = True) -> Json:
    """A job as lists show it."""
    # The primary region's copy of a cross-region restore began half a second after the original (2023 record).
    started = job.started + (PRIMARY_COPY_AFTER if job.region is not None and not view.secondary else 0)
    properties: Json = {"jobType": "AzureIaaSVMJob"}
    if job.cancellable:
        properties["actionsInfo"] = view.actions  # stays when the job is over: no sign that it can be cancelled
    properties |= {
        "containerName": job.container_name,
        "duration": iso_duration((view.now if ended is None else ended) - started),
        **_error_details(job, status, in_list=in_list),
        "virtualMachineVersion": "Compute",
        "entityFriendlyName": job.friendly_name,
        "backupManagementType": "AzureIaasVM",
        "operation": job.operation,
        "status": status,
        "startTime": stamp(started),
        "activityId": job.activity_id,
    }
    if view.newest:
        properties["isUserTriggered"] = job.user_triggered
    if ended is not None:
        properties["endTime"] = stamp(ended)
    return {
        "id": view.path + job.id,
        "name": job.id,
        "type": "Microsoft.RecoveryServices/vaults/backupJobs",
        "properties": properties,
    }


def _task(
    call: Call,
    job: Job,
    now: int,
    name: str,
    status: str,
    began: int | None,
    ended: int | None,
    *,
    percent: float | None,
) -> Json:
    """One task. Task times appeared in 2024 for backups, with year-1 holes; durations were PT0S before."""
    body: Json = {"taskId": name, "duration": "PT0S", "status": status}
    if call.year >= 2024 and percent is None:
        body["startTime"] = NEVER_ENDED + "Z" if began is None else stamp(began)
        body["endTime"] = NEVER_ENDED + "Z" if ended is None else stamp(ended)
        body["duration"] = iso_duration((ended or now) - began) if began is not None else "PT0S"
    if call.year >= 2024:
        body["taskType"] = "Normal"
    # Of two tasks the finished one says nothing of its transfer (2026 record); a single one does (2020 records).
    transferring = name == "Transfer data from vault" and (len(job.life.tasks) == 1 or status == "InProgress")
    if percent is not None and percent > 1.0 and transferring:
        total = job.size_gib
        body["taskExecutionDetails"] = f"{round(total * percent / 100, 2):g} GBs / {total:g} GBs Transferred"
    return body


def cancel_job(call: Call) -> Reply:
    """202; the job turns Cancelling seconds later. What a job that cannot be cancelled answers was not observed."""
    job, now = _job(call), call.world.clock.now()
    status, _ = status_of(job, call.world.clock, now)
    updating = job.life.tasks and job.life.tasks[-1].name == "Update the virtual machine"  # halfway is no state
    too_late = updating and now >= call.world.clock.after(job.started, job.life.tasks[-1].begins)
    if not job.cancellable or too_late or status not in {job.running_as, "Cancelling"}:
        raise refused(f"Job {job.id} ({job.operation}, {status}) cannot be cancelled.", "BMSUserErrorJobNotCancellable")
    if job.cancel_asked is None:
        job.cancel_asked = now
    operation = call.world.begin_operation("cancel", 0)
    path = f"{call.vault_path}/backupJobs/{job.id}"
    return accepted(
        call,
        operation,
        f"{path}/operationResults",
        f"{path}/operationsStatus" if call.year >= 2020 else None,
        status_version="2019-05-13-preview",
    )


def _job(call: Call) -> Job:
    job = call.vault().jobs.get(call.params["job"].lower())
    if job is None:
        raise not_found(f"Job {call.params['job']}")
    return job


ROUTES: list[Route] = [
    ("GET", VAULT + "/backupJobs", list_jobs),
    ("GET", VAULT + "/backupJobs/{job}", get_job),
    ("POST", VAULT + "/backupJobs/{job}/cancel", cancel_job),
]
