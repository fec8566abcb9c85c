"""Azure's reasons in our words: every failure says what to do.

`REMEDIES` knows the codes that were seen on the wire (wire.md section 17) or are documented; a code it does not know
gets the general remedy for its kind, with Azure's own words kept.
"""

from app.azure.errors import AzureRejected
from app.azure.values import AzureJob, OperationStatus
from app.jobs.work import JobError

REMEDIES: dict[str, str] = {
    "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault": (
        "The VM is protected in another vault. Stop its protection and delete its backup data there, or use that vault."
    ),
    "ResourceGroupNotFound": "Create the resource group, or name one that exists in this subscription.",
    "ResourceNotFound": "Check the name and the resource group: Azure does not know this resource (any more).",
    "AuthorizationFailed": "Grant Holdfast's identity the Backup Contributor role on this scope, then ask again.",
    "UserErrorBackupOperationInProgress": "Another backup of this VM is running. Follow that job, then ask again.",
    "VMCreationTimeOutStorageErrorV2": (
        "Azure could not make the disks in time. Check the staging storage account and the target's quota; ask again."
    ),
}

DENIED_REMEDY = "Holdfast's Azure identity lacks a permission for this. Grant it the named action, then ask again."
REFUSED_REMEDY = "Azure refused the request. Change what its message names, then ask again with a new Idempotency-Key."
JOB_REMEDY = "Azure's job failed. Act on its message and recommendations, then ask again with a new Idempotency-Key."


def from_rejected(rejected: AzureRejected) -> JobError:
    """A request that Azure refused (4xx)."""
    is_denied = rejected.status in {401, 403}
    return JobError(
        code="azure_denied" if is_denied else "azure_refused",
        title="Azure refused the request",
        detail=rejected.message,
        remedy=REMEDIES.get(rejected.code, DENIED_REMEDY if is_denied else REFUSED_REMEDY),
        azure_code=rejected.code,
    )


def from_azure_job(job: AzureJob) -> JobError:
    """An Azure job that ended badly. Its first error leads; its recommendations are the remedy where ours has none."""
    if not job.errors:
        return JobError(
            code="azure_job_failed",
            title=f"Azure's {job.operation} job ended as {job.status}",
            detail="Azure named no reason.",
            remedy="Look at the job in the Azure portal by its azure.job_id, then ask again.",
        )
    first = job.errors[0]
    detail = " ".join(part for part in (first.message, *(e.message for e in job.errors[1:])) if part)
    advice = REMEDIES.get(first.title) or REMEDIES.get(first.code) or " ".join(first.recommendations) or JOB_REMEDY
    return JobError(
        code="azure_job_failed",
        title=f"Azure's {job.operation} job ended as {job.status}",
        detail=detail or first.title,
        remedy=advice,
        azure_code=first.title or first.code,
    )


def from_operation(status: OperationStatus) -> JobError:
    """An operation without a job that ended badly."""
    code = status.error_code or "OperationFailed"
    return JobError(
        code="azure_operation_failed",
        title="Azure's operation failed",
        detail=status.error_message or "Azure named no reason.",
        remedy=REMEDIES.get(code, REFUSED_REMEDY),
        azure_code=code,
    )
