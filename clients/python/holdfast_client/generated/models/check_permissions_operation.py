from typing import Literal, cast

CheckPermissionsOperation = Literal[
    "adopt_vault",
    "cancel_job",
    "change_protected_item",
    "check_recovery_gate",
    "create_backup",
    "create_bulk",
    "create_policy",
    "create_protected_item",
    "create_recovery_run",
    "create_restore",
    "create_restore_test",
    "create_vault",
    "delete_azure_alerts",
    "delete_azure_policy",
    "delete_policy",
    "delete_protected_item",
    "delete_vault",
    "discover_vaults",
    "enforce_protection_rule",
    "list_recovery_points",
    "list_restored_resources",
    "list_unprotected_vms",
    "put_azure_alerts",
    "put_azure_policy",
    "put_policy",
    "read_azure_policy",
    "read_estate",
    "read_usages",
    "refresh_vault",
    "rehearse_recovery_plan",
    "run_restore_test",
    "run_restore_test_script",
    "tear_down_restore",
    "undelete_protected_item",
    "update_vault",
]


def check_check_permissions_operation(value: str) -> CheckPermissionsOperation:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CheckPermissionsOperation, value)
