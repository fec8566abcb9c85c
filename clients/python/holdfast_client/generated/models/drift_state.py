from typing import Literal, cast

DriftState = Literal["open", "resolved"]


def check_drift_state(value: str) -> DriftState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(DriftState, value)
