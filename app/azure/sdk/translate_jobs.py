"""Azure's jobs and operations into our values (docs/azure.md, Jobs). Pure; imports no Azure package."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.azure import values as v
from app.azure.facts.sizes import in_bytes
from app.azure.sdk import members
from app.azure.sdk.formats import number_or_none, seconds_or_none
from app.core.letter_case import fold_case

Json = Mapping[str, Any]

_OUTCOMES: Final[Mapping[str, v.JobOutcome]] = {
    "inprogress": v.JobOutcome.RUNNING,
    "cancelling": v.JobOutcome.CANCELLING,
    "completed": v.JobOutcome.SUCCEEDED,
    "completedwithwarnings": v.JobOutcome.SUCCEEDED_WITH_WARNINGS,
    "failed": v.JobOutcome.FAILED,
    "cancelled": v.JobOutcome.CANCELLED,
}
_TRANSFERRED: Final = re.compile(
    r"(?P<done>[\d.,]+) ?(?P<done_unit>[KMGT]?B)s? */ *(?P<all>[\d.,]+) ?(?P<all_unit>[KMGT]?B)s? +Transferred",
    re.IGNORECASE,
)
_OPERATION_STATES: Final[Mapping[str, v.OperationState]] = {
    "succeeded": v.OperationState.SUCCEEDED,
    "failed": v.OperationState.FAILED,
    "canceled": v.OperationState.CANCELLED,
    "cancelled": v.OperationState.CANCELLED,
}


def is_vm_job(body: Json) -> bool:
    """A vault's list also holds the jobs of other workloads (databases, file shares), which Holdfast ignores."""
    properties = body["properties"]
    kind = str(properties.get("backupManagementType") or properties.get("jobType") or "").lower()
    return kind.startswith("azureiaasvm")


def vm_job(body: Json) -> v.AzureJob | None:
    """A job of a VM; None for another workload's."""
    return job(body) if is_vm_job(body) else None


def job_named(job_id: str, body: Json) -> v.AzureJob:
    """The answer of a GET of that job. Raises ValueError where it is about another: nothing in it is of this one."""
    found = job(body)
    if found.job_id.lower() != job_id.lower():
        raise ValueError(f"the answer is about job {found.job_id[:100]}, not {job_id}")
    return found


def job(body: Json) -> v.AzureJob:
    """An entry of a list or the answer of a GET; only the latter has `extendedInfo`, our `details`."""
    properties = body["properties"]
    extended = properties.get("extendedInfo")
    status = members.text(properties, "status")
    return v.AzureJob(
        job_id=members.text(body, "name"),
        activity_id=members.written(properties, "activityId").lower(),
        operation=members.text(properties, "operation"),
        status=status,
        outcome=_OUTCOMES.get(status.lower(), v.JobOutcome.RUNNING),
        item_name=fold_case(members.written(properties, "containerName")) or None,
        started_at=members.moment_or_none(properties, "startTime"),
        ended_at=members.moment_or_none(properties, "endTime"),
        errors=tuple(_error(detail) for detail in members.objects(properties, "errorDetails")),
        details=_details(extended) if isinstance(extended, Mapping) else None,
    )


def _error(detail: Json) -> v.AzureJobError:
    return v.AzureJobError(
        code=members.written(detail, "errorCode"),
        title=members.written(detail, "errorTitle"),
        message=members.written(detail, "errorString"),
        recommendations=members.texts(detail, "recommendations"),
    )


def _details(extended: Json) -> v.AzureJobDetails:
    tasks = members.objects(extended, "tasksList")
    transferred, total = _bytes(tasks)
    bag = extended.get("propertyBag")
    return v.AzureJobDetails(
        tasks=tuple(_task(task) for task in tasks),
        message=members.written(extended, "dynamicErrorMessage").strip(),
        progress_percent=_percent(extended.get("progressPercentage")),
        remaining_seconds=seconds_or_none(extended.get("estimatedRemainingDuration")),
        transferred_bytes=transferred,
        total_bytes=total,
        # The keys are display strings, one of them with a trailing space ("Recovery point time ").
        properties={
            members.cleaned(key.strip()): members.cleaned(str(value))
            for key, value in (bag.items() if isinstance(bag, Mapping) else ())
        },
    )


def _task(task: Json) -> v.AzureTask:
    told = members.written(task, "taskExecutionDetails").strip()
    transferred = _TRANSFERRED.fullmatch(told) is not None
    return v.AzureTask(members.written(task, "taskId"), members.written(task, "status"), "" if transferred else told)


def _percent(told: Any) -> float | None:
    """None if Azure gives none or an impossible one; never estimated."""
    percent = number_or_none(told)
    return percent if percent is not None and 0 <= percent <= 100 else None


def _bytes(tasks: Sequence[Json]) -> tuple[int | None, int | None]:
    """(transferred, total) of the first task that has them: "63.5 GBs / 127 GBs Transferred" (docs/azure.md, Restores).

    Azure's GB is 2^30 bytes here: a disk of 127 GiB is shown as 127 GBs.
    """
    for task in tasks:
        told = _TRANSFERRED.fullmatch(str(task.get("taskExecutionDetails") or "").strip())
        if told is not None:
            return in_bytes(told["done"], told["done_unit"]), in_bytes(told["all"], told["all_unit"])
    return None, None


def operation_status(status_code: int, body: Any, wait: float | None) -> v.OperationStatus:
    """What a poll of an operation's URL says, whichever of Azure's URLs it was.

    `operationsStatus`, `backupOperations` and a vault's `operationStatus` answer 200 with a status; `operationResults`
    answers 202 while it runs, then 204, an empty 200, or the resource itself. A status never seen is still running.
    """
    if status_code == 202:
        return v.OperationStatus(v.OperationState.IN_PROGRESS, retry_after=wait)
    if body is None:
        return v.OperationStatus(v.OperationState.SUCCEEDED, retry_after=wait)
    if not isinstance(body, Mapping):
        raise TypeError(f"An operation's status is an object, not {type(body).__name__}.")
    properties = body.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    status = str(body.get("status") or properties.get("provisioningState") or "Succeeded").lower()
    error = body.get("error")
    error = error if isinstance(error, Mapping) else {}
    return v.OperationStatus(
        state=_OPERATION_STATES.get(status, v.OperationState.IN_PROGRESS),
        job_ids=_job_ids(properties),
        error_code=members.text_or_none(error, "code"),
        error_message=members.text_or_none(error, "message"),
        retry_after=wait,
    )


def _job_ids(properties: Json) -> tuple[str, ...]:
    """One job for an item, several for a policy that items use (OperationStatusJobsExtendedInfo)."""
    one = members.text_or_none(properties, "jobId")
    return (one,) if one else members.texts(properties, "jobIds")
