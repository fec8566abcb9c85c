from typing import Literal, cast

CostChangePriceSource = Literal["api", "packaged"]


def check_cost_change_price_source(value: str) -> CostChangePriceSource:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostChangePriceSource, value)
