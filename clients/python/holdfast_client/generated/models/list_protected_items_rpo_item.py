from typing import Literal, cast

ListProtectedItemsRpoItem = Literal["due", "met", "missed", "unknown"]


def check_list_protected_items_rpo_item(value: str) -> ListProtectedItemsRpoItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListProtectedItemsRpoItem, value)
