from typing import Literal, cast

RecoveryPointReadConsistencyType0 = Literal["application", "crash", "file_system"]


def check_recovery_point_read_consistency_type_0(value: str) -> RecoveryPointReadConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPointReadConsistencyType0, value)
