from typing import Literal, cast

ProtectedItemChangeActionType0 = Literal["pause", "resume", "suspend"]


def check_protected_item_change_action_type_0(value: str) -> ProtectedItemChangeActionType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectedItemChangeActionType0, value)
