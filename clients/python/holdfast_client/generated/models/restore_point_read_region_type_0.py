from typing import Literal, cast

RestorePointReadRegionType0 = Literal["primary", "secondary"]


def check_restore_point_read_region_type_0(value: str) -> RestorePointReadRegionType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestorePointReadRegionType0, value)
