"""What a caller can do wrong with backups."""

from app.core.errors import NotFound, Unprocessable


class RetentionNotValid(Unprocessable):
    """The backup cannot be kept until then."""

    code = "retain_until_not_valid"


class RecoveryPointNotFound(NotFound):
    """There is no such recovery point."""

    code = "recovery_point_not_found"
