"""Problems of requests about the error catalogue."""

from app.core.errors import NotFound


class ErrorNotKnown(NotFound):
    """The catalogue does not explain this code."""

    code = "error_not_known"
