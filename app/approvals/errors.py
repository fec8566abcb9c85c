"""What can go wrong when somebody decides."""

from app.core.errors import Conflict, Forbidden, NotFound


class ApprovalNotFound(NotFound):
    """There is no such approval."""

    code = "approval_not_found"


class OwnRequest(Forbidden):
    """Nobody decides about his own request."""

    code = "own_request"


class ApprovalDecided(Conflict):
    """It has been decided already."""

    code = "approval_decided"


class ApprovalExpired(Conflict):
    """Nobody decided in time."""

    code = "approval_expired"


class ApprovalWithdrawn(Conflict):
    """There is nothing to decide any more."""

    code = "approval_withdrawn"
