from typing import Literal, cast

EstateState = Literal[
    "elsewhere",
    "error",
    "never_backed_up",
    "paused",
    "protected",
    "soft_deleted",
    "suspended",
    "unknown",
    "unprotected",
    "vm_missing",
]


def check_estate_state(value: str) -> EstateState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(EstateState, value)
