from typing import Literal, cast

RestoreCheckReadStatus = Literal["failed", "passed", "skipped"]


def check_restore_check_read_status(value: str) -> RestoreCheckReadStatus:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreCheckReadStatus, value)
