from typing import Literal, cast

ItemConsistencyReadLastType0 = Literal["application", "crash", "file_system"]


def check_item_consistency_read_last_type_0(value: str) -> ItemConsistencyReadLastType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ItemConsistencyReadLastType0, value)
