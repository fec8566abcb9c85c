from typing import Literal, cast

AlertReadKind = Literal[
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


def check_alert_read_kind(value: str) -> AlertReadKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AlertReadKind, value)
