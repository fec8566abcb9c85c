from typing import Literal, cast

ItemChangedResultKind = Literal["change_policy", "pause", "resume", "suspend", "undelete", "unprotect"]


def check_item_changed_result_kind(value: str) -> ItemChangedResultKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ItemChangedResultKind, value)
