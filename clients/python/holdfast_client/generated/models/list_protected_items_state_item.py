from typing import Literal, cast

ListProtectedItemsStateItem = Literal[
    "error", "initial_backup_pending", "paused", "protected", "protecting", "soft_deleted", "suspended"
]


def check_list_protected_items_state_item(value: str) -> ListProtectedItemsStateItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListProtectedItemsStateItem, value)
