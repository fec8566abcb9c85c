"""What can go wrong with alerts."""

from app.core.errors import Conflict, NotFound, Unprocessable


class AlertNotFound(NotFound):
    """There is no such alert."""

    code = "alert_not_found"


class AlertResolved(Conflict):
    """The alert is over."""

    code = "alert_resolved"


class SilenceNotFound(NotFound):
    """There is no such silence."""

    code = "silence_not_found"


class SilenceNotValid(Unprocessable):
    """The silence ends before it begins, or is too long."""

    code = "silence_not_valid"


class TooManySilences(Conflict):
    """The tenant has as many silences as it may."""

    code = "too_many_silences"
