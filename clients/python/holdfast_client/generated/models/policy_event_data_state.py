from typing import Literal, cast

PolicyEventDataState = Literal["creating", "deleting", "ready"]


def check_policy_event_data_state(value: str) -> PolicyEventDataState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PolicyEventDataState, value)
