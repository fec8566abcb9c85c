from typing import Literal, cast

RecoveryGateDecisionReadDecision = Literal["go", "stop"]


def check_recovery_gate_decision_read_decision(value: str) -> RecoveryGateDecisionReadDecision:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryGateDecisionReadDecision, value)
