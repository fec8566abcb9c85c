from typing import Literal, cast

AlertState = Literal["acknowledged", "open", "resolved"]


def check_alert_state(value: str) -> AlertState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AlertState, value)
