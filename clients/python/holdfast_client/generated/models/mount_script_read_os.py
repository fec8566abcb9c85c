from typing import Literal, cast

MountScriptReadOs = Literal["linux", "windows"]


def check_mount_script_read_os(value: str) -> MountScriptReadOs:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(MountScriptReadOs, value)
