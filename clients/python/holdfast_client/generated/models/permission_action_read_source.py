from typing import Literal, cast

PermissionActionReadSource = Literal["assumed", "documented"]


def check_permission_action_read_source(value: str) -> PermissionActionReadSource:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PermissionActionReadSource, value)
