from typing import Literal, cast

ExpectationsReadConsistencyType0 = Literal["application", "crash", "file_system"]


def check_expectations_read_consistency_type_0(value: str) -> ExpectationsReadConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ExpectationsReadConsistencyType0, value)
