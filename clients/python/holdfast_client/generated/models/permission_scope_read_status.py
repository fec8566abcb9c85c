from typing import Literal, cast

PermissionScopeReadStatus = Literal["held", "missing", "not_named", "unknown"]


def check_permission_scope_read_status(value: str) -> PermissionScopeReadStatus:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PermissionScopeReadStatus, value)
