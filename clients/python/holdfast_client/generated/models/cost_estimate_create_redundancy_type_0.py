from typing import Literal, cast

CostEstimateCreateRedundancyType0 = Literal["geo", "local", "zone"]


def check_cost_estimate_create_redundancy_type_0(value: str) -> CostEstimateCreateRedundancyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostEstimateCreateRedundancyType0, value)
