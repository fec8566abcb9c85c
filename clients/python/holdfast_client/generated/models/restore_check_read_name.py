from typing import Literal, cast

RestoreCheckReadName = Literal[
    "azure_validation",
    "disks_held",
    "encryption",
    "isolation",
    "locks",
    "name_free",
    "network",
    "no_other_restore",
    "permissions",
    "protected_item",
    "recovery_point",
    "rehydration",
    "secondary_region",
    "session_free",
    "source_vm",
    "staging_account",
    "target",
    "target_resource_group",
    "vm_kind",
    "zone",
]


def check_restore_check_read_name(value: str) -> RestoreCheckReadName:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreCheckReadName, value)
