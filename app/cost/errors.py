"""Problems of requests about cost."""

from app.core.errors import Unprocessable


class CostNotValid(Unprocessable):
    """The request for an estimate is not valid."""

    code = "cost_not_valid"


class PricesNotFound(Unprocessable):
    """The price list has no price of VM backup for this region and currency."""

    code = "prices_not_found"
