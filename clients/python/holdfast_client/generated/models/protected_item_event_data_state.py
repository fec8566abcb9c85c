from typing import Literal, cast

ProtectedItemEventDataState = Literal[
    "error", "initial_backup_pending", "paused", "protected", "protecting", "soft_deleted", "suspended"
]


def check_protected_item_event_data_state(value: str) -> ProtectedItemEventDataState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectedItemEventDataState, value)
