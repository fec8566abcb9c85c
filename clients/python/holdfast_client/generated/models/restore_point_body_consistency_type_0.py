from typing import Literal, cast

RestorePointBodyConsistencyType0 = Literal["application", "crash", "file_system"]


def check_restore_point_body_consistency_type_0(value: str) -> RestorePointBodyConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestorePointBodyConsistencyType0, value)
