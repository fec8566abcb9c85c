from typing import Literal, cast

BulkCreateAction = Literal["backup", "change_policy", "pause", "protect", "resume", "suspend"]


def check_bulk_create_action(value: str) -> BulkCreateAction:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BulkCreateAction, value)
