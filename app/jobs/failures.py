"""Azure's reasons as a job's error: every failure says what it is, what to do, and who can.

What the catalogue knows speaks in its words; a code it does not know gets the general remedy for its kind. Azure's own
code and words are kept either way.
"""

from typing import Any

from app.azure.errors import AzureRejected
from app.azure.values import AzureJob, OperationStatus
from app.jobs import catalogue
from app.jobs.catalogue.causes import denied_remedy
from app.jobs.work import JobError

REFUSED_REMEDY = "Azure refused the request. Change what its message names, then ask again with a new Idempotency-Key."
NO_REASON = "Azure named no reason."
JOB_REMEDY = "Azure's job failed. Act on its message and recommendations, then ask again with a new Idempotency-Key."


def _explained(entry: catalogue.Entry | None, *, title: str, remedy: str) -> dict[str, Any]:
    """The members of a JobError that the catalogue knows better."""
    if entry is None:
        return {"title": title, "remedy": remedy, "type": catalogue.UNKNOWN_TYPE}
    return {
        "title": entry.title, "remedy": entry.remedy, "type": entry.type, "retryable": entry.retryable,
        "fixable_by": entry.who,
    }  # fmt: skip


def remedy_for(rejected: AzureRejected) -> str:
    """Of a refusal that the catalogue does not know, by its status and its words."""
    return denied_remedy(rejected.message) if rejected.status in {401, 403} else REFUSED_REMEDY


def from_rejected(rejected: AzureRejected) -> JobError:
    """A request that Azure refused (4xx)."""
    is_denied = rejected.status in {401, 403}
    return JobError(
        code="azure_denied" if is_denied else "azure_refused",
        detail=rejected.message.strip() or NO_REASON,
        azure_code=rejected.code,
        **_explained(
            catalogue.explain(rejected.message, rejected.code), title="Azure refused the request",
            remedy=remedy_for(rejected),
        ),
    )  # fmt: skip


def from_azure_job(job: AzureJob) -> JobError:
    """An Azure job that ended badly. Its first error leads; its recommendations are the remedy where ours has none."""
    if not job.errors:
        return JobError(
            code="azure_job_failed",
            title=f"Azure's {job.operation} job ended as {job.status}",
            detail=NO_REASON,
            remedy="Look at the job in the Azure portal by its azure.job_id, then ask again.",
        )
    first = job.errors[0]
    detail = " ".join(part for part in (first.message, *(e.message for e in job.errors[1:])) if part).strip()
    return JobError(
        code="azure_job_failed",
        detail=detail or first.title or NO_REASON,
        azure_code=first.title or first.code,
        **_explained(
            catalogue.explain(detail, first.title, first.code),
            title=f"Azure's {job.operation} job ended as {job.status}",
            remedy=" ".join(first.recommendations).strip() or JOB_REMEDY,
        ),
    )  # fmt: skip


def from_operation(status: OperationStatus) -> JobError:
    """An operation without a job that ended badly."""
    code, message = status.error_code or "OperationFailed", (status.error_message or "").strip()
    return JobError(
        code="azure_operation_failed",
        detail=message or NO_REASON,
        azure_code=code,
        **_explained(catalogue.explain(message, code), title="Azure's operation failed", remedy=REFUSED_REMEDY),
    )
