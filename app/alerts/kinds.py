"""The kinds, states and severities of alerts. Pure."""

from enum import StrEnum


class AlertKind(StrEnum):
    """What an alert is about. Each has a rule, which a tenant may change."""

    JOB_FAILED = "job_failed"
    """A job ended with an error, or needs a person."""
    OBJECTIVE_MISSED = "objective_missed"
    """No recovery point came in time."""
    CONSISTENCY_LOST = "consistency_lost"
    """The newest points of a VM are of a weaker kind than expected."""
    PROTECTION_STOPPED = "protection_stopped"
    """Backups of a VM were stopped outside Holdfast."""
    DATA_DELETED = "data_deleted"
    """Backup data was deleted outside Holdfast."""
    SOFT_DELETE_WEAKENED = "soft_delete_weakened"
    """Deleted backup data of a vault is kept for a shorter time, or not at all."""
    IMMUTABILITY_WEAKENED = "immutability_weakened"
    """The immutability of a vault was unlocked or disabled."""
    RETENTION_SHRUNK = "retention_shrunk"
    """Recovery points are kept for a shorter time."""
    GUARD_REMOVED = "guard_removed"
    """The Resource Guard of a vault was removed."""
    REDUNDANCY_WEAKENED = "redundancy_weakened"
    """The data of a vault has fewer copies, or cannot be restored in the paired region any more."""
    APPROVAL_WAITING = "approval_waiting"
    """An approval waits for a second person."""
    REPLACEMENT_STARTED = "replacement_started"
    """A restore began to replace the disks of a VM that is in use."""
    RESTORE_TEST_FAILED = "restore_test_failed"
    """A restore test failed or did not run, or what one had proven is too long ago."""
    AZURE_SILENT = "azure_silent"
    """A vault could not be read for some time: what happens in it is not known."""
    QUOTA_NEAR = "quota_near"
    """The tenant has used most of one of its daily limits."""
    VM_MISSING = "vm_missing"
    """Azure does not show a protected VM any more."""
    WEBHOOK_DISABLED = "webhook_disabled"
    """A webhook was disabled: its receiver failed for a long time, or may not be called."""


class Severity(StrEnum):
    """How urgent an alert is."""

    CRITICAL = "critical"
    """Data is lost or about to be: act now."""
    WARNING = "warning"
    """Act today."""
    INFO = "info"
    """To be known."""


class AlertState(StrEnum):
    """The life of an alert."""

    OPEN = "open"
    """What it tells is so, and no person said that they have seen it."""
    ACKNOWLEDGED = "acknowledged"
    """What it tells is so, and a person has it in hand."""
    RESOLVED = "resolved"
    """What it tells is over. It never opens again: the next time is another alert."""
