"""Backups and recovery points as callers send and see them (contract section 6)."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure.values import Consistency, RecoveryPoint, Tier
from app.core.instants import Instant
from app.jobs.schemas import WriteBody

EXAMPLE: JsonDict = {"retain_until": "2027-01-31T00:00:00Z"}
POINT_EXAMPLE: JsonDict = {
    "id": "155563201234567",
    "time": "2026-01-31T10:00:05Z",
    "consistency": "application",
    "tiers": [{"tier": "snapshot", "state": "valid"}, {"tier": "vault", "state": "valid"}],
    "region": "primary",
    "encrypted": False,
    "included_luns": [-1, 0],
    "as_of": "2026-01-31T12:00:00Z",
}


class BackupCreate(WriteBody):
    """A backup to make now."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    retain_until: Instant = Field(description="How long to keep the point it makes.")


class TierRead(BaseModel):
    tier: Tier
    state: str


class RecoveryPointRead(BaseModel):
    """A point in time that can be restored."""

    model_config = ConfigDict(json_schema_extra={"examples": [POINT_EXAMPLE]})

    id: str
    time: datetime
    consistency: Consistency | None
    tiers: list[TierRead]
    region: Literal["primary"]
    encrypted: bool | None
    included_luns: list[int] | None = Field(description="Null where Azure does not say; -1 is the OS disk.")
    as_of: datetime

    @classmethod
    def of(cls, point: RecoveryPoint, as_of: datetime) -> "RecoveryPointRead":
        return cls(
            id=point.id,
            time=point.time,
            consistency=point.consistency,
            tiers=[TierRead(tier=tier.tier, state=tier.state) for tier in point.tiers],
            region="primary",
            encrypted=point.encrypted,
            included_luns=list(point.included_luns) if point.included_luns is not None else None,
            as_of=as_of,
        )
