"""Problems of requests about permissions."""

from app.core.errors import Unprocessable


class PlaceNotValid(Unprocessable):
    """The id is not of the required kind of resource."""

    code = "place_not_valid"
