"""Backups and recovery points as callers send and see them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure.restore_values import Region
from app.azure.values import Consistency, RecoveryPoint, Tier, VmRef
from app.backups.rules import Keeping, expiry_of
from app.core.http.timestamps import Instant
from app.jobs.api.schemas import JOB_EXAMPLE, JobRead, VmRead, WriteBody
from app.jobs.models import Job
from app.protection.schemas import VM_EXAMPLE

POINT_EXAMPLE: JsonDict = {
    "id": "155563201234567",
    "vm": VM_EXAMPLE,
    "time": "2026-01-31T10:00:05Z",
    "consistency": "application",
    "tiers": [{"tier": "snapshot", "state": "valid"}, {"tier": "vault", "state": "valid"}],
    "region": "primary",
    "encrypted": False,
    "included_luns": None,
    "disks_included": 2,
    "disks_attached": 2,
    "expires_at": "2026-03-02T10:00:00Z",
    "expiry_by": "policy",
    "kept": "until",
    "as_of": "2026-01-31T12:00:00Z",
}


class BackupCreate(WriteBody):
    """A backup to make now."""

    retain_until: Instant | None = Field(
        default=None, description="How long to keep the recovery point. Left out: 30 days from now."
    )


class BackupAccepted(JobRead):
    """The job, and how long its recovery point is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                JOB_EXAMPLE
                | {
                    "kind": "backup",
                    "state": "queued",
                    "resource": "/v1/protected-items/01890000-0000-7000-8000-000000000003",
                    "retain_until": "2026-03-02T10:00:00Z",
                }
            ]
        }
    )

    retain_until: datetime = Field(description="Until when the recovery point is kept.")


def kept_until(job: Job) -> dict[str, str]:
    """What the answer to a backup says beside its job."""
    return {"retain_until": job.ask["retain_until"]}


class TierRead(BaseModel):
    tier: Tier
    state: str


class RecoveryPointRead(BaseModel):
    """A point in time that can be restored."""

    model_config = ConfigDict(json_schema_extra={"examples": [POINT_EXAMPLE]})

    id: str
    vm: VmRead
    time: datetime
    consistency: Consistency | None
    tiers: list[TierRead]
    region: Region
    encrypted: bool | None
    included_luns: list[int] | None = Field(
        description="Data disks in the point. Null if Azure does not say; the OS disk is always included."
    )
    disks_included: int | None = Field(description="Number of disks in it, the OS disk included.")
    disks_attached: int | None = Field(description="Number of disks that the VM had then.")
    expires_at: datetime | None = Field(
        description="When the point expires; null if no such time is known: `kept` says why. Azure deletes it "
        "some time later."
    )
    expiry_by: Literal["azure", "retain_until", "policy", "purge"] | None = Field(
        description="Who says so: Azure; the retain_until of a backup made here; the item's present policy, "
        "counted from the planned run that made the point; or the `purge_at` of a soft-deleted item."
    )
    kept: Literal["until", "for_ever", "unknown"] = Field(
        description="until: until `expires_at`. for_ever: protection is paused, so nothing expires before it is "
        "resumed; or backups are suspended, and it is the last point. unknown: Azure does not say, and no request or "
        "policy here made the point."
    )
    as_of: datetime

    @classmethod
    def of(
        cls, point: RecoveryPoint, vm: VmRef, keeping: Keeping, as_of: datetime, *, is_last: bool = False
    ) -> "RecoveryPointRead":
        expiry = expiry_of(point, keeping, is_last=is_last)
        return cls(
            id=point.id,
            vm=VmRead.of_vm(vm),
            time=point.time,
            consistency=point.consistency,
            tiers=[TierRead(tier=tier.tier, state=tier.state) for tier in point.tiers],
            region=point.region,
            encrypted=point.encrypted,
            included_luns=list(point.included_luns) if point.included_luns is not None else None,
            disks_included=point.disks_included,
            disks_attached=point.disks_attached,
            expires_at=expiry.at if expiry else None,
            expiry_by=expiry.by if expiry else None,
            kept="until" if expiry else "for_ever" if keeping.stays(is_last=is_last) else "unknown",
            as_of=as_of,
        )
