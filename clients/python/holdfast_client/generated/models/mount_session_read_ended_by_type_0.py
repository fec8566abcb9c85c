from typing import Literal, cast

MountSessionReadEndedByType0 = Literal["azure", "holdfast"]


def check_mount_session_read_ended_by_type_0(value: str) -> MountSessionReadEndedByType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(MountSessionReadEndedByType0, value)
