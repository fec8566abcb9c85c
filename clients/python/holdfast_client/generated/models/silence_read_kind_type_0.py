from typing import Literal, cast

SilenceReadKindType0 = Literal[
    "approval_waiting",
    "azure_silent",
    "consistency_lost",
    "data_deleted",
    "guard_removed",
    "immutability_weakened",
    "job_failed",
    "objective_missed",
    "protection_stopped",
    "quota_near",
    "redundancy_weakened",
    "replacement_started",
    "restore_test_failed",
    "retention_shrunk",
    "soft_delete_weakened",
    "vm_missing",
    "webhook_disabled",
]


def check_silence_read_kind_type_0(value: str) -> SilenceReadKindType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(SilenceReadKindType0, value)
