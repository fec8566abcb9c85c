from typing import Literal, cast

CostItemReadNotesItem = Literal["policy_unknown", "size_unknown", "still_growing"]


def check_cost_item_read_notes_item(value: str) -> CostItemReadNotesItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostItemReadNotesItem, value)
