from typing import Literal, cast

CostStorageReadNotMeasuredItem = Literal["not_allowed", "not_read", "not_said", "other_data", "shares_unknown"]


def check_cost_storage_read_not_measured_item(value: str) -> CostStorageReadNotMeasuredItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostStorageReadNotMeasuredItem, value)
