from typing import Literal, cast

RecoveryGateKind = Literal["all_succeeded", "check", "delay", "person"]


def check_recovery_gate_kind(value: str) -> RecoveryGateKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryGateKind, value)
