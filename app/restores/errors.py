"""What a caller can do wrong with restores."""

from app.core.errors import NotFound, Unprocessable


class RestoreNotFound(NotFound):
    """There is no such restore."""

    code = "restore_not_found"


class RestoreNotValid(Unprocessable):
    """This restore cannot be done as asked."""

    code = "restore_not_valid"


class NoPointQualifies(NotFound):
    """No recovery point is as asked."""

    code = "no_recovery_point_qualifies"
