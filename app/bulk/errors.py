"""Problems of bulk requests."""

from app.core.errors import Conflict, NotFound, Unprocessable


class BulkNotValid(Unprocessable):
    """The parts of the bulk request do not fit together."""

    code = "bulk_not_valid"


class BulkNothingSelected(NotFound):
    """The selector matches nothing."""

    code = "bulk_nothing_selected"


class BulkNotFound(NotFound):
    """There is no such bulk request."""

    code = "bulk_not_found"


class BulkTargetsChanged(Conflict):
    """The targets are not those that were confirmed."""

    code = "bulk_targets_changed"
