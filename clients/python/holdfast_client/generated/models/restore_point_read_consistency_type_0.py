from typing import Literal, cast

RestorePointReadConsistencyType0 = Literal["application", "crash", "file_system"]


def check_restore_point_read_consistency_type_0(value: str) -> RestorePointReadConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestorePointReadConsistencyType0, value)
