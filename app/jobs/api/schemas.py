"""The Job as callers see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.azure.values import VmRef
from app.jobs.api.results import JobResult, result_of
from app.jobs.lifecycle import State
from app.jobs.machines import shown
from app.jobs.models import Job, JobEvent

Kind = Literal[
    "create_vault",
    "adopt_vault",
    "refresh_vault",
    "update_vault",
    "set_azure_alerts",
    "set_azure_policy",
    "delete_vault",
    "put_policy",
    "delete_policy",
    "protect",
    "change_policy",
    "pause",
    "suspend",
    "resume",
    "unprotect",
    "undelete",
    "backup",
    "restore",
    "mount_files",
    "unmount_files",
    "recovery_run",
    "tear_down",
    "restore_test_run",
    "approve_restore_test",
    "bulk",
    "enforce_rule",
]
ShownOrigin = Literal["holdfast", "azure"]
PRINTABLE = r"^[^\x00]*$"
"""Postgres keeps every character but NUL."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
JOB_EXAMPLE: JsonDict = {
    "approval": None,
    "cancel": None,
    "id": "01890000-0000-7000-8000-000000000010",
    "kind": "restore",
    "state": "running",
    "origin": "holdfast",
    "resource": "/v1/restores/01890000-0000-7000-8000-000000000004",
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "vm": {
        "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
        "/providers/Microsoft.Compute/virtualMachines/vm-web-01",
        "name": "vm-web-01",
        "resource_group": "rg-demo",
        "subscription_id": "00000000-0000-0000-0000-000000000001",
    },
    "requested_by": "mona",
    "reference": "CHG-1",
    "labels": {"team": "payments"},
    "created_at": "2026-01-31T10:00:00Z",
    "started_at": "2026-01-31T10:00:00.050000Z",
    "finished_at": None,
    "updated_at": "2026-01-31T10:12:00Z",
    "progress_percent": 77.0,
    "remaining_seconds": 120,
    "tasks": [{"name": "Transfer data from vault", "state": "running"}],
    "as_of": "2026-01-31T10:12:00Z",
    "waiting": None,
    "azure": {
        "job_id": "5bbd9d6a-3d3c-4b8e-9a0e-b6d8b1ce0a11",
        "activity_id": "0f7d0f0e-41a9-4c8b-8ac4-7d2e5a0d4c22",
        "status": "InProgress",
    },
    "result": None,
    "error": None,
    "warnings": [],
    "parent": None,
    "origin_rule": None,
    "counts": None,
}
WARNING_EXAMPLE: JsonDict = {
    "code": "snapshot_before_replace_failed",
    "title": "Azure could not take a snapshot of the VM first",
    "detail": "The machine could not be snapshotted.",
    "remedy": "Make the VM backable (see its health), or restore as disks.",
    "azure_code": "OlrBackupFailed",
}
EVENT_EXAMPLE: JsonDict = {
    "actor": None,
    "id": 42,
    "at": "2026-01-31T10:00:00.080000Z",
    "observation": "accepted",
    "state": "running",
    "detail": None,
    "attempt_id": "0f7d0f0e-41a9-4c8b-8ac4-7d2e5a0d4c22",
}


class WriteBody(BaseModel):
    """What every write takes: the caller's own ticket and labels, kept on the job. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference | None = Field(default=None, description="Your ticket; filter jobs by it.", examples=["CHG-1"])
    labels: dict[Label, Label] = Field(default_factory=dict, max_length=20, examples=[{"team": "payments"}])


class TaskRead(BaseModel):
    name: str
    state: str


class WaitingRead(BaseModel):
    """Why the job waits at the moment. A waiting job has not failed."""

    reason: Literal[
        "blocked",
        "throttled",
        "approval",
        "azure_unreachable",
        "internal_error",
        "outcome_unknown",
        "gate",
        "member",
    ]
    since: datetime
    until: datetime | None = None
    position: int | None = Field(
        default=None,
        description="Of a queued job that is throttled: how many jobs of its subscription are due before it, at most "
        "1,000; tenants that share one take turns. Only in GET /v1/jobs/{id}.",
    )
    job: str | None = None


class AzureJobRead(BaseModel):
    region: str | None = Field(default=None, description="The paired region that runs it; null: the vault's own.")
    job_id: str | None
    activity_id: UUID | None
    status: str | None


class VmRead(BaseModel):
    """A virtual machine."""

    id: str | None = Field(
        description="Its ARM id; null where its subscription is not known: Azure lists the job of a VM that is no item "
        "here by resource group and name, both in lower case."
    )
    name: str
    resource_group: str
    subscription_id: str | None

    @classmethod
    def of(cls, vm: Mapping[str, Any]) -> "VmRead":
        """Of the column `vm`."""
        return cls.model_validate(shown(vm))

    @classmethod
    def of_vm(cls, vm: VmRef) -> "VmRead":
        return cls(id=vm.id, name=vm.name, resource_group=vm.resource_group, subscription_id=vm.subscription_id)


class JobErrorRead(BaseModel):
    """Why a job failed, and what to do."""

    code: str
    title: str
    detail: str
    remedy: str
    retryable: bool
    azure_code: str | None
    type: str | None = Field(default=None, description="Stable; Azure's reasons are explained by GET /v1/errors.")
    fixable_by: Literal["caller", "subscription_owner", "us"] | None = Field(
        default=None, description="Who can do something about it, where that is known."
    )


class WarningRead(BaseModel):
    """One message of Azure about the end of a job, however it ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [WARNING_EXAMPLE]})

    code: str = Field(description="Our stable code, see GET /v1/errors/{code}; `unknown`: not in the catalogue.")
    title: str
    detail: str = Field(description="Azure's own words.")
    remedy: str
    azure_code: str | None = Field(description="Null if Azure sent a message without a code.")


Warnings = Annotated[
    list[WarningRead],
    Field(
        description="What Azure said about the end, also of a job that failed: each of its errors and warnings. "
        "Azure's lists do not contain all of them; the others are added by a later sweep."
    ),
]


class CancelRead(BaseModel):
    """The request to cancel the job, and what came of it."""

    state: Literal["requested", "sent", "refused", "too_late", "done"] = Field(
        description="requested: not sent to Azure yet; sent: Azure accepted it; refused: Azure refused it; "
        "too_late: the job ended in another way first; done: it was never sent, or Azure cancelled it."
    )
    requested_by: str
    requested_at: datetime
    detail: str | None = None


class PartCounts(BaseModel):
    """How far the parts of a parent job are. `total` includes what has not begun; `open` too."""

    total: int
    open: int
    succeeded: int
    failed: int
    cancelled: int = Field(description="Cancelled, or nothing was sent: it was stopped, or as asked.")
    needs_attention: int = Field(description="Of the open ones: these wait for a person.")


class ResolveBody(BaseModel):
    """The decision of a person about a job with an unknown outcome."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["retry", "adopt", "abandon"] = Field(
        description="retry: it did not happen, send it again; adopt: follow the Azure job `azure_job_id`; "
        "abandon: end the job as failed.",
        examples=["adopt"],
    )
    azure_job_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,64}$")] | None = Field(
        default=None,
        description="Of `adopt`: id of the Azure job to follow, as the portal shows it.",
        examples=["7f0c6a35-6d0a-4d39-9d0b-0c6f4b3c1e11"],
    )
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PRINTABLE)] = Field(
        description="Why; it is kept in the history with your name.", examples=["Seen in the portal, INC-4711"]
    )


class JobRead(BaseModel):
    """One request, and what came of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_EXAMPLE]})

    id: UUID
    kind: Kind | str = Field(description="Newer versions may have further values, also during an upgrade.")
    state: State
    origin: ShownOrigin
    resource: str | None
    vault_id: UUID | None
    protected_item_id: UUID | None
    vm: VmRead | None = Field(
        default=None,
        description="The VM of the job (for a restore, the source); null: it concerns none, or the VM is not known.",
    )
    requested_by: str
    reference: str | None
    labels: dict[str, str]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    progress_percent: float | None = Field(description="Null if Azure gives none; never estimated.")
    remaining_seconds: float | None
    transferred_bytes: int | None = Field(default=None, description="Null if Azure does not say.")
    total_bytes: int | None = None
    tasks: list[TaskRead]
    as_of: datetime | None = Field(description="When this was last read from Azure.")
    waiting: WaitingRead | None
    azure: AzureJobRead
    approval: str | None = Field(default=None, description="The approval of this job; null: it needs none.")
    parent: str | None = Field(default=None, description="The job that it is a part of: /v1/jobs/{id}.")
    counts: PartCounts | None = Field(default=None, description="Of a job with parts (a recovery run, bulk): how far.")
    origin_rule: UUID | None = Field(default=None, description="The protection rule that asked for it; null: a person.")
    cancel: CancelRead | None = Field(default=None, description="Null while no cancel was requested.")
    result: JobResult | None = Field(
        description="What came of it, once that is known: its fields are those of the job's `kind`."
    )
    error: JobErrorRead | None
    warnings: Warnings = []

    @classmethod
    def of(cls, job: Job, *, position: int | None = None) -> "JobRead":
        waiting = None
        if job.waiting_reason is not None and job.waiting_since is not None:
            waiting = {
                "reason": job.waiting_reason,
                "since": job.waiting_since,
                "until": job.waiting_until,
                "position": position,
                "job": f"/v1/jobs/{job.waiting_job_id}" if job.waiting_job_id else None,
            }
        told = {"waiting", "azure", "approval", "warnings", "vm", "parent", "result"}
        own = {name: getattr(job, name) for name in cls.model_fields if name not in told}
        approval = f"/v1/approvals/{job.approval_id}" if job.approval_id else None
        azure = {
            "job_id": job.azure_job_id,
            "activity_id": job.activity_id,
            "status": job.azure_status,
            "region": job.azure_region,
        }
        vm = VmRead.of(job.vm) if job.vm is not None else None
        told_of = {"waiting": waiting, "azure": azure, "approval": approval, "warnings": job.warnings or [], "vm": vm}
        parent = f"/v1/jobs/{job.parent_id}" if job.parent_id else None
        result = result_of(job.kind, job.result) if job.result is not None else None
        return cls.model_validate(own | told_of | {"parent": parent, "result": result})


class JobEventRead(BaseModel):
    """One line of a job's history."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVENT_EXAMPLE]})

    id: int
    at: datetime
    observation: str = Field(description="What was observed, e.g. accepted, throttled, ended_well.")
    state: State = Field(description="The state it led to.")
    detail: str | None
    attempt_id: UUID | None = Field(description="The attempt concerned, if any: its x-ms-client-request-id.")
    actor: str | None = Field(default=None, description="The person who decided, if one did.")

    @classmethod
    def of(cls, event: JobEvent) -> "JobEventRead":
        return cls.model_validate({name: getattr(event, name) for name in cls.model_fields})
