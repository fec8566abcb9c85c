"""Problems of requests about backups."""

from app.core.errors import Conflict, NotFound, Unprocessable


class RetentionNotValid(Unprocessable):
    """The requested retention of the backup is not valid."""

    code = "retain_until_not_valid"


class RecoveryPointNotFound(NotFound):
    """There is no such recovery point."""

    code = "recovery_point_not_found"


class CrossRegionNotEnabled(Conflict):
    """The vault does not restore in its paired region."""

    code = "cross_region_restore_not_enabled"


class NoSecondaryRegion(Conflict):
    """The vault's region has no paired region."""

    code = "no_secondary_region"
