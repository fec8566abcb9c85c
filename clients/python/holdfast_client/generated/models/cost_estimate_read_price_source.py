from typing import Literal, cast

CostEstimateReadPriceSource = Literal["api", "packaged"]


def check_cost_estimate_read_price_source(value: str) -> CostEstimateReadPriceSource:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostEstimateReadPriceSource, value)
