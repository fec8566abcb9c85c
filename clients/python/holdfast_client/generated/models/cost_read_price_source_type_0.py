from typing import Literal, cast

CostReadPriceSourceType0 = Literal["api", "packaged"]


def check_cost_read_price_source_type_0(value: str) -> CostReadPriceSourceType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostReadPriceSourceType0, value)
