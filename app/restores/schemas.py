"""Request and response bodies of restores."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from app.azure.mount_values import MountScript
from app.azure.restore_values import Region
from app.azure.values import Consistency, Tier, VmRef
from app.jobs.api.results import MountResult, RestoreResult, result_of
from app.jobs.api.schemas import JOB_EXAMPLE, JobErrorRead, JobRead, VmRead, Warnings, WriteBody
from app.jobs.lifecycle import State
from app.jobs.machines import vm_ref
from app.jobs.models import Job
from app.protection.schemas import VM_EXAMPLE, ArmId
from app.restores.checks.verdicts import CheckName
from app.restores.defaults.schemas import TargetSources
from app.restores.models import Restore
from app.restores.preflight import Examined
from app.restores.rules import Choice, shown
from app.restores.service import shown_target
from app.restores.sessions import session_shown
from app.restores.target_bodies import TARGET, TargetBody, TargetRead
from app.restores.targets import NEEDED, Draft, Target, check_target

_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
_STAGING = f"{_SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
_ITEM = "01890000-0000-7000-8000-000000000003"

DISKS_EXAMPLE: JsonDict = {
    "protected_item_id": _ITEM,
    "recovery_point": {"latest": True},
    "target": {
        "mode": "disks",
        "resource_group_id": f"{_SUBSCRIPTION}/resourceGroups/rg-restored",
        "staging_storage_account_id": _STAGING,
        "luns": None,
        "zone": None,
    },
}
CHECK_EXAMPLE: JsonDict = {
    "name": "staging_account",
    "status": "failed",
    "reason": "stholdfastdemo is zone-redundant (Standard_ZRS): a restore cannot stage there.",
    "code": "staging_account_not_usable",
    "type": "urn:holdfast:problem:staging_account_not_usable",
    "remedy": "Name a standard account with local or geo redundancy, in the region of the restore.",
    "pointer": "#/target/staging_storage_account_id",
    "azure_code": None,
}
SCRIPT_EXAMPLE: JsonDict = {
    "os": "linux",
    "file_name": "vm-web-01_wus_2454543355584741577_6543210_3a4f.py",
    "password": "(15 characters)",
    "encoding": "utf-8",
    "script": "#!/usr/bin/env python3\n...",
    "download_url": None,
    "expires_at": "2026-02-01T00:00:00Z",
    "as_of": "2026-01-31T12:00:00Z",
}

READ_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-000000000004",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
    "protected_item_id": _ITEM,
    "vm": VM_EXAMPLE,
    "state": "running",
    "recovery_point": {"id": "155563201234567", "time": "2026-01-31T10:00:05Z", "consistency": "application"},
    "target": DISKS_EXAMPLE["target"],
    "preflight": [
        {
            "name": "staging_account",
            "status": "passed",
            "reason": "It is in westus, Standard_LRS.",
            **dict.fromkeys(("code", "type", "remedy", "pointer", "azure_code")),
        }
    ],
    "session": None,
    "result": None,
    "error": None,
    "warnings": [],
    "created_at": "2026-01-31T12:00:00Z",
    "finished_at": None,
}


class PointBody(BaseModel):
    """Which point: exactly one of `id`, `latest`, `latest_before`; and the conditions that it must meet."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    latest: Literal[True] | None = None
    latest_before: AwareDatetime | None = None
    consistency: Consistency | None = Field(default=None, description="Minimum: application > file_system > crash.")
    tier: Tier | None = Field(default=None, description="The point must be usable in this tier.")
    region: Region = Field(default="primary", description="secondary: the vault's paired region (disks and new_vm).")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(given is not None for given in (self.id, self.latest, self.latest_before)) != 1:
            raise ValueError("say exactly one of id, latest, latest_before")
        return self

    def to_choice(self) -> Choice:
        return Choice(self.id, self.latest_before, self.consistency, self.tier, self.region)


class RestoreCreate(WriteBody):
    """The request for a restore."""

    protected_item_id: UUID | None = None
    vm_id: ArmId | None = Field(default=None, description="Instead of protected_item_id.")
    recovery_point: PointBody
    target: TargetBody | None = Field(default=None, description="Left out: mode `disks`.")

    @model_validator(mode="after")
    def _one_item(self) -> Self:
        if (self.protected_item_id is None) == (self.vm_id is None):
            raise ValueError("say either protected_item_id or vm_id")
        return self

    @property
    def target_values(self) -> dict[str, Any]:
        """What it says about the target; `mode` always."""
        return self.target.model_dump(exclude_none=True) if self.target is not None else {"mode": "disks"}

    @property
    def item(self) -> UUID | VmRef:
        """How the caller named it. Raises VmIdNotValid."""
        return self.protected_item_id if self.protected_item_id is not None else vm_ref(self.vm_id or "")


class RestoreCheckRead(BaseModel):
    """One check before the restore."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHECK_EXAMPLE]})

    name: CheckName
    status: Literal["passed", "failed", "skipped"] = Field(description="skipped: it could not be checked.")
    reason: str
    code: str | None = Field(default=None, description="Of a failed check: the problem code of POST /v1/restores.")
    type: str | None = None
    remedy: str | None = None
    pointer: str | None = None
    azure_code: str | None = None


class ChosenTier(BaseModel):
    tier: Tier
    state: str


class ChosenPoint(BaseModel):
    """The point that a restore uses, as it was when it was chosen."""

    id: str
    time: datetime | None = None
    consistency: Consistency | None = None
    tiers: list[ChosenTier] | None = None
    region: Region | None = None


class PreflightRead(BaseModel):
    """Whether a restore could be done now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ok": False,
                    "complete": True,
                    "checks": [CHECK_EXAMPLE],
                    "recovery_point": {"id": "155563201234567", "time": "2026-01-31T10:00:05Z", "region": "primary"},
                    "target": DISKS_EXAMPLE["target"],
                    "target_sources": {"resource_group_id": "request", "staging_storage_account_id": "vault"},
                    "as_of": "2026-01-31T12:00:00Z",
                }
            ]
        }
    )

    ok: bool = Field(description="Whether it would be accepted: no check failed.")
    complete: bool = Field(description="Whether all was checked: no check was skipped.")
    checks: list[RestoreCheckRead]
    recovery_point: ChosenPoint | None = Field(description="The point that the restore would use; null if none is.")
    target: TargetRead
    target_sources: TargetSources | None
    as_of: datetime | None = Field(description="When Azure was asked; null: a check was skipped, see `complete`.")

    @classmethod
    def of(cls, examined: Examined, sources: Mapping[str, str] | None, now: datetime) -> "PreflightRead":
        statuses = {check.status for check in examined.checks}
        point = examined.decided.point
        return cls.model_validate(
            {
                "ok": "failed" not in statuses,
                "complete": "skipped" not in statuses,
                "checks": [check.as_json() for check in examined.checks],
                "recovery_point": shown(point) if point else None,
                "target": shown_target(examined.decided.target),
                "target_sources": sources,
                "as_of": None if "skipped" in statuses else now,
            }
        )


class RestoreAccepted(JobRead):
    """The job, and the point and the target that were chosen for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                JOB_EXAMPLE
                | {
                    "recovery_point": {"id": "155563201234567", "time": "2026-01-31T10:00:05Z", "region": "primary"},
                    "target": DISKS_EXAMPLE["target"],
                    "target_sources": {"resource_group_id": "request", "staging_storage_account_id": "vault"},
                }
            ]
        }
    )

    recovery_point: ChosenPoint | None = Field(
        default=None, description="Null while Azure cannot be asked: the worker then chooses before it sends."
    )
    target: TargetRead
    target_sources: TargetSources | None


class SessionRead(BaseModel):
    """The session of files that were mounted."""

    state: Literal["mounted", "ended"]
    expires_at: datetime = Field(description="Azure ends the session at this time, unless it is renewed.")
    ended_at: datetime | None
    ended_by: Literal["holdfast", "azure"] | None = Field(description="azure: it had already ended by itself.")


class MountScriptRead(BaseModel):
    """The script with which a machine mounts the files of a point. Secret: do not store it; Holdfast does not."""

    model_config = ConfigDict(json_schema_extra={"examples": [SCRIPT_EXAMPLE]})

    os: Literal["linux", "windows"]
    file_name: str = Field(description="Save it under this name: the tool reads it.")
    password: str = Field(description="The script asks for this password when it is run.")
    encoding: Literal["utf-8", "base64"] | None = Field(description="Encoding of `script`; null without one.")
    script: str | None = Field(description="Linux: the script itself.")
    download_url: str | None = Field(description="Windows: address of the tool to download.")
    expires_at: datetime
    as_of: datetime

    @classmethod
    def of(cls, script: MountScript, expires_at: datetime, now: datetime) -> "MountScriptRead":
        text, encoding = _written(script.content)
        return cls(
            os=script.os,
            file_name=script.file_name,
            password=script.password,
            encoding=encoding,
            script=text,
            download_url=script.url,
            expires_at=script.expires_at or expires_at,
            as_of=now,
        )


def _written(content: bytes | None) -> tuple[str | None, Literal["utf-8", "base64"] | None]:
    if content is None:
        return None, None
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return base64.b64encode(content).decode("ascii"), "base64"


class RestoreRead(BaseModel):
    """A restore: the request and its result."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: UUID
    job: str
    protected_item_id: UUID
    vm: VmRead | None = Field(description="The VM whose recovery point is restored; null: not recorded.")
    state: State
    recovery_point: ChosenPoint | None = Field(description="Null until a point was chosen.")
    target: TargetRead
    target_sources: TargetSources | None
    preflight: list[RestoreCheckRead] | None = Field(description="The checks made when the restore was accepted.")
    session: SessionRead | None = Field(description="For mode `files`, once the point is mounted.")
    result: Annotated[RestoreResult | MountResult, Field(discriminator="kind")] | None
    error: JobErrorRead | None
    warnings: Warnings = []
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, restore: Restore, job: Job) -> "RestoreRead":
        return cls.model_validate(
            {
                "id": restore.id,
                "job": f"/v1/jobs/{job.id}",
                "protected_item_id": restore.protected_item_id,
                "vm": VmRead.of(job.vm) if job.vm is not None else None,
                "state": job.state,
                "recovery_point": restore.recovery_point,
                "target": restore.target,
                "target_sources": restore.target_sources,
                "preflight": restore.preflight,
                "session": session_shown(restore),
                "result": result_of(job.kind, job.result),
                "error": job.error,
                "warnings": job.warnings or [],
                "created_at": restore.created_at,
                "finished_at": job.finished_at,
            }
        )


def chosen(restore: Restore) -> dict[str, Any]:
    """What the answer to a restore says beside its job."""
    point, sources = restore.recovery_point, restore.target_sources
    return {
        "recovery_point": ChosenPoint.model_validate(point).model_dump(mode="json") if point is not None else None,
        "target": restore.target,
        "target_sources": TargetSources.model_validate(sources).model_dump() if sources is not None else None,
    }


def read_target(values: Mapping[str, Any], region: Region) -> Target | Draft:
    """The target that a request names, checked; a Draft where defaults have to say the rest. Raises RestoreNotValid."""
    if any(values.get(name) is None for name in NEEDED[values["mode"]]):
        return Draft(values, region)
    return check_target(TARGET.validate_python(values))
