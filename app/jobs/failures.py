"""Turns Azure's errors into a job's error, and its messages into warnings, each with a remedy.

A code in the catalogue gets the catalogue's texts; any other code gets the general remedy for its kind of error.
Azure's own code and text are always kept, however the job ended: a job that ended with warnings may have done nothing.
"""

from collections.abc import Sequence
from typing import Any

from app import error_catalogue
from app.azure.errors import AzureRejected
from app.azure.values import AzureJob, AzureJobError, JobOutcome, OperationStatus
from app.error_catalogue.causes import MESSAGE_LIMIT, denied_remedy
from app.jobs.kinds import kinds_of
from app.jobs.work import JobError

REFUSED_REMEDY = "Azure refused the request. Change what its message names, then ask again with a new Idempotency-Key."
NO_REASON = "Azure gave no reason."
JOB_REMEDY = "Azure's job failed. Act on its message and recommendations, then ask again with a new Idempotency-Key."
WORD_REMEDY = (
    "The catalogue does not know this code. Act on Azure's message, and see in Azure what the job did (azure.job_id)."
)
NO_WORD_REMEDY = "Look at the job in the Azure portal by its azure.job_id, and see in Azure what it did."
BAD_TASKS = frozenset({"failed", "completedwithwarnings"})
"""Statuses of a task that mean an error. Azure publishes no list of them; `Failed` was recorded."""

Warned = dict[str, str | None]
"""One message of Azure about a job's end: code, title, detail, remedy, azure_code."""
NAME_LIMIT = 200
WARNINGS = 20
"""Maximum number kept for one job, with the total: each list page contains them."""


def cut(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """Azure's text, cut to `limit` with a note. Azure documents no limit of its own."""
    if len(text) <= limit:
        return text
    note = f"... (cut: Azure said {len(text)} characters)"
    return text[: limit - len(note)] + note


def _explained(entry: error_catalogue.Entry | None, *, title: str, remedy: str) -> dict[str, Any]:
    """The members of a JobError that the catalogue knows better."""
    if entry is None:
        return {"title": title, "remedy": remedy, "type": error_catalogue.UNKNOWN_TYPE}
    return {
        "title": entry.title,
        "remedy": entry.remedy,
        "type": entry.type,
        "retryable": entry.retryable,
        "fixable_by": entry.who,
    }


def _only(kind: str | None) -> tuple[str, ...] | None:
    return (kind,) if kind is not None else None


def remedy_for(rejected: AzureRejected) -> str:
    """Of a refusal that the catalogue does not know, by its status and its words."""
    return denied_remedy(rejected.message) if rejected.status in {401, 403} else REFUSED_REMEDY


def from_rejected(rejected: AzureRejected, kind: str | None = None) -> JobError:
    """A request that Azure refused (4xx). `kind`: of the job that made it; None = not known."""
    is_denied = rejected.status in {401, 403}
    return JobError(
        code="azure_denied" if is_denied else "azure_refused",
        detail=cut(rejected.message.strip()) or NO_REASON,
        azure_code=cut(rejected.code, NAME_LIMIT),
        **_explained(
            error_catalogue.explain(rejected.message, rejected.code, kinds=_only(kind)),
            title="Azure refused the request",
            remedy=remedy_for(rejected),
        ),
    )


def from_azure_job(job: AzureJob) -> JobError:
    """An Azure job that ended badly. Its first error leads; its recommendations are the remedy where ours has none."""
    errors = job.errors
    if not errors and job.details is not None and job.details.message:
        errors = (AzureJobError("", "", job.details.message),)
    if not errors:
        return JobError(
            code="azure_job_failed",
            title=f"Azure's {job.operation} job ended as {job.status}",
            detail=NO_REASON,
            remedy="Look at the job in the Azure portal by its azure.job_id, then ask again.",
        )
    first = errors[0]
    detail = " ".join(part for part in (first.message, *(e.message for e in errors[1:])) if part).strip()
    return JobError(
        code="azure_job_failed",
        detail=cut(detail or first.title or NO_REASON),
        azure_code=cut(first.title or first.code, NAME_LIMIT) or None,
        **_explained(
            error_catalogue.explain(detail, first.title, first.code, kinds=kinds_of(job.operation)),
            title=f"Azure's {job.operation} job ended as {job.status}",
            remedy=cut(" ".join(first.recommendations).strip()) or JOB_REMEDY,
        ),
    )


def warnings_of(job: AzureJob) -> list[Warned]:
    """Azure's messages about this job, however it ended: errorDetails, the dynamic message, failed tasks.

    A job that ended with warnings and names none says that, once its details were read. Beyond `WARNINGS` the last one
    says how many there were.
    """
    return _capped(_all_warnings_of(job), job)


def with_kept(kept: Sequence[Warned], job: AzureJob) -> list[Warned]:
    """Merges the messages of earlier sweeps with those of this one. A sweep without messages removes none."""
    nothing = unsaid(job.operation)
    known = {(one["azure_code"], one["detail"]) for one in (*kept, *(nothing if kept else ()))}
    more = [one for one in _all_warnings_of(job) if (one["azure_code"], one["detail"]) not in known]
    return _capped([*kept, *more], job)


def _capped(said: list[Warned], job: AzureJob) -> list[Warned]:
    if len(said) <= WARNINGS:
        return said
    title = f"Azure's {job.operation} job ended as {job.status}"
    return [
        *said[: WARNINGS - 1],
        _word(None, title, f"Azure said {len(said)} things; the rest were cut.", WORD_REMEDY),
    ]


def _all_warnings_of(job: AzureJob) -> list[Warned]:
    ended = f"Azure's {job.operation} job ended as {job.status}"
    said = [_of_an_error(error, job, ended) for error in job.errors]
    details = job.details
    if details is None:
        return said
    if details.message and not any(cut(details.message) in (one["detail"] or "") for one in said):
        said.append(_word(None, ended, details.message, WORD_REMEDY))
    for task in details.tasks:
        if task.status.lower() in BAD_TASKS and (task.detail or not said):
            said.append(
                _word(None, f"The task {task.name} ended as {task.status}", task.detail or NO_REASON, NO_WORD_REMEDY)
            )
    if not said and job.outcome is JobOutcome.SUCCEEDED_WITH_WARNINGS:
        return unsaid(job.operation)
    return said


def unsaid(operation: str) -> list[Warned]:
    """Of a job that ended with warnings that cannot be read any more, or that Azure did not name."""
    title = f"Azure's {operation} job ended with warnings"
    return [_word(None, title, "Azure named none of them.", NO_WORD_REMEDY)]


def unread(operation: str, why: str) -> list[Warned]:
    """Of a job that did not end plainly well, and that was looked at again and again without Azure's words about it."""
    detail = f"Azure's messages about it could not be read, and are not read any more. The last error: {why}"
    return [_word(None, f"Azure's {operation} job ended; the reason is not known", detail, NO_WORD_REMEDY)]


def _of_an_error(error: AzureJobError, job: AzureJob, ended: str) -> Warned:
    entry = error_catalogue.explain(error.message, error.title, error.code, kinds=kinds_of(job.operation))
    azure_code, detail = error.title or error.code or None, error.message or error.title or NO_REASON
    if entry is None:
        return _word(azure_code, ended, detail, " ".join(error.recommendations).strip() or WORD_REMEDY)
    return _word(azure_code, entry.title, detail, entry.remedy, code=entry.slug)


def _word(azure_code: str | None, title: str, detail: str, remedy: str, *, code: str = "unknown") -> Warned:
    return {
        "code": code,
        "title": cut(title, NAME_LIMIT),
        "detail": cut(detail),
        "remedy": cut(remedy),
        "azure_code": azure_code and cut(azure_code, NAME_LIMIT),
    }


def as_warnings(error: JobError) -> list[Warned]:
    """Of a job that Azure refused, or whose operation failed: its error is all that Azure said."""
    if error.azure_code is None:
        return []
    code = error.type.removeprefix(error_catalogue.TYPE_PREFIX) if error.type else error.code
    return [_word(error.azure_code, error.title, error.detail, error.remedy, code=code)]


def lacks_words(job: AzureJob) -> bool:
    """It did not end well, and only a GET may give the reason: an entry of a list does not always contain it."""
    has_ended = job.outcome in {JobOutcome.FAILED, JobOutcome.CANCELLED, JobOutcome.SUCCEEDED_WITH_WARNINGS}
    return has_ended and job.details is None and not job.errors


def from_operation(status: OperationStatus, kind: str | None = None) -> JobError:
    """An operation without a job that ended badly."""
    code, message = status.error_code or "OperationFailed", (status.error_message or "").strip()
    return JobError(
        code="azure_operation_failed",
        detail=cut(message) or NO_REASON,
        azure_code=cut(code, NAME_LIMIT),
        **_explained(
            error_catalogue.explain(message, code, kinds=_only(kind)),
            title="Azure's operation failed",
            remedy=REFUSED_REMEDY,
        ),
    )
