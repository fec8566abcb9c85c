from typing import Literal, cast

RestoredResourceState = Literal["changed", "gone", "present", "unknown"]


def check_restored_resource_state(value: str) -> RestoredResourceState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoredResourceState, value)
