"""What the API shows of the health of an item."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure.names import read_vm_id
from app.azure.values import Consistency
from app.jobs.api.schemas import VmRead
from app.protection.health.consistency import ConsistencyHealth
from app.protection.health.models import HealthEvent
from app.protection.health.rpo import Expected, Rpo

RpoStateName = Literal["met", "due", "missed", "unknown"]
RPO_EXAMPLE: JsonDict = {
    "state": "missed",
    "objective_seconds": 86400,
    "source": "policy",
    "last_usable_point_at": "2026-01-31T10:00:05Z",
    "due_at": "2026-02-01T10:00:00Z",
    "grace_seconds": 43200,
    "missed_since": "2026-02-01T22:00:00Z",
}
CONSISTENCY_EXAMPLE: JsonDict = {"expected": "application", "last": "application", "met": True}
MISS_EXAMPLE: JsonDict = {
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "vm": {
        "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
        "/providers/Microsoft.Compute/virtualMachines/vm-web-01",
        "name": "vm-web-01",
        "resource_group": "rg-demo",
        "subscription_id": "00000000-0000-0000-0000-000000000001",
    },
    "at": "2026-02-01T22:00:00Z",
    "due_at": "2026-02-01T10:00:00Z",
    "grace_seconds": 43200,
    "objective_seconds": 86400,
    "source": "policy",
    "point_at": "2026-01-31T10:00:05Z",
}


def _seconds(span: timedelta | None) -> int | None:
    return int(span.total_seconds()) if span is not None else None


class RpoRead(BaseModel):
    """Whether the item has the recovery points that are expected of it (docs/consistency.md)."""

    state: RpoStateName = Field(
        description="met: every expected run up to now left a point. due: one has not yet, and its grace has not "
        "ended. missed: the grace has ended. unknown: no backups are expected (protection is paused, suspended or "
        "deleted, or is only being set up), the policy cannot be counted, or the vault was not read since."
    )
    objective_seconds: int | None = Field(
        description="The longest planned time between two points: of the policy's schedule, or as the tenant set it."
    )
    source: Literal["policy", "tenant"] | None = Field(description="Where the objective comes from.")
    last_usable_point_at: datetime | None = Field(description="The newest recovery point that is known.")
    due_at: datetime | None = Field(description="The first expected run that no point covers, past or future.")
    grace_seconds: int | None = Field(
        description="How long after `due_at` a point may come before it counts as missed: by default half of the "
        "shortest time between runs, at least 3 and at most 12 hours."
    )
    missed_since: datetime | None = Field(description="The end of the grace, while the state is `missed`.")

    @classmethod
    def of(cls, rpo: Rpo) -> "RpoRead":
        return cls(
            state=rpo.state.value,
            objective_seconds=_seconds(rpo.objective),
            source=rpo.source,
            last_usable_point_at=rpo.last_point,
            due_at=rpo.due_at,
            grace_seconds=_seconds(rpo.grace),
            missed_since=rpo.missed_since,
        )


class ConsistencyRead(BaseModel):
    """Of which kind the newest recovery point is, and of which it should be (docs/consistency.md)."""

    expected: Consistency | None = Field(
        description="By rule; else Windows: application, Linux: file_system, with scripts expected: application. Null "
        "while the OS of the VM is not known."
    )
    last: Consistency | None = Field(description="Null where Azure did not say, or the point was not read yet.")
    met: bool | None = Field(description="Whether `last` is of that kind or a better one; null: not known.")

    @classmethod
    def of(cls, health: ConsistencyHealth) -> "ConsistencyRead":
        return cls(expected=health.expected, last=health.last, met=health.met)


# --- what was missed -------------------------------------------------------------------------------------------------
class BackupMiss(BaseModel):
    """A recovery point that did not come in time, or the end of that (docs/consistency.md)."""

    model_config = ConfigDict(json_schema_extra={"examples": [MISS_EXAMPLE]})

    protected_item_id: UUID
    vm: VmRead
    at: datetime = Field(
        description="When it happened: a miss at the end of the grace, a recovery at the time of the point."
    )
    due_at: datetime = Field(description="The run that was missed.")
    grace_seconds: int
    objective_seconds: int | None
    source: Literal["policy", "tenant"] | None = Field(description="Where the objective comes from.")
    point_at: datetime | None = Field(
        description="Of a miss, the newest point before it; of a recovery, the point that ended it."
    )

    @classmethod
    def of(cls, event: HealthEvent) -> "BackupMiss":
        plain = {name: getattr(event, name) for name in cls.model_fields if name != "vm"}
        return cls.model_validate(plain | {"vm": VmRead.of_vm(read_vm_id(event.vm_id))})


# --- expectations --------------------------------------------------------------------------------------------------
EXPECTATIONS_EXAMPLE: JsonDict = {
    "objective_seconds": 172800,
    "grace_seconds": 21600,
    "consistency": "application",
    "linux_scripts_expected": False,
}
_AN_HOUR, _A_YEAR = 3600, 366 * 86400


class ExpectationsBody(BaseModel):
    """What is expected, in place of what was set before. Null or left out: by default."""

    model_config = ConfigDict(extra="forbid")

    objective_seconds: int | None = Field(
        default=None,
        ge=_AN_HOUR,
        le=_A_YEAR,
        description="How old the newest point may be: an hour to 366 days. By default as the policy's schedule says.",
    )
    grace_seconds: int | None = Field(
        default=None, ge=0, le=30 * 86400, description="How late a point may come: at most 30 days."
    )
    consistency: Consistency | None = Field(
        default=None, description="The kind that points shall have. By default as the OS of the VM says."
    )
    linux_scripts_expected: bool | None = Field(
        default=None,
        description="Whether Linux VMs have pre- and post-scripts, so that their points shall be `application`.",
    )


class ExpectationsRead(BaseModel):
    """What is expected by this rule; null: it says nothing about it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [EXPECTATIONS_EXAMPLE | {"updated_at": "2026-01-31T12:00:00Z"}]}
    )

    objective_seconds: int | None
    grace_seconds: int | None
    consistency: Consistency | None
    linux_scripts_expected: bool | None
    updated_at: datetime | None = Field(description="Null while nothing is set.")

    @classmethod
    def of(cls, said: Expected, updated_at: datetime | None) -> "ExpectationsRead":
        return cls.model_validate(asdict(said) | {"updated_at": updated_at})
