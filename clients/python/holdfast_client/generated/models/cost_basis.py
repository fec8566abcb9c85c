from typing import Literal, cast

CostBasis = Literal["assumed", "estimated", "measured"]


def check_cost_basis(value: str) -> CostBasis:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostBasis, value)
