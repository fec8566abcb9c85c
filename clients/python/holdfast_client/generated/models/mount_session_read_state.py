from typing import Literal, cast

MountSessionReadState = Literal["ended", "mounted"]


def check_mount_session_read_state(value: str) -> MountSessionReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(MountSessionReadState, value)
