from typing import Literal, cast

RestorePointBodyRegion = Literal["primary", "secondary"]


def check_restore_point_body_region(value: str) -> RestorePointBodyRegion:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestorePointBodyRegion, value)
