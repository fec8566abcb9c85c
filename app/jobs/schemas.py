"""The Job as callers see it (contract section 7)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.jobs.lifecycle import State
from app.jobs.models import Job, JobEvent

Kind = Literal[
    "create_vault", "adopt_vault", "refresh_vault", "update_vault", "delete_vault", "put_policy", "delete_policy",
    "protect", "change_policy", "pause", "resume", "unprotect", "undelete", "backup", "restore", "mount_files",
    "unmount_files",
]  # fmt: skip
Origin = Literal["holdfast", "azure"]
PRINTABLE = r"^[^\x00]*$"
"""Postgres keeps every character but NUL."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]


class WriteBody(BaseModel):
    """What every write takes: the caller's own ticket and labels, kept on the job. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference | None = Field(default=None, description="Your ticket; filter jobs by it.", examples=["CHG-1"])
    labels: dict[Label, Label] = Field(default_factory=dict, max_length=20, examples=[{"team": "payments"}])


class TaskRead(BaseModel):
    name: str
    state: str


class WaitingRead(BaseModel):
    """Why nothing moves at the moment. Waiting is not failing."""

    reason: Literal["blocked", "throttled", "approval", "azure_unreachable", "outcome_unknown"]
    since: datetime
    until: datetime | None = None
    position: int | None = None
    job: str | None = None


class AzureJobRead(BaseModel):
    job_id: str | None
    activity_id: UUID | None
    status: str | None


class JobErrorRead(BaseModel):
    """Why a job failed, and what to do."""

    code: str
    title: str
    detail: str
    remedy: str
    retryable: bool
    azure_code: str | None


class JobRead(BaseModel):
    """One thing asked for, and what became of it."""

    id: UUID
    kind: Kind
    state: State
    origin: Origin
    resource: str | None
    vault_id: UUID | None
    protected_item_id: UUID | None
    requested_by: str
    reference: str | None
    labels: dict[str, str]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    progress_percent: float | None = Field(description="Null where Azure gives none: never an invented number.")
    remaining_seconds: float | None
    tasks: list[TaskRead]
    as_of: datetime | None = Field(description="When Azure was last seen saying so.")
    waiting: WaitingRead | None
    azure: AzureJobRead
    result: dict[str, Any] | None
    error: JobErrorRead | None

    @classmethod
    def of(cls, job: Job) -> "JobRead":
        waiting = None
        if job.waiting_reason is not None and job.waiting_since is not None:
            waiting = {
                "reason": job.waiting_reason,
                "since": job.waiting_since,
                "until": job.waiting_until,
                "job": f"/v1/jobs/{job.waiting_job_id}" if job.waiting_job_id else None,
            }
        own = {name: getattr(job, name) for name in cls.model_fields if name not in {"waiting", "azure"}}
        azure = {"job_id": job.azure_job_id, "activity_id": job.activity_id, "status": job.azure_status}
        return cls.model_validate(own | {"waiting": waiting, "azure": azure})


class JobEventRead(BaseModel):
    """One line of a job's history."""

    id: int
    at: datetime
    observation: str = Field(description="What was seen, e.g. accepted, throttled, ended_well.")
    state: State = Field(description="The state it led to.")
    detail: str | None
    attempt_id: UUID | None = Field(description="The x-ms-client-request-id of the attempt, where it was about one.")

    @classmethod
    def of(cls, event: JobEvent) -> "JobEventRead":
        return cls.model_validate({name: getattr(event, name) for name in cls.model_fields})
