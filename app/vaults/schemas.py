"""Vaults as callers send and see them (contract section 6)."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.azure.values import Redundancy
from app.jobs.schemas import PRINTABLE, WriteBody
from app.vaults.models import Vault

SoftDeleteState = Literal["on", "off", "always_on"]
Immutability = Literal["disabled", "unlocked", "locked"]
Location = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9 ]+$")]
TagName = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=PRINTABLE)]
TagValue = Annotated[str, StringConstraints(max_length=256, pattern=PRINTABLE)]
ArmName = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=PRINTABLE)]

EXAMPLE: JsonDict = {
    "subscription_id": "00000000-0000-0000-0000-000000000001",
    "resource_group": "rg-demo",
    "name": "vault-demo",
    "location": "westus",
    "redundancy": "geo",
    "cross_region_restore": False,
    "soft_delete": {"state": "on", "days": 14},
    "immutability": "disabled",
}
READ_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-000000000001",
    "arm_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
    "/providers/Microsoft.RecoveryServices/vaults/vault-demo",
    "subscription_id": "00000000-0000-0000-0000-000000000001",
    "resource_group": "rg-demo",
    "name": "vault-demo",
    "location": "westus",
    "state": "ready",
    "redundancy": "geo",
    "cross_region_restore": False,
    "soft_delete": {"state": "on", "days": 14},
    "immutability": "disabled",
    "tags": {},
    "created_at": "2026-01-31T09:00:00Z",
    "updated_at": "2026-01-31T09:00:20Z",
    "as_of": "2026-01-31T09:00:20Z",
}


class SoftDelete(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: SoftDeleteState = "on"
    days: int = Field(default=14, description="14 to 180.")


class VaultCreate(WriteBody):
    """A vault to create."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    subscription_id: ArmName
    resource_group: ArmName
    name: ArmName
    location: Location
    redundancy: Redundancy = "geo"
    cross_region_restore: bool = False
    soft_delete: SoftDelete = Field(default_factory=SoftDelete)
    immutability: Immutability = "disabled"
    tags: dict[TagName, TagValue] = Field(default_factory=dict, max_length=50)
    adopt: Literal[False] = Field(default=False, description="Taking over an existing vault is not possible yet.")


class VaultRead(BaseModel):
    """A vault."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: UUID
    arm_id: str
    subscription_id: str
    resource_group: str
    name: str
    location: str
    state: Literal["creating", "ready"]
    redundancy: Redundancy | None
    cross_region_restore: bool | None
    soft_delete: SoftDelete | None
    immutability: Immutability | None
    tags: dict[str, str]
    created_at: datetime
    updated_at: datetime
    as_of: datetime | None = Field(description="When Azure was last seen saying so; null while it is being created.")

    @classmethod
    def of(cls, vault: Vault) -> "VaultRead":
        plain = {name: getattr(vault, name) for name in cls.model_fields if name not in {"arm_id", "soft_delete"}}
        soft_delete = None
        if vault.soft_delete_state is not None:
            soft_delete = {"state": vault.soft_delete_state, "days": vault.soft_delete_days}
        return cls.model_validate(plain | {"arm_id": vault.ref.id, "soft_delete": soft_delete})
