"""Request and response bodies of vaults."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from pydantic.config import JsonDict

from app.azure import names
from app.azure.lists import Listed
from app.azure.values import AzureVault, Redundancy, VmRef
from app.core.http.pages import UnreadableEntry
from app.identity.access.grants import Grants
from app.jobs.api.costs import COST_EXAMPLE, CostChange
from app.jobs.api.schemas import PRINTABLE, WriteBody
from app.jobs.models import Job
from app.vaults.models import Vault
from app.vaults.rules import Immutability, Settings, SoftDeleteState
from app.vaults.tags import check_tag_name, check_tags

Location = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9 ]+$")]


def _tag_name(name: str) -> str:
    check_tag_name(name)
    return name


def _tags(tags: dict[str, str]) -> dict[str, str]:
    check_tags(tags)
    return tags


TagName = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=PRINTABLE), AfterValidator(_tag_name)]
TagValue = Annotated[str, StringConstraints(max_length=256, pattern=PRINTABLE)]
Tags = Annotated[dict[TagName, TagValue], AfterValidator(_tags)]
"""As Azure takes them ("Use tags to organize your Azure resources"): what it would refuse is not sent."""
ArmName = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=PRINTABLE)]

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


VM_EXAMPLE: JsonDict = {
    "vm_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
    "/providers/Microsoft.Compute/virtualMachines/vm-web-01",
    "resource_group": "rg-demo",
    "name": "vm-web-01",
    "as_of": "2026-01-31T09:00:20Z",
}
SETTINGS = ("redundancy", "cross_region_restore", "soft_delete", "immutability", "tags")


class SoftDelete(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: SoftDeleteState = "on"
    days: int = Field(default=14, description="For how many days: 14 to 180.")


FOUND_EXAMPLE: JsonDict = {
    "arm_id": READ_EXAMPLE["arm_id"],
    "resource_group": "rg-demo",
    "name": "vault-demo",
    "location": "westus",
    "known": False,
    "vault": "/v1/vaults/01890000-0000-7000-8000-000000000001",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000002",
}


DIFF_EXAMPLE: JsonDict = {
    "vault_id": READ_EXAMPLE["id"],
    "name": "vault-demo",
    "changes": [{"pointer": "#/cross_region_restore", "before": False, "after": True}],
    "cost": COST_EXAMPLE,
}
POINTERS = {
    "redundancy": "#/redundancy",
    "cross_region_restore": "#/cross_region_restore",
    "soft_delete_state": "#/soft_delete/state",
    "soft_delete_days": "#/soft_delete/days",
    "immutability": "#/immutability",
    "tags": "#/tags",
}


class VaultCreate(WriteBody):
    """A vault to create, or with `adopt` an existing one."""

    subscription_id: ArmName
    resource_group: ArmName
    name: ArmName
    location: Location | None = Field(default=None, description="Required to create; read from Azure with `adopt`.")
    redundancy: Redundancy = "geo"
    cross_region_restore: bool = False
    soft_delete: SoftDelete = Field(default_factory=SoftDelete)
    immutability: Immutability = "disabled"
    tags: Tags = Field(default_factory=dict, max_length=50)
    adopt: StrictBool = Field(
        default=False,
        description="Take over a vault that exists in Azure, with its policies and protected items. Its settings are "
        "read, so they must not be sent; a location that is sent must be the vault's.",
    )

    @property
    def settings_sent(self) -> list[str]:
        """The settings this body names, in the order of the schema."""
        return [name for name in SETTINGS if name in self.model_fields_set]


class SoftDeleteChange(BaseModel):
    """Either of the two, or both. "always_on" cannot be undone."""

    model_config = ConfigDict(extra="forbid")

    state: SoftDeleteState | None = None
    days: int | None = Field(default=None, description="For how many days: 14 to 180.")


class VaultUpdate(WriteBody):
    """What to change. A field that is left out (or null) is not changed; tags are replaced as a whole."""

    redundancy: Redundancy | None = Field(default=None, description="Only while nothing is protected in the vault.")
    cross_region_restore: bool | None = Field(default=None, description="Needs geo redundancy.")
    soft_delete: SoftDeleteChange | None = None
    immutability: Immutability | None = Field(default=None, description="To lock it: from unlocked, with `confirm`.")
    tags: Tags | None = Field(default=None, max_length=50)
    confirm: bool = Field(default=False, description="Locking immutability cannot be undone, so it is confirmed.")

    def settings(self) -> Settings:
        """As the rules take it."""
        soft_delete = self.soft_delete or SoftDeleteChange()
        return Settings(
            redundancy=self.redundancy,
            cross_region_restore=self.cross_region_restore,
            soft_delete_state=soft_delete.state,
            soft_delete_days=soft_delete.days,
            immutability=self.immutability,
            tags=self.tags,
        )


class VaultDiscover(WriteBody):
    """Where to look for vaults."""

    subscription_id: ArmName
    adopt: StrictBool = Field(default=False, description="Adopt every vault that is not managed yet, with a job each.")


class FoundVault(BaseModel):
    """A vault that exists in Azure."""

    model_config = ConfigDict(json_schema_extra={"examples": [FOUND_EXAMPLE]})

    arm_id: str
    resource_group: str
    name: str
    location: str
    known: bool = Field(description="True: managed here already, so it cannot be adopted.")
    vault: str | None = Field(description="Path of the vault here, if it is your tenant's.")
    job: str | None = Field(description="The job that adopts it, if requested.")

    @classmethod
    def of(cls, azure: AzureVault, is_known: bool, ours: UUID | None, job: Job | None) -> "FoundVault":  # noqa: FBT001 - a fact
        ref = azure.ref
        vault = job.resource if job is not None else None
        if ours is not None:
            vault = f"/v1/vaults/{ours}"
        return cls(
            arm_id=ref.id,
            resource_group=ref.resource_group,
            name=ref.name,
            location=azure.location,
            known=is_known,
            vault=vault,
            job=f"/v1/jobs/{job.id}" if job is not None else None,
        )


class FoundVaults(BaseModel):
    """The vaults that can be adopted."""

    items: list[FoundVault]
    as_of: datetime
    unreadable: list[UnreadableEntry] = Field(
        default=[], description="Vaults that exist but cannot be read; they are not in `items`."
    )


class UnprotectedVm(BaseModel):
    """A VM that the vault could protect and that is not protected yet."""

    model_config = ConfigDict(json_schema_extra={"examples": [VM_EXAMPLE]})

    vm_id: str
    resource_group: str
    name: str
    as_of: datetime

    @classmethod
    def of(cls, vm: VmRef, as_of: datetime) -> "UnprotectedVm":
        return cls(vm_id=vm.id, resource_group=vm.resource_group, name=vm.name, as_of=as_of)


class VaultRead(BaseModel):
    """A vault."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: UUID
    arm_id: str
    subscription_id: str
    resource_group: str
    name: str
    location: str
    state: Literal["creating", "adopting", "ready", "deleting"]
    redundancy: Redundancy | None
    cross_region_restore: bool | None
    soft_delete: SoftDelete | None
    immutability: Immutability | None
    tags: dict[str, str]
    created_at: datetime
    updated_at: datetime
    as_of: datetime | None = Field(description="When this was last read from Azure; null while it is being created.")

    @classmethod
    def of(cls, vault: Vault) -> "VaultRead":
        plain = {name: getattr(vault, name) for name in cls.model_fields if name not in {"arm_id", "soft_delete"}}
        soft_delete = None
        if vault.soft_delete_state is not None:
            soft_delete = {"state": vault.soft_delete_state, "days": vault.soft_delete_days}
        return cls.model_validate(plain | {"arm_id": vault.ref.id, "soft_delete": soft_delete})


class SettingChange(BaseModel):
    """One setting that would change; null before: not known."""

    pointer: str
    before: Any
    after: Any


class VaultDiff(BaseModel):
    """What a PATCH of this body would do. Nothing has been changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [DIFF_EXAMPLE]})

    vault_id: UUID
    name: str
    changes: list[SettingChange]
    cost: CostChange | None = Field(
        description="What it costs a month, when redundancy or cross-region restore is named; null: not known."
    )

    @classmethod
    def of(cls, vault: Vault, now: Settings, wanted: Settings, cost: CostChange | None) -> "VaultDiff":
        changes = [
            SettingChange(pointer=pointer, before=getattr(now, name), after=getattr(wanted, name))
            for name, pointer in POINTERS.items()
            if getattr(wanted, name) is not None and getattr(wanted, name) != getattr(now, name)
        ]
        return cls(vault_id=vault.id, name=vault.name, changes=changes, cost=cost)


def shown_unreadable(listed: Listed[Any], grants: Grants) -> list[UnreadableEntry]:
    """The entries that could not be read, as a tenant may see them: named only if their id is within its grants."""
    return [
        UnreadableEntry(**entry.as_json())
        if _is_granted(entry.id, grants)
        else UnreadableEntry(id=None, name=None, reason="An entry whose owner is not known.")
        for entry in listed.unreadable
    ]


def _is_granted(arm_id: str | None, grants: Grants) -> bool:
    place = names.place_of(arm_id or "")
    return place is not None and grants.cover(*place)
