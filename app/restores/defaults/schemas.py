"""Bodies of the defaults of restores."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.protection.schemas import ArmId
from app.restores.defaults.models import RestoreDefaults
from app.restores.defaults.service import Defaults

Source = Literal["request", "vault", "tenant"]


class RestoreDefaultsBody(BaseModel):
    """Where restores go that do not say it. Null, or left out: no default here."""

    model_config = ConfigDict(extra="forbid")

    resource_group_id: ArmId | None = Field(default=None, description="Of restored disks and new VMs.")
    subnet_id: ArmId | None = Field(default=None, description="Of new VMs.")
    staging_storage_account_id: ArmId | None = Field(
        default=None, description="The storage account in which a restore stages its files."
    )

    def wanted(self) -> Defaults:
        return Defaults(self.resource_group_id, self.subnet_id, self.staging_storage_account_id)


class RestoreDefaultsRead(BaseModel):
    """What is set here. Of a vault: what is null comes from the tenant's defaults."""

    resource_group_id: str | None = Field(description="Of restored disks and new VMs; null: no default here.")
    subnet_id: str | None = Field(description="Of new VMs; null: no default here.")
    staging_storage_account_id: str | None = Field(
        description="The storage account in which a restore stages its files; null: no default here."
    )
    updated_at: datetime | None = Field(description="When it was set (UTC); null: nothing is set.")
    updated_by: str | None = Field(description="Who set it: the display name; null: nothing is set.")

    @classmethod
    def of(cls, row: RestoreDefaults | None) -> "RestoreDefaultsRead":
        return cls(
            resource_group_id=row.resource_group_id if row else None,
            subnet_id=row.subnet_id if row else None,
            staging_storage_account_id=row.staging_storage_account_id if row else None,
            updated_at=row.updated_at if row else None,
            updated_by=row.updated_by if row else None,
        )


class TargetSources(BaseModel):
    """Where each id of a target comes from; null: a target of this mode does not have it."""

    resource_group_id: Source | None = None
    subnet_id: Source | None = None
    staging_storage_account_id: Source | None = None
