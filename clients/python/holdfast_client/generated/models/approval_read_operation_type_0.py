from typing import Literal, cast

ApprovalReadOperationType0 = Literal[
    "azure_alerts_off",
    "azure_policy_off",
    "delete_data",
    "delete_vault",
    "disks_fewer",
    "final_setting",
    "immutability",
    "protection_rule",
    "redundancy_less",
    "replace_disks",
    "restore",
    "restore_test",
    "retention_shrink",
    "soft_delete_off",
    "stop_protection",
    "tear_down",
]


def check_approval_read_operation_type_0(value: str) -> ApprovalReadOperationType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ApprovalReadOperationType0, value)
