from typing import Literal, cast

RecoveryGateEventDataState = Literal["closed", "open", "waiting"]


def check_recovery_gate_event_data_state(value: str) -> RecoveryGateEventDataState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryGateEventDataState, value)
