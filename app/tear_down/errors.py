"""Problems of requests for a tear-down."""

from app.core.errors import Conflict


class RestoreNotEnded(Conflict):
    """The restore has not ended."""

    code = "restore_not_ended"


class NothingRestored(Conflict):
    """A restore of files makes nothing that could be deleted."""

    code = "nothing_restored"
