from typing import Literal, cast

RecoveryPointReadKept = Literal["for_ever", "unknown", "until"]


def check_recovery_point_read_kept(value: str) -> RecoveryPointReadKept:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPointReadKept, value)
