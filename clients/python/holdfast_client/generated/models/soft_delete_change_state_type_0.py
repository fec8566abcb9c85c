from typing import Literal, cast

SoftDeleteChangeStateType0 = Literal["always_on", "off", "on"]


def check_soft_delete_change_state_type_0(value: str) -> SoftDeleteChangeStateType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(SoftDeleteChangeStateType0, value)
