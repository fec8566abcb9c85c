from typing import Literal, cast

AlertReadState = Literal["acknowledged", "open", "resolved"]


def check_alert_read_state(value: str) -> AlertReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AlertReadState, value)
