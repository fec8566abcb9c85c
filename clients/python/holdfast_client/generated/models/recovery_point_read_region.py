from typing import Literal, cast

RecoveryPointReadRegion = Literal["primary", "secondary"]


def check_recovery_point_read_region(value: str) -> RecoveryPointReadRegion:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPointReadRegion, value)
