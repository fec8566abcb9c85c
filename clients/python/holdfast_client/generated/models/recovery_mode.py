from typing import Literal, cast

RecoveryMode = Literal["recover", "rehearse"]


def check_recovery_mode(value: str) -> RecoveryMode:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryMode, value)
