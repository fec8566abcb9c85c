"""Problems of requests about the estate."""

from app.core.errors import Conflict


class EstateReadingOff(Conflict):
    """This installation does not read the estate."""

    code = "estate_reading_off"
