from typing import Literal, cast

ExpectationsBodyConsistencyType0 = Literal["application", "crash", "file_system"]


def check_expectations_body_consistency_type_0(value: str) -> ExpectationsBodyConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ExpectationsBodyConsistencyType0, value)
