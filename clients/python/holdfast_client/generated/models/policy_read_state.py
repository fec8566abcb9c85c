from typing import Literal, cast

PolicyReadState = Literal["creating", "deleting", "ready"]


def check_policy_read_state(value: str) -> PolicyReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PolicyReadState, value)
