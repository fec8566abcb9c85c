"""What a caller can do wrong with jobs."""

from app.core.errors import NotFound, Unprocessable


class JobNotFound(NotFound):
    """There is no such job."""

    code = "job_not_found"


class IdempotencyKeyReused(Unprocessable):
    """This Idempotency-Key was used for a different request."""

    code = "idempotency_key_reused"
