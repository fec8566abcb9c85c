from typing import Literal, cast

SoftDeleteState = Literal["always_on", "off", "on"]


def check_soft_delete_state(value: str) -> SoftDeleteState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(SoftDeleteState, value)
