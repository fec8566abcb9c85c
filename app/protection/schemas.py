"""Request and response bodies of protected items."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict, JsonValue

from app.azure.names import read_vm_id
from app.evidence import proofs
from app.jobs.api.schemas import PRINTABLE, VmRead, WriteBody
from app.jobs.kinds import JobKind
from app.protection.changes import ChangeKind
from app.protection.health.schemas import CONSISTENCY_EXAMPLE, RPO_EXAMPLE, ConsistencyRead, RpoRead
from app.protection.health.shown import Health
from app.protection.models import ProtectedItem

ArmId = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=PRINTABLE)]
Lun = Annotated[int, Field(ge=0, le=63)]


def _each_once(luns: list[int]) -> list[int]:
    if len(set(luns)) != len(luns):
        raise ValueError("a disk is named twice")
    return luns


Luns = Annotated[list[Lun], AfterValidator(_each_once)]
ACTIONS: Mapping[str, ChangeKind] = {
    "pause": JobKind.PAUSE,
    "suspend": JobKind.SUSPEND,
    "resume": JobKind.RESUME,
}
ShownState = Literal[
    "protecting", "initial_backup_pending", "protected", "paused", "suspended", "soft_deleted", "error"
]

VM_ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
    "/providers/Microsoft.Compute/virtualMachines/vm-web-01"
)
VM_EXAMPLE: JsonDict = {
    "id": VM_ID,
    "name": "vm-web-01",
    "resource_group": "rg-demo",
    "subscription_id": "00000000-0000-0000-0000-000000000001",
}
READ_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-000000000003",
    "vm_id": VM_ID,
    "vm": VM_EXAMPLE,
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "policy_id": "01890000-0000-7000-8000-000000000002",
    "state": "protected",
    "azure_state": "Protected",
    "disks": None,
    "health": "Passed",
    "health_details": [],
    "last_backup_status": "Completed",
    "last_backup_at": "2026-01-31T10:00:00Z",
    "last_recovery_point_at": "2026-01-31T10:00:05Z",
    "origin": "holdfast",
    "vm_missing": False,
    "rpo": RPO_EXAMPLE,
    "consistency": CONSISTENCY_EXAMPLE,
    "deleted_at": None,
    "purge_at": None,
    "created_at": "2026-01-31T09:02:00Z",
    "updated_at": "2026-01-31T11:10:00Z",
    "as_of": "2026-01-31T11:10:00Z",
}
TOLD_EXAMPLE: JsonDict = {name: value for name, value in READ_EXAMPLE.items() if name not in {"rpo", "consistency"}}


class DisksBody(BaseModel):
    """Which data disks: all but some, or only some. The OS disk is always backed up."""

    model_config = ConfigDict(extra="forbid")

    exclude_luns: Luns | None = Field(default=None, max_length=64, description="None excluded: every disk.")
    include_luns: Luns | None = Field(default=None, max_length=64, description="None included: the OS disk only.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.exclude_luns is None) == (self.include_luns is None):
            raise ValueError("say either exclude_luns or include_luns")
        return self


class ProtectedItemCreate(WriteBody):
    """A VM to protect."""

    vm_id: ArmId
    vault_id: UUID | None = Field(default=None, description="Optional: the policy belongs to one vault.")
    policy_id: UUID
    disks: DisksBody | None = None


EVERY_DISK: Mapping[str, Any] = {"exclude_luns": []}
CHANGES: list[JsonValue] = [
    {"policy_id": "01890000-0000-7000-8000-000000000002"},
    {"action": "pause"},
    {"action": "suspend"},
    {"action": "resume", "policy_id": "01890000-0000-7000-8000-000000000002"},
    {"disks": {"exclude_luns": [0]}},
    {"disks": None},
]


class ProtectedItemChange(WriteBody):
    """One change: another policy; other disks; or an action.

    `pause`: no more backups, every point is kept for ever; also of a suspended item. `suspend`: no more backups, points
    expire as the policy says, all but the last one; only in an immutable vault. `resume`: make backups again, with a
    policy.

    `disks: null` includes every disk again, alone or together with a policy.
    """

    policy_id: UUID | None = None
    action: Literal["pause", "suspend", "resume"] | None = None
    disks: DisksBody | None = None

    @model_validator(mode="before")
    @classmethod
    def _null_is_every_disk(cls, said: Any) -> Any:
        """As in the body that protects. A pause has no disks."""
        if isinstance(said, dict) and said.get("action") not in {"pause", "suspend"} and said.get("disks", 0) is None:
            return {**said, "disks": EVERY_DISK}
        return said

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        said = {name for name in ("policy_id", "action", "disks") if getattr(self, name) is not None}
        if "policy_id" in said and self.disks is not None and self.disks.exclude_luns == []:
            said.remove("disks")  # every disk, with the policy that is given
        bare = {"action"}
        wanted = {"resume": bare | {"policy_id"}, "pause": bare, "suspend": bare}.get(self.action or "")
        if (said != wanted) if wanted else (len(said) != 1):
            raise ValueError(
                'say one of: {"policy_id"}, {"action": "pause"}, {"action": "suspend"}, '
                '{"action": "resume", "policy_id"}, {"disks"}'
            )
        return self

    @property
    def kind(self) -> ChangeKind:
        """Other disks are a change_policy too: see changes.py."""
        return ACTIONS[self.action] if self.action is not None else JobKind.CHANGE_POLICY


class HealthDetail(BaseModel):
    """Azure's own words."""

    code: str
    title: str
    message: str
    recommendations: list[str]


COMPUTED = frozenset({"disks", "vm"})
"""What is not a column of the item."""


class ProtectedItemEventData(BaseModel):
    """A protected VM as its events tell it: without `rpo` and `consistency`, which depend on the time of asking."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOLD_EXAMPLE]})

    id: UUID
    vm_id: str
    vm: VmRead
    vault_id: UUID
    policy_id: UUID | None
    state: ShownState = Field(
        description="paused: no backups, every point is kept for ever. suspended: no backups, points expire as "
        "the policy says (`expires_at`), all but the last one. error: see `health_details` and `azure_state`."
    )
    azure_state: str | None = Field(description="Azure's own name of the state; null until Azure was read.")
    disks: DisksBody | None
    health: str | None
    health_details: list[HealthDetail]
    last_backup_status: str | None
    last_backup_at: datetime | None
    last_recovery_point_at: datetime | None
    origin: Literal["holdfast", "azure"] = Field(description="azure: it was protected outside Holdfast.")
    vm_missing: bool = Field(description="The VM was deleted outside Holdfast. Its points can still be restored.")
    deleted_at: datetime | None = Field(description="When its backup data was deleted, if soft delete keeps it.")
    purge_at: datetime | None = Field(description="When soft-deleted data is purged; until then it can be undeleted.")
    created_at: datetime
    updated_at: datetime
    as_of: datetime | None = Field(description="When this was last read from Azure.")

    @classmethod
    def of_row(cls, item: ProtectedItem) -> "ProtectedItemEventData":
        return cls.model_validate(_of_row(item))


ProofLevel = Literal["restored", "boots", "answers", "your_check"]


class ProofRead(BaseModel):
    """That a restore test passed a level."""

    level: ProofLevel = Field(description="The level that was passed.")
    at: datetime
    rto_seconds: float | None = Field(description="From the beginning of that restore to the level; null: not known.")


class ProtectedItemRead(ProtectedItemEventData):
    """A protected VM."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    rpo: RpoRead
    consistency: ConsistencyRead
    last_proven_at: datetime | None = Field(
        default=None, description="When a restore test of it last passed every level of its own; null: never."
    )
    proven_level: ProofLevel | None = Field(
        default=None,
        description="The highest level that was proven in the 90 days up to then, and not refuted since its proof.",
    )
    rto_seconds: float | None = Field(default=None, description="Measured by the run that proved it, until that level.")
    proofs: list[ProofRead] = Field(default=[], description="When each level was last proven.")
    refuted_at: datetime | None = Field(
        default=None,
        description="When a restore test of it last ended as `failed` or `timed_out`: no proof before counts.",
    )

    @classmethod
    def of(cls, item: ProtectedItem, health: Health) -> "ProtectedItemRead":
        proven = {name: getattr(item, name) for name in ("last_proven_at", "proven_level", "rto_seconds", "refuted_at")}
        computed: dict[str, Any] = proven | {"proofs": proofs.shown(proofs.Known(item.proofs, item.refuted_at))}
        computed |= {"rpo": RpoRead.of(health.rpo), "consistency": ConsistencyRead.of(health.consistency)}
        return cls.model_validate(_of_row(item) | computed)


def _of_row(item: ProtectedItem) -> dict[str, Any]:
    plain: dict[str, Any] = {
        name: getattr(item, name) for name in ProtectedItemEventData.model_fields if name not in COMPUTED
    }
    disks = None
    if item.excluded_luns is not None or item.included_luns is not None:
        disks = {"exclude_luns": item.excluded_luns, "include_luns": item.included_luns}
    return plain | {"disks": disks, "vm": VmRead.of_vm(read_vm_id(item.vm_id))}
