from typing import Literal, cast

CheckPermissionsMode = Literal["disks", "files", "new_vm", "replace_disks"]


def check_check_permissions_mode(value: str) -> CheckPermissionsMode:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CheckPermissionsMode, value)
