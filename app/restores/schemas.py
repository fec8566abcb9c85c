"""Restores as callers send and see them (contract section 6)."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from app.azure.values import Consistency, Tier
from app.core.instants import Instant
from app.jobs.lifecycle import State
from app.jobs.models import Job
from app.jobs.schemas import JobErrorRead, WriteBody
from app.protection.schemas import ArmId, Lun
from app.restores.models import Restore
from app.restores.rules import Choice

EXAMPLE: JsonDict = {
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "recovery_point": {"latest": True},
    "target": {
        "mode": "disks",
        "resource_group_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-restored",
        "staging_storage_account_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
        "/providers/Microsoft.Storage/storageAccounts/stholdfastdemo",
        "luns": None,
        "zone": None,
    },
}
READ_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-000000000004",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "state": "running",
    "recovery_point": {"id": "155563201234567", "time": "2026-01-31T10:00:05Z", "consistency": "application"},
    "target": EXAMPLE["target"],
    "result": None,
    "error": None,
    "created_at": "2026-01-31T12:00:00Z",
    "finished_at": None,
}


class PointBody(BaseModel):
    """Which point: exactly one of `id`, `latest`, `latest_before`; and what it must at least be."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    latest: Literal[True] | None = None
    latest_before: Instant | None = None
    consistency: Consistency | None = None
    tier: Tier | None = None
    region: Literal["primary"] = "primary"

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(given is not None for given in (self.id, self.latest, self.latest_before)) != 1:
            raise ValueError("say exactly one of id, latest, latest_before")
        return self

    def to_choice(self) -> Choice:
        return Choice(self.id, self.latest_before, self.consistency, self.tier)


class DisksTargetBody(BaseModel):
    """Bring the disks back as managed disks."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["disks"]
    resource_group_id: ArmId
    staging_storage_account_id: ArmId
    luns: list[Lun] | None = Field(
        default=None,
        max_length=64,
        description="Null: every disk. Empty: the OS disk only. Else the OS disk and these.",
    )
    zone: Annotated[str, StringConstraints(pattern=r"^[1-3]$")] | None = None


class RestoreCreate(WriteBody):
    """A restore to do."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    protected_item_id: UUID | None = None
    vm_id: ArmId | None = Field(default=None, description="Instead of protected_item_id.")
    recovery_point: PointBody
    target: DisksTargetBody

    @model_validator(mode="after")
    def _one_item(self) -> Self:
        if (self.protected_item_id is None) == (self.vm_id is None):
            raise ValueError("say either protected_item_id or vm_id")
        return self


class ChosenPoint(BaseModel):
    id: str
    time: datetime | None = None
    consistency: Consistency | None = None


class RestoreRead(BaseModel):
    """A restore: what was asked, and what became of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: UUID
    job: str
    protected_item_id: UUID
    state: State
    recovery_point: ChosenPoint | None = Field(description="Null until one could be chosen.")
    target: DisksTargetBody
    result: dict[str, Any] | None
    error: JobErrorRead | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, restore: Restore, job: Job) -> "RestoreRead":
        return cls.model_validate(
            {
                "id": restore.id,
                "job": f"/v1/jobs/{job.id}",
                "protected_item_id": restore.protected_item_id,
                "state": job.state,
                "recovery_point": restore.recovery_point,
                "target": restore.target,
                "result": job.result,
                "error": job.error,
                "created_at": restore.created_at,
                "finished_at": job.finished_at,
            }
        )
