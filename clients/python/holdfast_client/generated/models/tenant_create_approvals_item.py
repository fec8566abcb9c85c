from typing import Literal, cast

TenantCreateApprovalsItem = Literal[
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


def check_tenant_create_approvals_item(value: str) -> TenantCreateApprovalsItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(TenantCreateApprovalsItem, value)
