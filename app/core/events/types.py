"""The types of events, and the kinds of resources they are about."""

from enum import StrEnum


class ResourceKind(StrEnum):
    """What an event is about. Each is a path of the API, or of an item of one (`PATHS`)."""

    JOB = "job"
    ITEM = "item"
    VAULT = "vault"
    POLICY = "policy"
    TENANT = "tenant"
    APPROVAL = "approval"
    DRIFT = "drift"
    WEAKENING = "weakening"
    REPORT = "report"
    WEBHOOK = "webhook"
    RULE = "rule"
    ALERT = "alert"
    RECOVERY_RUN = "recovery_run"
    RESTORE_TEST_RUN = "restore_test_run"


PATHS = {
    ResourceKind.JOB: "/v1/jobs/{id}",
    ResourceKind.ITEM: "/v1/protected-items/{id}",
    ResourceKind.VAULT: "/v1/vaults/{id}",
    ResourceKind.POLICY: "/v1/policies/{id}",
    ResourceKind.TENANT: "/v1/tenants/{id}",
    ResourceKind.APPROVAL: "/v1/approvals/{id}",
    ResourceKind.DRIFT: "/v1/estate/drift",
    ResourceKind.WEAKENING: "/v1/estate/drift",
    ResourceKind.REPORT: "/v1/reports/daily",
    ResourceKind.WEBHOOK: "/v1/webhooks/{id}",
    ResourceKind.RULE: "/v1/protection-rules/{id}",
    ResourceKind.ALERT: "/v1/alerts/{id}",
    ResourceKind.RECOVERY_RUN: "/v1/recovery-runs/{id}",
    ResourceKind.RESTORE_TEST_RUN: "/v1/restore-test-runs/{id}",
}
"""The path of each; drift and reports are found in their lists."""


class EventType(StrEnum):
    """What happened. Newer versions may have further types: consumers ignore those that they do not know."""

    JOB_CREATED = "holdfast.job.created"
    """A job was requested; or one that Azure or others started was found."""
    JOB_STARTED = "holdfast.job.started"
    """Azure accepted it."""
    JOB_WAITING = "holdfast.job.waiting"
    """It waits, for a reason that is new."""
    JOB_CHANGED = "holdfast.job.changed"
    """Its state changed in a way that has no type of its own, such as to `cancelling`."""
    JOB_ENDED = "holdfast.job.ended"
    """It succeeded, failed or was cancelled."""
    JOB_NEEDS_ATTENTION = "holdfast.job.needs_attention"
    """What became of it cannot be established; a person decides."""
    ITEM_CHANGED = "holdfast.item.changed"
    """A protected item was added, changed or removed."""
    VAULT_CHANGED = "holdfast.vault.changed"
    VAULT_WEAKENED = "holdfast.vault.weakened"
    """What was weakened in a vault outside Holdfast was weighed, weighed again, or is over: with the blast radius."""
    POLICY_CHANGED = "holdfast.policy.changed"
    TENANT_CHANGED = "holdfast.tenant.changed"
    APPROVAL_REQUESTED = "holdfast.approval.requested"
    APPROVAL_DECIDED = "holdfast.approval.decided"
    """It was approved or rejected, or it expired or was withdrawn."""
    APPROVAL_CHANGED = "holdfast.approval.changed"
    """What was approved was sent."""
    BACKUP_MISSED = "holdfast.backup.missed"
    """No recovery point came in time."""
    BACKUP_RECOVERED = "holdfast.backup.recovered"
    """After a miss a recovery point came."""
    BACKUP_WITHDRAWN = "holdfast.backup.withdrawn"
    """What was missed is not expected any more: protection was paused, the data deleted, or a rule relaxed."""
    DRIFT_FOUND = "holdfast.drift.found"
    """Something was changed outside Holdfast."""
    REPORT_WRITTEN = "holdfast.report.written"
    """A daily report, or a new revision of one."""
    WEBHOOK_CHANGED = "holdfast.webhook.changed"
    """A webhook was added, changed or removed; or it was disabled, because its receiver fails or is gone."""
    RULE_CHANGED = "holdfast.rule.changed"
    """A protection rule was made, changed or removed; or it waits for a person, or has lost a VM."""
    RECOVERY_RUN_GATE = "holdfast.recovery_run.gate"
    """A recovery run waits at a gate, or has left it: a person's gate names who decided."""
    RESTORE_TEST_CHECK_REQUESTED = "holdfast.restore_test.check_requested"
    """A restored VM waits for the verdict of your own check; `data.token` allows it."""
    RESTORE_TEST_ENDED = "holdfast.restore_test.ended"
    """A run of a restore test has ended."""
    ALERT_OPENED = "holdfast.alert.opened"
    """Something is wrong, and its grace has ended."""
    ALERT_RESOLVED = "holdfast.alert.resolved"
    """It is well again, or a storm took the alert in."""
