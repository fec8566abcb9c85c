from typing import Literal, cast

RecoveryGateDecideDecision = Literal["go", "stop"]


def check_recovery_gate_decide_decision(value: str) -> RecoveryGateDecideDecision:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryGateDecideDecision, value)
