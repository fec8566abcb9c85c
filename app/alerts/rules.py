"""What a tenant is told: the defaults of each kind, what its own rules change, what its silences hold back. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.alerts.kinds import AlertKind, Severity

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Default:
    severity: Severity
    grace_seconds: int
    """How long it must last before it is an alert."""


DEFAULTS: Mapping[AlertKind, Default] = {
    # A minute: when a region is down, the failures of all its VMs are one alert, not the first few and then one.
    AlertKind.JOB_FAILED: Default(Severity.WARNING, MINUTE),
    AlertKind.OBJECTIVE_MISSED: Default(Severity.CRITICAL, MINUTE),
    AlertKind.CONSISTENCY_LOST: Default(Severity.WARNING, MINUTE),
    AlertKind.PROTECTION_STOPPED: Default(Severity.CRITICAL, 0),
    AlertKind.DATA_DELETED: Default(Severity.CRITICAL, 0),
    AlertKind.SOFT_DELETE_WEAKENED: Default(Severity.CRITICAL, 0),
    AlertKind.IMMUTABILITY_WEAKENED: Default(Severity.CRITICAL, 0),
    AlertKind.RETENTION_SHRUNK: Default(Severity.CRITICAL, 0),
    AlertKind.GUARD_REMOVED: Default(Severity.CRITICAL, 0),
    AlertKind.REDUNDANCY_WEAKENED: Default(Severity.CRITICAL, 0),
    AlertKind.APPROVAL_WAITING: Default(Severity.INFO, 15 * MINUTE),
    AlertKind.REPLACEMENT_STARTED: Default(Severity.WARNING, 0),
    AlertKind.RESTORE_TEST_FAILED: Default(Severity.WARNING, 0),
    AlertKind.AZURE_SILENT: Default(Severity.WARNING, 2 * HOUR),
    AlertKind.QUOTA_NEAR: Default(Severity.INFO, 0),
    AlertKind.VM_MISSING: Default(Severity.WARNING, MINUTE),
    AlertKind.WEBHOOK_DISABLED: Default(Severity.WARNING, 0),
}
LONGEST_GRACE = 30 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rule of a tenant for one kind, as it was set. None = as by default."""

    enabled: bool = True
    severity: Severity | None = None
    grace_seconds: int | None = None
    webhook_ids: tuple[UUID, ...] = ()
    mail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for one kind."""

    enabled: bool
    grace: timedelta
    webhook_ids: tuple[UUID, ...]
    mail: tuple[str, ...]
    asked_severity: Severity | None
    default_severity: Severity

    def severity_of(self, found: Severity | None) -> Severity:
        """The tenant's word goes first, then that of the finding."""
        return self.asked_severity or found or self.default_severity


def effective(kind: AlertKind, wanted: Wanted | None) -> Effective:
    default, said = DEFAULTS[kind], wanted or Wanted()
    grace = default.grace_seconds if said.grace_seconds is None else said.grace_seconds
    return Effective(
        said.enabled, timedelta(seconds=grace), said.webhook_ids, said.mail, said.severity, default.severity
    )


@dataclass(frozen=True, slots=True)
class Silence:
    """A window, and what it is about: an alert that fits every member that is not None."""

    id: UUID
    kind: str | None
    subject: str | None
    vault_id: UUID | None
    label: str | None
    """`name=value`."""
    from_at: datetime
    until_at: datetime


def silence_of(
    silences: Collection[Silence],
    *,
    kind: str,
    subject: str,
    vm_id: str | None,
    vault_id: UUID | None,
    labels: Mapping[str, str] | None,
    at: datetime,
) -> Silence | None:
    """The silence that holds this alert back at this moment, the one that ends last; None = it may be sent."""
    marks = {f"{name}={value}" for name, value in (labels or {}).items()}
    things = {subject} | ({vm_id} if vm_id is not None else set())
    fitting = [
        one
        for one in silences
        if one.from_at <= at < one.until_at
        and one.kind in (None, kind)
        and (one.subject is None or one.subject in things)
        and one.vault_id in (None, vault_id)
        and (one.label is None or one.label in marks)
    ]
    return max(fitting, key=lambda one: one.until_at, default=None)
