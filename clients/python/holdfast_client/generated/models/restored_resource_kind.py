from typing import Literal, cast

RestoredResourceKind = Literal[
    "config_blob", "disk", "kept_disk", "network_interface", "public_ip", "snapshot", "template_blob", "vm"
]


def check_restored_resource_kind(value: str) -> RestoredResourceKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoredResourceKind, value)
