"""What a caller can do wrong with backups."""

from app.core.errors import Conflict, NotFound, Unprocessable


class RetentionNotValid(Unprocessable):
    """The backup cannot be kept until then."""

    code = "retain_until_not_valid"


class RecoveryPointNotFound(NotFound):
    """There is no such recovery point."""

    code = "recovery_point_not_found"


class AzureRefusedReading(Conflict):
    """Azure refused to be read."""

    code = "azure_refused"
