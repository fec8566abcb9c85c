"""The bodies of alerts, their rules and silences."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.alerts.kinds import Severity
from app.alerts.mail.message import is_address
from app.alerts.models import Alert, AlertSilence
from app.alerts.rules import LONGEST_GRACE, Wanted, effective
from app.alerts.service import Ruled
from app.azure.names import read_vm_id
from app.core.http.timestamps import Instant
from app.jobs.api.schemas import PRINTABLE, VmRead

KindName = Literal[
    "job_failed",
    "objective_missed",
    "consistency_lost",
    "protection_stopped",
    "data_deleted",
    "soft_delete_weakened",
    "immutability_weakened",
    "retention_shrunk",
    "guard_removed",
    "redundancy_weakened",
    "approval_waiting",
    "replacement_started",
    "restore_test_failed",
    "azure_silent",
    "quota_near",
    "vm_missing",
    "webhook_disabled",
]
SeverityName = Literal["critical", "warning", "info"]
StateName = Literal["open", "acknowledged", "resolved"]
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=PRINTABLE)]
LABEL = r"^[^=\x00-\x1f]{1,100}=[^\x00-\x1f]{1,100}$"

_ITEM = "/v1/protected-items/01890000-0000-7000-8000-000000000003"
_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
ALERT_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-0000000000e1",
    "kind": "objective_missed",
    "severity": "critical",
    "state": "open",
    "subject": _ITEM,
    "vm": {
        "id": f"{_GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01",
        "name": "vm-web-01",
        "resource_group": "rg-demo",
        "subscription_id": "00000000-0000-0000-0000-000000000001",
    },
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "count": 1,
    "storm": False,
    "first_at": "2026-02-01T22:00:00Z",
    "last_at": "2026-02-01T22:00:00Z",
    "opened_at": "2026-02-01T22:01:00Z",
    "told_at": "2026-02-01T22:01:00Z",
    "resolved_at": None,
    "folded_into": None,
    "acknowledged_at": None,
    "acknowledged_by": None,
    "acknowledged_reason": None,
    "title": "No recovery point of vm-web-01 came in time: one was due at 2026-02-01T10:00:00+00:00",
    "remedy": f"Look at the VM's last backup jobs, mend what failed, and back it up now: POST {_ITEM}/backups.",
    "details": {"due_at": "2026-02-01T10:00:00Z", "grace_seconds": 43200},
    "events": ["01890000-0000-7000-8000-0000000000f1"],
}
RULE_BODY: JsonDict = {
    "enabled": True,
    "severity": "critical",
    "grace_seconds": 300,
    "webhook_ids": ["01890000-0000-7000-8000-0000000000d1"],
    "mail": ["backup@example.com"],
}
RULE_EXAMPLE: JsonDict = RULE_BODY | {
    "kind": "job_failed",
    "is_default": False,
    "updated_at": "2026-01-31T12:00:00Z",
}
SILENCE_BODY: JsonDict = {
    "kind": "job_failed",
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "from": "2026-02-07T20:00:00Z",
    "until": "2026-02-08T04:00:00Z",
    "reason": "Maintenance of the cluster",
}
SILENCE_EXAMPLE: JsonDict = SILENCE_BODY | {
    "id": "01890000-0000-7000-8000-0000000000c1",
    "subject": None,
    "label": None,
    "created_by": "dana@example.com",
    "created_at": "2026-02-07T19:00:00Z",
    "updated_at": "2026-02-07T19:00:00Z",
}


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError("it must be one bare address such as backup@example.com")
    return text


Address = Annotated[str, Field(max_length=254), AfterValidator(_address)]


class AlertRead(BaseModel):
    """Something that is wrong, or was."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALERT_EXAMPLE]})

    id: UUID
    kind: KindName
    severity: SeverityName
    state: StateName = Field(description="`resolved` comes by itself when it is well again, and is final.")
    subject: str = Field(description="The path of what it is about; of a storm, the list where its members are.")
    vm: VmRead | None
    vault_id: UUID | None
    count: int = Field(description="How often it happened since it opened; of a storm, all of its members.")
    storm: bool = Field(description="Whether it is about many of one kind, cause and region.")
    first_at: datetime
    last_at: datetime
    opened_at: datetime | None = Field(description="When its grace had ended.")
    told_at: datetime | None = Field(description="Null while it is silenced: no event and no mail announced it.")
    resolved_at: datetime | None
    folded_into: UUID | None = Field(description="The storm that took it in, and by that resolved it.")
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_reason: str | None
    title: str
    remedy: str
    details: dict[str, Any] = Field(description="What the kind knows more of it; members may be added.")
    events: list[UUID] = Field(description="Ids of its newest events, at most 100, oldest first.")

    @classmethod
    def of(cls, alert: Alert) -> "AlertRead":
        said = {name: getattr(alert, name) for name in cls.model_fields if name not in {"vm", "storm"}}
        return cls(**said, storm=alert.is_storm, vm=_vm(alert.vm_id))


def _vm(vm_id: str | None) -> VmRead | None:
    """None, too, where the id cannot be read: it came from Azure."""
    try:
        return VmRead.of_vm(read_vm_id(vm_id)) if vm_id is not None else None
    except ValueError:
        return None


class AcknowledgeBody(BaseModel):
    """Why, or by what, it is taken in hand."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class AlertRuleBody(BaseModel):
    """The rule of a kind, in place of what was set before. Null or left out: by default."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(default=True, description="False: nothing of this kind opens any more. What is open heals.")
    severity: SeverityName | None = None
    grace_seconds: int | None = Field(
        default=None,
        ge=0,
        le=LONGEST_GRACE,
        description="How long it must last before it is an alert: at most 30 days.",
    )
    webhook_ids: list[UUID] = Field(
        default=[],
        max_length=20,
        description="Webhooks that get these alerts, also where they ask for other types. One that is not there is "
        "passed over.",
    )
    mail: list[Address] = Field(default=[], max_length=20, description="Addresses that get a mail, and the digest.")

    def wanted(self) -> Wanted:
        severity = Severity(self.severity) if self.severity is not None else None
        return Wanted(self.enabled, severity, self.grace_seconds, tuple(self.webhook_ids), tuple(self.mail))


class AlertRuleRead(BaseModel):
    """What holds for a kind: as set, or by default."""

    model_config = ConfigDict(json_schema_extra={"examples": [RULE_EXAMPLE]})

    kind: KindName
    enabled: bool
    severity: SeverityName
    grace_seconds: int
    webhook_ids: list[UUID]
    mail: list[str]
    is_default: bool = Field(description="Whether the tenant has set nothing.")
    updated_at: datetime | None

    @classmethod
    def of(cls, ruled: Ruled) -> "AlertRuleRead":
        holds = effective(ruled.kind, ruled.wanted)
        return cls(
            kind=ruled.kind.value,
            enabled=holds.enabled,
            severity=holds.severity_of(None).value,
            grace_seconds=int(holds.grace.total_seconds()),
            webhook_ids=list(holds.webhook_ids),
            mail=list(holds.mail),
            is_default=ruled.updated_at is None,
            updated_at=ruled.updated_at,
        )


class AlertRules(BaseModel):
    """The rules of all kinds."""

    items: list[AlertRuleRead]


class SilenceBody(BaseModel):
    """A window in which alerts are recorded and not sent: those that fit every member that is given."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    kind: KindName | None = None
    subject: str | None = Field(
        default=None,
        max_length=600,
        pattern=r"^/[\x21-\x7e]+$",
        description="The `subject` of alerts, or the id of a VM.",
    )
    vault_id: UUID | None = None
    label: str | None = Field(default=None, pattern=LABEL, description="`name=value` of the labels of the job.")
    from_at: Instant = Field(alias="from")
    until_at: Instant = Field(alias="until")
    reason: Reason


class SilenceChange(BaseModel):
    """What is to be otherwise. Null takes a condition away."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    kind: KindName | None = None
    subject: str | None = Field(default=None, max_length=600, pattern=r"^/[\x21-\x7e]+$")
    vault_id: UUID | None = None
    label: str | None = Field(default=None, pattern=LABEL)
    from_at: Instant = Field(default=None, alias="from")  # type: ignore[assignment]
    until_at: Instant = Field(default=None, alias="until")  # type: ignore[assignment]
    reason: Reason = Field(default=None)  # type: ignore[assignment]


class SilenceRead(BaseModel):
    """A silence."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"examples": [SILENCE_EXAMPLE]})

    id: UUID
    kind: KindName | None
    subject: str | None
    vault_id: UUID | None
    label: str | None
    from_at: datetime = Field(alias="from")
    until_at: datetime = Field(alias="until")
    reason: str
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: AlertSilence) -> "SilenceRead":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})
