from typing import Literal, cast

CostStorageReadBasis = Literal["assumed", "estimated", "measured"]


def check_cost_storage_read_basis(value: str) -> CostStorageReadBasis:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostStorageReadBasis, value)
