from typing import Literal, cast

ItemConsistencyReadExpectedType0 = Literal["application", "crash", "file_system"]


def check_item_consistency_read_expected_type_0(value: str) -> ItemConsistencyReadExpectedType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ItemConsistencyReadExpectedType0, value)
