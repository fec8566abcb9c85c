from typing import Literal, cast

MountScriptReadEncodingType0 = Literal["base64", "utf-8"]


def check_mount_script_read_encoding_type_0(value: str) -> MountScriptReadEncodingType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(MountScriptReadEncodingType0, value)
