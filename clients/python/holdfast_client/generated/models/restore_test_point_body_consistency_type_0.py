from typing import Literal, cast

RestoreTestPointBodyConsistencyType0 = Literal["application", "crash", "file_system"]


def check_restore_test_point_body_consistency_type_0(value: str) -> RestoreTestPointBodyConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestPointBodyConsistencyType0, value)
