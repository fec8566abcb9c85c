from typing import Literal, cast

ProtectedItemReadState = Literal[
    "error", "initial_backup_pending", "paused", "protected", "protecting", "soft_deleted", "suspended"
]


def check_protected_item_read_state(value: str) -> ProtectedItemReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectedItemReadState, value)
