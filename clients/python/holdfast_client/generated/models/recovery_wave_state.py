from typing import Literal, cast

RecoveryWaveState = Literal["done", "failed", "gate", "running", "waiting"]


def check_recovery_wave_state(value: str) -> RecoveryWaveState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryWaveState, value)
