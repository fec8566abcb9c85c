from typing import Literal, cast

DeletedResultKind = Literal["delete_policy", "delete_vault"]


def check_deleted_result_kind(value: str) -> DeletedResultKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(DeletedResultKind, value)
