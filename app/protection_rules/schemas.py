"""Bodies of /v1/protection-rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic.config import JsonDict

from app.jobs.api.schemas import PRINTABLE, Label, Reference, WriteBody
from app.protection_rules.holds import HoldReason, RuleState, state_of
from app.protection_rules.models import ProtectionRule
from app.protection_rules.rules import OnLost, RuleMode
from app.selectors.schemas import Location, SelectorBody
from app.vaults.rules import region_of

MOST_TARGETS = 100
RULE_ID = "01890000-0000-7000-8000-0000000000d1"
SELECTOR_EXAMPLE: JsonDict = {
    "subscriptions": ["00000000-0000-0000-0000-000000000001"],
    "tags": {"env": ["prod"]},
    "except": ["vm-scratch-*"],
}
TARGET_EXAMPLE: JsonDict = {
    "location": "westus",
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "policy_id": "01890000-0000-7000-8000-000000000002",
}
READ_EXAMPLE: JsonDict = {
    "id": RULE_ID,
    "name": "production",
    "priority": 100,
    "selector": {
        "resource_groups": None,
        "locations": None,
        "names": None,
        **SELECTOR_EXAMPLE,
    },
    "targets": [TARGET_EXAMPLE],
    "mode": "enforce",
    "max_per_hour": 20,
    "on_lost": "report",
    "state": "enforcing",
    "waiting": None,
    "approval_job": None,
    "counts": {"protect": 3, "unchanged": 120, "skipped": 4, "conflicts": 0, "lost": 1},
    "weighed_at": "2026-01-31T10:00:00Z",
    "hash": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
    "reference": None,
    "labels": {"team": "platform"},
    "created_at": "2026-01-31T09:00:00Z",
    "updated_at": "2026-01-31T09:00:00Z",
}

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]
Priority = Annotated[
    int,
    Field(ge=0, le=1_000_000, description="Of the rules that select a VM the one with the lowest number decides."),
]
PerHour = Annotated[
    int, Field(ge=1, le=1_000, description="How many jobs the rule asks for within any hour, over all workers.")
]
Confirm = Annotated[
    int,
    Field(
        ge=0,
        le=1_000_000,
        description="How many VMs an enforced rule may touch at once: needed beyond 100, with the number of a preview "
        "(`confirm.count`).",
    ),
]


class TargetBody(BaseModel):
    """Where the VMs of a region are protected."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [TARGET_EXAMPLE]})

    location: Location
    vault_id: UUID = Field(description="In that region. Of one region each subscription may have a vault of its own.")
    policy_id: UUID = Field(description="A policy of that vault.")

    @field_validator("location")
    @classmethod
    def _short(cls, location: str) -> str:
        return region_of(location)


Targets = Annotated[list[TargetBody], Field(min_length=1, max_length=MOST_TARGETS)]


class RuleBody(WriteBody):
    """What a rule does: which VMs, and where they are protected."""

    name: Name
    priority: Priority
    selector: SelectorBody
    targets: Targets
    mode: RuleMode = Field(default=RuleMode.OBSERVE, description="`enforce`: the rule asks for jobs by itself.")
    max_per_hour: PerHour = 20
    on_lost: OnLost = Field(
        default=OnLost.REPORT,
        description="When a VM that the rule has protected is not selected any more: `report` it, or also `pause` its "
        "backups; every point is kept.",
    )

    def definition(self) -> dict[str, Any]:
        """`ProtectionRule.definition`."""
        return self.model_dump(mode="json", by_alias=True, include={"selector", "targets", "on_lost"})


class RuleCreate(RuleBody):
    """A new rule."""

    model_config = ConfigDict(extra="forbid")

    confirm: Confirm | None = None


class RuleUpdate(BaseModel):
    """What is to change; each member that is sent replaces the whole of it."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    priority: Priority | None = None
    selector: SelectorBody | None = None
    targets: Targets | None = None
    mode: RuleMode | None = None
    max_per_hour: PerHour | None = None
    on_lost: OnLost | None = None
    reference: Reference | None = None
    labels: Annotated[dict[Label, Label], Field(max_length=20)] | None = None
    confirm: Confirm | None = None

    def applied_to(self, row: ProtectionRule) -> RuleBody:
        """The whole rule. A member that is null stays as it is, but for `reference`."""
        sent = self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"confirm"})
        changes = {name: value for name, value in sent.items() if value is not None or name == "reference"}
        return RuleBody.model_validate(body_of(row) | changes)


class RuleStart(BaseModel):
    """What a start needs where the rule would touch many VMs."""

    model_config = ConfigDict(extra="forbid")

    confirm: Confirm | None = None


def body_of(row: ProtectionRule) -> dict[str, Any]:
    """The rule as a caller writes it."""
    said = {name: getattr(row, name) for name in ("name", "priority", "mode", "max_per_hour", "reference", "labels")}
    return said | dict(row.definition)


class RuleWaiting(BaseModel):
    """Why a rule that is to be enforced does nothing."""

    reason: HoldReason = Field(
        description="approval: a second person has not approved the rule as it is now. confirm: it would touch `count` "
        "VMs, and more than `limit` need POST .../start with that number. owner: who last wrote it may write no rules "
        "any more; POST .../start, or a PATCH, by a person who may, goes on in their name."
    )
    detail: str
    since: datetime
    count: int | None = None
    limit: int | None = None
    job: str | None = Field(default=None, description="The job that waits for the approval.")


class RuleCounts(BaseModel):
    """The VMs of a rule when it was last weighed."""

    protect: int
    unchanged: int
    skipped: int
    conflicts: int
    lost: int


class RuleRead(BaseModel):
    """A protection rule."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: UUID
    name: str
    priority: int
    selector: SelectorBody
    targets: Sequence[TargetBody]
    mode: RuleMode
    max_per_hour: int
    on_lost: OnLost
    state: RuleState = Field(description="observing: it does nothing; also while it waits for an approval.")
    waiting: RuleWaiting | None
    approval_job: str | None = Field(description="The newest job that asked for an approval of the rule.")
    counts: RuleCounts | None = Field(description="null: it was not enforced yet. Its preview has the VMs.")
    weighed_at: datetime | None = Field(description="When an enforced rule was last weighed; null in events.")
    hash: str = Field(description="Of all that the rule does: an approval is bound to it.")
    reference: str | None
    labels: dict[str, str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: ProtectionRule) -> Self:
        own = {name: getattr(row, name) for name in _COLUMNS}
        waiting = dict(row.waiting) if row.waiting is not None else None
        if waiting is not None and waiting["reason"] == HoldReason.APPROVAL and row.approval_job_id is not None:
            waiting["job"] = f"/v1/jobs/{row.approval_job_id}"
        shown = {
            "state": state_of(row.mode, row.stopped_at, row.waiting),
            "waiting": waiting,
            "approval_job": f"/v1/jobs/{row.approval_job_id}" if row.approval_job_id is not None else None,
        }
        return cls.model_validate(own | dict(row.definition) | shown)


_COLUMNS = (
    "id",
    "name",
    "priority",
    "mode",
    "max_per_hour",
    "counts",
    "weighed_at",
    "hash",
    "reference",
    "labels",
    "created_at",
    "updated_at",
)
