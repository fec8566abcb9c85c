from typing import Literal, cast

CheckPermissionsRegion = Literal["primary", "secondary"]


def check_check_permissions_region(value: str) -> CheckPermissionsRegion:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CheckPermissionsRegion, value)
