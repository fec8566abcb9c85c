"""Examples of parameters: by name, and by operation where its object has to be in another state."""

from typing import Any, Final

from app.examples import ids

Named = dict[str, Any]
USUAL: Final[dict[str, Any]] = {
    "alert_id": ids.ALERT,
    "approval_id": ids.APPROVAL,
    "item_id": ids.ITEM,
    "job_id": ids.JOB_DONE,
    "member_id": ids.MEMBER,
    "plan_id": ids.PLAN,
    "policy_id": ids.POLICY,
    "restore_id": ids.RESTORE_DONE,
    "rule_id": ids.RULE,
    "run_id": ids.RUN,
    "silence_id": ids.SILENCE,
    "tenant_id": ids.TENANT,
    "test_id": ids.RESTORE_TEST,
    "test_run_id": ids.TEST_RUN_PROVEN,
    "vault_id": ids.VAULT,
    "webhook_id": ids.WEBHOOK,
    "wave": "database",
    "code": "UserErrorGuestAgentStatusUnavailable",
    "kind": "job_failed",
    "if-match": "*",
}
"""Parameters in the path, and If-Match."""
REQUIRED_QUERY: Final[dict[str, Any]] = {
    "date": "2026-01-31",
    "quarter": "2026-Q1",
    "group_by": "vault",
    "operation": "create_restore",
}
OTHERS: Final[dict[str, dict[str, Any]]] = {
    "cancel_job": {"job_id": ids.JOB_RUNNING},
    "resolve_job": {"job_id": ids.JOB_ATTENTION},
    "list_bulk_targets": {"job_id": ids.JOB_BULK},
    "delete_vault": {"vault_id": ids.EMPTY_VAULT},
    "delete_policy": {"policy_id": ids.UNUSED_POLICY},
    "undelete_protected_item": {"item_id": ids.ITEM_DELETED},
    "get_mount_script": {"restore_id": ids.RESTORE_MOUNTED},
    "renew_mount": {"restore_id": ids.RESTORE_MOUNTED},
    "unmount_files": {"restore_id": ids.RESTORE_MOUNTED},
    "put_restore_test_verdict": {"test_run_id": ids.TEST_RUN},
    "delete_protection_rule": {"rule_id": ids.RULE_WITHOUT_POLICY},
    "delete_restore_test": {"test_id": ids.IDLE_TEST},
    "delete_tenant": {"tenant_id": ids.TENANT_EMPTY},
}
"""Operation -> parameter -> example, in place of the usual one."""
OF_BODIES: Final[dict[str, dict[str, Named]]] = {
    "change_protected_item": {"item_id": {"protected": ids.ITEM, "resume": ids.ITEM_PAUSED}},
}
"""Operation -> parameter -> name of a body's example -> the value that belongs to it. The first is for all others."""
