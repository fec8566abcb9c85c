from typing import Literal, cast

BackupAcceptedKindType0 = Literal[
    "adopt_vault",
    "approve_restore_test",
    "backup",
    "bulk",
    "change_policy",
    "create_vault",
    "delete_policy",
    "delete_vault",
    "enforce_rule",
    "mount_files",
    "pause",
    "protect",
    "put_policy",
    "recovery_run",
    "refresh_vault",
    "restore",
    "restore_test_run",
    "resume",
    "set_azure_alerts",
    "set_azure_policy",
    "suspend",
    "tear_down",
    "undelete",
    "unmount_files",
    "unprotect",
    "update_vault",
]


def check_backup_accepted_kind_type_0(value: str) -> BackupAcceptedKindType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BackupAcceptedKindType0, value)
