"""What can go wrong, as exceptions. Each message is one or two lines; `remedy` says what to do, where that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .generated.models import JobRead


class HoldfastError(Exception):
    """The base of all that this package raises."""

    remedy: str | None = None


class NoConnection(HoldfastError):
    """The server cannot be reached, or did not answer in time. A write may have arrived."""

    idempotency_key: str | None = None
    """Of a write: repeated with this key it is done once. None: it had none, or only reads."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.remedy = "Check the address and the network, then repeat."

    def of_write(self, key: str | None) -> None:
        """Say how a write may be repeated."""
        self.idempotency_key = key
        how = f"repeat it with idempotency_key={key!r}" if key else "look whether it did before you repeat it"
        self.remedy = f"Check the address and the network. It may have arrived: {how}."


class NotUnderstood(HoldfastError):
    """The answer is not what the document of this client says."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The answer was not understood: {what}.")
        self.remedy = "Check that the address is a Holdfast server, and that its version and this client's agree."


NOT_OURS = "Not Holdfast answered this, but something before it, or another server. Check the address and the proxies."


def _text(body: Mapping[str, Any], name: str) -> str | None:
    found = body.get(name)
    return found if isinstance(found, str) else None


class ApiProblem(HoldfastError):
    """A refusal: problem+json of RFC 9457. `more` has what the fields below do not, such as `blockers`."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        known = {"type", "title", "status", "detail", "code", "pointer", "remedy", "retryable", "azure_code"}
        self.status = status
        self.code = str(body.get("code") or f"http_{status}")
        self.title = str(body.get("title") or f"HTTP {status}")
        self.detail = str(body.get("detail") or "")
        self.pointer = _text(body, "pointer")
        self.remedy = _text(body, "remedy") or (None if "code" in body else NOT_OURS)
        self.retryable = bool(body.get("retryable"))
        self.azure_code = _text(body, "azure_code")
        self.more = {name: value for name, value in body.items() if name not in known}
        self.request_id = headers.get("X-Request-ID")
        self.retry_after = headers.get("Retry-After")
        super().__init__(f"{self.title}: {self.detail}" if self.detail else self.title)


class Unauthenticated(ApiProblem):
    """401: no token, an expired one, or one of another issuer."""


class Forbidden(ApiProblem):
    """403: the caller's roles do not allow it."""


class NotFound(ApiProblem):
    """404: there is none, or it is another tenant's."""


class Conflict(ApiProblem):
    """409: what is there forbids it; `more` names what is in the way."""


class Stale(ApiProblem):
    """412: it was changed since it was read. Read it again."""


class Invalid(ApiProblem):
    """422: the request is wrong; `pointer` names the field."""


class TooManyRequests(ApiProblem):
    """429: a limit was reached, and waiting as long as asked was not enough."""


class Unavailable(ApiProblem):
    """503: the server, its database or Azure is away, and waiting as long as asked was not enough."""


class JobFailed(HoldfastError):
    """The job ended as failed or cancelled; `job` is its last state."""

    def __init__(self, job: JobRead) -> None:
        error = job.error
        self.job = job
        self.code = error.code if error else job.state
        self.remedy = error.remedy if error else None
        super().__init__(f"Job {job.id} {job.state}" + (f": {error.title}. {error.detail}" if error else "."))


class PersonNeeded(HoldfastError):
    """The job's outcome is not known: a person decides (`client.jobs.resolve`). `job` is its last state."""

    def __init__(self, job: JobRead) -> None:
        self.job = job
        self.remedy = "Look in Azure what became of it, then resolve the job: POST /v1/jobs/{id}/resolve."
        super().__init__(f"Job {job.id} needs attention: its outcome in Azure is not known.")


class NotEndedInTime(HoldfastError):
    """The job goes on, but the time to wait is over. `job` is its last state."""

    def __init__(self, job: JobRead, seconds: float) -> None:
        self.job = job
        self.remedy = f"It goes on. Wait again: client.jobs.pending({str(job.id)!r}).wait()."
        super().__init__(f"Job {job.id} is {job.state} after {seconds:g} seconds.")


BY_STATUS: dict[int, type[ApiProblem]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Stale,
    422: Invalid,
    429: TooManyRequests,
    503: Unavailable,
}
