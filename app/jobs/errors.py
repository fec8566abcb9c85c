"""Problems of requests about jobs, and of live reads that Azure refuses."""

from app import error_catalogue
from app.azure.errors import AzureDenied, AzureError, AzureRejected, AzureUnreadable
from app.core.errors import Conflict, NotFound, ServiceError, TooManyRequests, Unavailable, Unprocessable
from app.error_catalogue.causes import denied_remedy

AWAY_SECONDS = 5.0
UNREADABLE_SECONDS = 60.0
"""When a caller may ask again, where Azure itself named no time."""


class JobNotFound(NotFound):
    """There is no such job."""

    code = "job_not_found"


class VmIdNotValid(Unprocessable):
    """The ARM id does not name a virtual machine."""

    code = "vm_id_not_valid"


class JobEnded(Conflict):
    """The job has already ended."""

    code = "job_ended"


class JobNotCancellable(Conflict):
    """Azure offers no way to cancel this kind of job once it was sent."""

    code = "job_not_cancellable"


class JobOfNewerVersion(Conflict):
    """This instance does not know the job's kind yet: a newer version is being rolled out."""

    code = "job_of_newer_version"
    retryable = True


class NothingToResolve(Conflict):
    """This job needs no decision."""

    code = "nothing_to_resolve"


class Overtaken(Conflict):
    """A later write to the same thing was accepted: sent again now, this one would undo it."""

    code = "overtaken"


class JobBeingLookedAt(Conflict):
    """A worker is working on this job at this moment."""

    code = "job_being_looked_at"
    retryable = True


class AzureJobNotAdoptable(Unprocessable):
    """That Azure job cannot be adopted for this one."""

    code = "azure_job_not_adoptable"


class IdempotencyKeyReused(Unprocessable):
    """This Idempotency-Key was used for a different request."""

    code = "idempotency_key_reused"


class QuotaExceeded(TooManyRequests):
    """Your tenant has reached its limit for now."""

    code = "quota_exceeded"


class QuotaUsedUp(Conflict):
    """Your tenant has reached its quota."""

    code = "quota_used_up"


class AzureRefused(Conflict):
    """Azure refused the read."""

    code = "azure_refused"


class AzureAway(Unavailable):
    """Azure cannot be read at the moment."""

    code = "azure_away"


class AzureAnswerUnreadable(Unavailable):
    """Azure's answer cannot be read."""

    code = "azure_unreadable"


def _remedy_for(error: AzureRejected) -> str:
    return denied_remedy(error.message) if isinstance(error, AzureDenied) else "Correct what Azure's message names."


def azure_said(error: AzureError) -> ServiceError:
    """Turns the error of a live read into the problem that the caller gets."""
    if isinstance(error, AzureRejected):
        known = error_catalogue.explain(error.message, error.code, kinds=())
        return AzureRefused(
            error.message,
            azure_code=error.code,
            azure_type=known.type if known else error_catalogue.UNKNOWN_TYPE,
            remedy=known.remedy if known else _remedy_for(error),
        )
    if isinstance(error, AzureUnreadable):
        return AzureAnswerUnreadable(
            str(error),
            retry_after=UNREADABLE_SECONDS,
            remedy="Send the request again after Retry-After. If it stays so, look at this object in Azure: a member "
            "that Holdfast needs is missing or odd. Then report it with the request id.",
        )
    return AzureAway(
        "Azure cannot be reached, or asks Holdfast to slow down.",
        retry_after=error.retry_after or AWAY_SECONDS,
        remedy="Send the request again after Retry-After.",
    )
