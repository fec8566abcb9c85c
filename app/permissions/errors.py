"""Problems of requests about permissions."""

from app.core.errors import Unprocessable


class PlaceNotValid(Unprocessable):
    """This is not the id of such a resource."""

    code = "place_not_valid"
