from typing import Literal, cast

ProtectedItemReadOrigin = Literal["azure", "holdfast"]


def check_protected_item_read_origin(value: str) -> ProtectedItemReadOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectedItemReadOrigin, value)
