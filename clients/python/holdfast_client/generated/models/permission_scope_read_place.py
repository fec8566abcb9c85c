from typing import Literal, cast

PermissionScopeReadPlace = Literal[
    "network",
    "resource_group",
    "storage_account",
    "subscription",
    "target_resource_group",
    "vault",
    "vm",
    "vm_resource_group",
]


def check_permission_scope_read_place(value: str) -> PermissionScopeReadPlace:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PermissionScopeReadPlace, value)
