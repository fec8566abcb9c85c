"""Bodies of targets: as a request may say them, and whole, as answers show them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from app.protection.schemas import ArmId, Lun
from app.restores.targets import Target

TARGET: TypeAdapter[Target] = TypeAdapter(Target)

Zone = Annotated[str, StringConstraints(pattern=r"^[1-3]$")]
LEFT_OUT = "Left out: as the restore defaults of the vault or the tenant say."
DefaultedId = Annotated[ArmId | None, Field(description=LEFT_OUT)]


class DisksTargetBody(BaseModel):
    """Restore the disks as new managed disks."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["disks"]
    resource_group_id: DefaultedId = None
    staging_storage_account_id: DefaultedId = None
    luns: list[Lun] | None = Field(
        default=None,
        max_length=64,
        description="Null: every disk. Empty: the OS disk only. Else the OS disk and these.",
    )
    zone: Zone | None = None


class NewVmTargetBody(BaseModel):
    """Create a new VM from the point."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["new_vm"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    resource_group_id: DefaultedId = None
    subnet_id: DefaultedId = None
    staging_storage_account_id: DefaultedId = None
    zone: Zone | None = None


class ReplaceDisksTargetBody(BaseModel):
    """Replace the source VM's own disks. Destructive: the VM's present data is replaced by the point's."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["replace_disks"]
    confirm_vm_id: ArmId = Field(description="The source VM's id again, as a confirmation: another id is refused.")
    staging_storage_account_id: DefaultedId = None


class FilesTargetBody(BaseModel):
    """Mount the point for single files: GET .../mount-script then returns the script for a machine."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["files"]


TargetBody = Annotated[
    DisksTargetBody | NewVmTargetBody | ReplaceDisksTargetBody | FilesTargetBody, Field(discriminator="mode")
]


class DisksTargetRead(DisksTargetBody):
    """The disks are restored as new managed disks."""

    resource_group_id: ArmId
    staging_storage_account_id: ArmId


class NewVmTargetRead(NewVmTargetBody):
    """A new VM is created from the point."""

    resource_group_id: ArmId
    subnet_id: ArmId
    staging_storage_account_id: ArmId


class ReplaceDisksTargetRead(ReplaceDisksTargetBody):
    """The source VM's own disks are replaced."""

    staging_storage_account_id: ArmId


TargetRead = Annotated[
    DisksTargetRead | NewVmTargetRead | ReplaceDisksTargetRead | FilesTargetBody, Field(discriminator="mode")
]
