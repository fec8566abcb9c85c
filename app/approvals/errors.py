"""Problems of a decision about an approval."""

from app.core.errors import Conflict, Forbidden, NotFound


class ApprovalNotFound(NotFound):
    """There is no such approval."""

    code = "approval_not_found"


class OwnRequest(Forbidden):
    """You cannot decide about your own request."""

    code = "own_request"


class ApprovalDecided(Conflict):
    """The approval has been decided already."""

    code = "approval_decided"


class ApprovalExpired(Conflict):
    """The approval has expired."""

    code = "approval_expired"


class ApprovalWithdrawn(Conflict):
    """There is nothing to decide any more."""

    code = "approval_withdrawn"
