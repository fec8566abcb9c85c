"""Base classes of the errors that a caller sees.

ServiceError status, code, title; rendered as RFC 9457 problem+json by core/http/problems.py ├── NotFound 404 ├──
Conflict 409 ├── Gone 410 ├── Unprocessable 422, with a pointer to the field ├── PreconditionFailed 412 ├──
PreconditionRequired 428 ├── Unauthenticated 401, with WWW-Authenticate ├── Forbidden 403 ├── TooManyRequests 429, with
Retry-After └── Unavailable 503, with Retry-After Features define subclasses in their `errors.py`. The docstring of a
class is its title; the detail of a case is passed to the constructor.
"""

from typing import Any, ClassVar


class ServiceError(Exception):
    """The request could not be carried out."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str,
        *,
        remedy: str,
        pointer: str | None = None,
        azure_code: str | None = None,
        retry_after: float | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.pointer = pointer
        self.azure_code = azure_code
        self.retry_after = retry_after
        self.facts = facts

    @property
    def title(self) -> str:
        return (type(self).__doc__ or "Error").splitlines()[0].rstrip(".")


class NotFound(ServiceError):
    """There is no such resource."""

    status = 404
    code = "not_found"


class Conflict(ServiceError):
    """The request conflicts with the present state."""

    status = 409
    code = "conflict"


class Gone(ServiceError):
    """It was there, and is not there any more."""

    status = 410
    code = "gone"


class Unprocessable(ServiceError):
    """The request is not valid."""

    status = 422
    code = "invalid_request"


class PreconditionFailed(ServiceError):
    """The resource has changed since it was read."""

    status = 412
    code = "precondition_failed"


class PreconditionRequired(ServiceError):
    """The request must say which version it changes."""

    status = 428
    code = "precondition_required"


class Unauthenticated(ServiceError):
    """A valid bearer token is required."""

    status = 401
    code = "unauthenticated"


class Forbidden(ServiceError):
    """The caller may not do this."""

    status = 403
    code = "forbidden"


class TooManyRequests(ServiceError):
    """There were too many requests."""

    status = 429
    code = "too_many_requests"
    retryable = True


class Unavailable(ServiceError):
    """A part of the service is not available at the moment."""

    status = 503
    code = "unavailable"
    retryable = True
