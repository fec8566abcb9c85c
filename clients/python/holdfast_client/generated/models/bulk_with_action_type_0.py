from typing import Literal, cast

BulkWithActionType0 = Literal["pause", "resume", "suspend"]


def check_bulk_with_action_type_0(value: str) -> BulkWithActionType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BulkWithActionType0, value)
