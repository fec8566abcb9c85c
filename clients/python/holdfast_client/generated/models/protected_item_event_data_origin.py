from typing import Literal, cast

ProtectedItemEventDataOrigin = Literal["azure", "holdfast"]


def check_protected_item_event_data_origin(value: str) -> ProtectedItemEventDataOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectedItemEventDataOrigin, value)
