"""Azure's refusals as exceptions. Raised only in `azure/sdk` (`classify()`); the worker turns them into observations.

AzureError
├── AzureNotActed           Azure certainly did nothing: the same request may be sent later
│   ├── AzureThrottled      429
│   └── AzureUnreachable    no connection was made, no token was had, or the deadline passed before sending
├── AzureRejected           Azure looked at the request and refused it: any 4xx but 408 and 429
│   ├── AzureDenied         401, 403
│   ├── AzureNotFound       404
│   └── AzureConflict       409
└── AzureUnknown            everything else: Azure may have acted (5xx, 408, any other transport error)
    └── AzureUnreadable     an answer that cannot be read

The list is closed: for a trigger, what is neither proven harmless nor refused is unknown (docs/decisions/0003).
"""

from http import HTTPStatus


class AzureError(Exception):
    """Azure did not do what it was asked, or it is unknown whether it did."""

    retry_after: float | None = None
    """Seconds after which Azure wants to be asked again; None = it named no time."""


USE_VAULT_API = "BMSUserErrorSoftDeleteUseVaultApi"
"""Once set on the vault: the config object refuses it from then on (docs/azure.md, Soft delete: which way)."""


class AzureNotActed(AzureError):
    """Azure certainly did nothing; the same request may be sent later."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AzureThrottled(AzureNotActed):
    """429. `retry_after` in seconds, None when Azure named no time."""


class AzureUnreachable(AzureNotActed):
    """No connection was made, no token was had, or the deadline passed before the request was sent."""


class AzureRejected(AzureError):
    """Azure refused. `code` and `message` are Azure's own words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class AzureDenied(AzureRejected):
    """401 or 403: our identity lacks the permission."""


class AzureNotFound(AzureRejected):
    """404."""


class AzureConflict(AzureRejected):
    """409."""


class AzureUnknown(AzureError):
    """Azure may have acted: 5xx, 408, or a connection that broke after it was made."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class AzureUnreadable(AzureUnknown):
    """Azure answered, but the answer cannot be read: an essential member is missing, or there is no list."""


REJECTED_BY_STATUS: dict[int, type[AzureRejected]] = {
    HTTPStatus.UNAUTHORIZED: AzureDenied,
    HTTPStatus.FORBIDDEN: AzureDenied,
    HTTPStatus.NOT_FOUND: AzureNotFound,
    HTTPStatus.CONFLICT: AzureConflict,
}


OF_A_PARENT = frozenset({"SubscriptionNotFound", "ResourceGroupNotFound"})
"""Codes of a 404 about the subscription or resource group, not about the requested thing."""


def proves_absence(missing: AzureNotFound) -> bool:
    """Whether this answer to a GET proves that the requested thing does not exist.

    A 404 about its subscription or resource group proves nothing, because these existed when the list was read. A 404
    without an error code of Azure proves nothing either: it may come from a proxy. Azure's code for a missing item or
    policy was never recorded, so any other code counts.
    """
    return missing.code not in OF_A_PARENT and missing.code != no_code(missing.status)


def proves_absence_with_group(missing: AzureNotFound) -> bool:
    """As `proves_absence`, for a thing that can be in no other resource group: without its group it is gone, too."""
    return proves_absence(missing) or missing.code == "ResourceGroupNotFound"


def no_code(status: int) -> str:
    """The code that is used for a refusal without one."""
    return f"Http{status}"


def classify(status: int, code: str | None, message: str | None, retry_after: float | None) -> AzureError:
    """The error that an HTTP answer >= 400 is. One table: see the module's drawing.

    A 3xx also comes here (redirects are not followed, docs/azure.md, The SDK): a redirected trigger was probably not
    acted on by the host that answered, but that is an inference, so it counts as unknown.
    """
    words = message or f"Azure answered {status} without an explanation."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return AzureThrottled(words, retry_after=retry_after)
    is_client_error = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    if is_client_error and status != HTTPStatus.REQUEST_TIMEOUT:
        return REJECTED_BY_STATUS.get(status, AzureRejected)(status, code or no_code(status), words)
    return AzureUnknown(words, status=status, retry_after=retry_after)
