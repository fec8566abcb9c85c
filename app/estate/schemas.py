"""Answers about the estate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure import names
from app.core.http.pages import Page
from app.estate.drift_rules import DriftKind, DriftState
from app.estate.models import EstateDrift, EstateWeakening
from app.estate.rules import EstateState, Proof, UnreachableCode, coverage_percent, proven_percent
from app.estate.service import Known
from app.estate.tamper.radius import WeakeningKind
from app.identity.access.grants import Grants
from app.jobs.api.schemas import VmRead

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-demo"
VM: JsonDict = {
    "id": f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01",
    "name": "vm-web-01",
    "resource_group": "rg-demo",
    "subscription_id": "00000000-0000-0000-0000-000000000001",
}
UNREACHABLE: JsonDict = {
    "scope": "/subscriptions/00000000-0000-0000-0000-000000000002",
    "code": "denied",
    "detail": "Azure, machines: 403 AuthorizationFailed: The client does not have authorization.",
}
VM_EXAMPLE: JsonDict = {
    "vm": VM,
    "location": "westus",
    "os": "linux",
    "size": "Standard_DS1_v2",
    "disks": [{"name": "vm-web-01_DataDisk_0", "size_gib": 64, "lun": 0}],
    "tags": {"env": "prod"},
    "state": "protected",
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "elsewhere": None,
    "as_of": "2026-01-31T11:10:00Z",
}
GROUP_EXAMPLE: JsonDict = {
    "key": "00000000-0000-0000-0000-000000000001",
    "total": 12,
    "by_state": {"protected": 9, "unprotected": 3},
    "coverage_percent": 75.0,
    "by_proof": {"proven": 6, "never": 3},
    "proven_percent": 66.7,
}
COVERAGE_EXAMPLE: JsonDict = {
    "groups": [GROUP_EXAMPLE],
    "total": 12,
    "by_state": {"protected": 9, "unprotected": 3},
    "coverage_percent": 75.0,
    "by_proof": {"proven": 6, "never": 3},
    "proven_percent": 66.7,
    "as_of": "2026-01-31T11:10:00Z",
    "unreachable": [UNREACHABLE],
}
DRIFT_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-000000000009",
    "kind": "policy_swapped",
    "state": "open",
    "subject": {
        "kind": "protected_item",
        "id": "01890000-0000-7000-8000-000000000003",
        "name": "vm-web-01",
        "vm": VM,
        "vault_id": "01890000-0000-7000-8000-000000000001",
    },
    "before": {"policy_id": "01890000-0000-7000-8000-000000000002", "policy": "production"},
    "after": {"policy_id": "01890000-0000-7000-8000-000000000004", "policy": "weekly"},
    "seen_at": "2026-01-31T11:10:00Z",
    "resolved_at": None,
    "azure_job_id": "5f7aebf3-b4ef-4c56-8b5f-9f1f0e4c8d1e",
}


class UnreachableScope(BaseModel):
    """A part of Azure that could not be read, wholly or in part. What is shown of it may be missing or old."""

    scope: str = Field(description="An ARM id: a subscription or a resource group. `/` = all that is granted.")
    code: UnreachableCode = Field(
        description="denied: Holdfast's identity has no right to it. partial, not_checked_yet: some of it is not known."
    )
    detail: str


class EstateKnown(BaseModel):
    """How far an answer may be trusted."""

    as_of: datetime | None = Field(
        description="The oldest reading of a granted scope; null: one was never read. "
        "Resource Graph itself may be late."
    )
    unreachable: list[UnreachableScope]

    @staticmethod
    def shown(known: Known) -> dict[str, Any]:
        unreached = [UnreachableScope(scope=one.scope, code=one.code, detail=one.detail) for one in known.unreachable]
        return {"as_of": known.as_of, "unreachable": unreached}


class DiskRead(BaseModel):
    """A disk of a VM."""

    name: str | None
    size_gib: int | None
    lun: int | None = Field(description="Number of the data disk (LUN); null: the OS disk.")


class ElsewhereRead(BaseModel):
    """The vault that protects a VM and is not managed by this tenant, as Resource Graph shows it."""

    vault_id: str | None = Field(description="An ARM id; null: the tenant has no grant for the vault.")
    state: str | None = Field(description="Azure's word for the state of its protection there.")


class EstateVmRead(BaseModel):
    """A virtual machine, and how it is backed up."""

    model_config = ConfigDict(json_schema_extra={"examples": [VM_EXAMPLE]})

    vm: VmRead
    location: str
    os: str | None
    size: str | None
    disks: list[DiskRead]
    tags: dict[str, str]
    state: EstateState = Field(
        description="never_backed_up: it is being protected, or is, and its first backup has not ended. "
        "elsewhere: in a vault that this tenant does not manage. unknown: not everything could be read."
    )
    protected_item_id: UUID | None
    vault_id: UUID | None
    elsewhere: ElsewhereRead | None
    as_of: datetime = Field(description="When the VM was last seen.")

    @classmethod
    def of(cls, row: Mapping[str, Any], grants: Grants) -> "EstateVmRead":
        vm, where = names.read_vm_id(row["vm_id"]), row["elsewhere_vault_id"]
        plain = {name: row[name] for name in cls.model_fields if name not in {"vm", "elsewhere"}}
        elsewhere = None
        if where:
            place = names.place_of(where)
            is_granted = place is not None and grants.cover(*place)
            elsewhere = {"vault_id": where if is_granted else None, "state": row["elsewhere_state"]}
        shown = {"id": vm.id, "name": vm.name, "resource_group": vm.resource_group}
        return cls.model_validate(
            plain | {"vm": shown | {"subscription_id": vm.subscription_id}, "elsewhere": elsewhere}
        )


class EstateVmPage(EstateKnown, Page[EstateVmRead]):
    """One page of VMs."""


Counted = Mapping[str | None, Mapping[str, int]]
"""{group: {what: machines}}."""


class Covered(BaseModel):
    """How many VMs are in which state."""

    total: int
    by_state: dict[EstateState, int]
    coverage_percent: float | None = Field(
        description="Share of `protected` among the VMs that are there (all but `vm_missing`); null: there is none. "
        "A VM that is protected elsewhere does not count: how, is not known here."
    )
    by_proof: dict[Proof, int] = Field(
        description="Of the VMs that are there and have a protected item: proven, a restore test passed every level in "
        "the last 90 days; lapsed, longer ago, or a later test failed; never."
    )
    proven_percent: float | None = Field(description="Share of `proven` among these VMs; null: there is none.")

    @staticmethod
    def counted(by_state: Mapping[str, int], by_proof: Mapping[str, int]) -> dict[str, Any]:
        return {
            "by_proof": {Proof(proof): count for proof, count in sorted(by_proof.items())},
            "proven_percent": proven_percent(by_proof),
            "total": sum(by_state.values()),
            "by_state": {EstateState(state): count for state, count in by_state.items()},
            "coverage_percent": coverage_percent(by_state),
        }


class CoverageRead(Covered):
    """How the VMs of a group are backed up."""

    model_config = ConfigDict(json_schema_extra={"examples": [GROUP_EXAMPLE]})

    key: str | None = Field(
        description="The subscription, resource group (ARM id), location or value of the tag; null: of VMs without it."
    )


class EstateCoverage(EstateKnown, Covered):
    """How the estate is backed up: all of it, and by group."""

    model_config = ConfigDict(json_schema_extra={"examples": [COVERAGE_EXAMPLE]})

    groups: list[CoverageRead]

    @classmethod
    def of(cls, counted: Counted, proofs: Counted, known: Known) -> "EstateCoverage":
        total, proven = _sum(counted), _sum(proofs)
        groups = [
            CoverageRead(key=key, **Covered.counted(by_state, proofs.get(key, {}))) for key, by_state in counted.items()
        ]
        return cls(groups=groups, **Covered.counted(total, proven), **cls.shown(known))


def _sum(counted: Counted) -> Mapping[str, int]:
    total = Counter[str]()
    for group in counted.values():
        total.update(group)
    return total


class DriftSubject(BaseModel):
    """What was changed. Its row may be gone."""

    kind: Literal["protected_item", "policy", "vault"]
    id: UUID
    name: str
    vm: VmRead | None
    vault_id: UUID


class DriftRead(BaseModel):
    """Something that was changed outside Holdfast and leaves backups weaker. Who did it is not known."""

    model_config = ConfigDict(json_schema_extra={"examples": [DRIFT_EXAMPLE]})

    id: UUID
    kind: DriftKind
    state: DriftState = Field(description="resolved: it is as before again, or Holdfast has changed it since.")
    subject: DriftSubject
    before: dict[str, Any]
    after: dict[str, Any] | None = Field(description="What it is now; null: the item is gone.")
    seen_at: datetime
    resolved_at: datetime | None
    azure_job_id: str | None = Field(description="The Azure job that fits, if Azure lists one.")

    @classmethod
    def of(cls, drift: EstateDrift) -> "DriftRead":
        subject = dict(drift.subject)
        vm_id = subject.pop("vm_id")
        vm = names.read_vm_id(vm_id) if vm_id else None
        place = ("name", "resource_group", "subscription_id", "id")
        subject["vm"] = {name: getattr(vm, name) for name in place} if vm else None
        plain = {name: getattr(drift, name) for name in cls.model_fields if name not in {"state", "subject"}}
        state = DriftState.OPEN if drift.resolved_at is None else DriftState.RESOLVED
        return cls.model_validate(plain | {"subject": subject, "state": state})


class WeakenedSubject(BaseModel):
    """One thing that is weaker."""

    kind: Literal["protected_item", "policy", "vault"]
    id: UUID
    name: str
    vm_id: str | None


WEAKENING_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-00000000000a",
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "vault": "vault-demo",
    "kind": "retention_shrunk",
    "subjects": [
        {
            "kind": "policy",
            "id": "01890000-0000-7000-8000-000000000002",
            "name": "production",
            "vm_id": None,
        }
    ],
    "change": {"before": {"days": 90}, "after": {"days": 7}, "drift": "retention_shrunk", "drifts": 1},
    "radius": {"items": 12, "vms": 12, "lost_points": 996, "kept_days_before": 90, "kept_days_after": 7},
    "seen_at": "2026-01-31T12:00:00Z",
    "weighed_at": "2026-01-31T12:00:10Z",
    "resolved_at": None,
}


class WeakeningRead(BaseModel):
    """What is weaker in one vault than it was, in one way, and what that costs: as an event tells it."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEAKENING_EXAMPLE]})

    id: UUID
    vault_id: UUID
    vault: str = Field(description="The name of the vault.")
    kind: WeakeningKind = Field(description="The kind of the alert.")
    subjects: list[WeakenedSubject] = Field(description="Up to 100; `change.drifts` says how many there are.")
    change: dict[str, Any] = Field(description="before and after of the first of them, and its kind as a drift.")
    radius: dict[str, Any] = Field(description="What could be restored before and after: docs/tamper.md.")
    seen_at: datetime
    weighed_at: datetime
    resolved_at: datetime | None

    @classmethod
    def of(cls, row: EstateWeakening) -> "WeakeningRead":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class DriftPage(EstateKnown, Page[DriftRead]):
    """One page of what changed outside."""


class EstateRefresh(BaseModel):
    """A reading that was asked for."""

    due_at: datetime = Field(description="When it is due: a minute after the last reading began, or now.")
    as_of: datetime | None = Field(description="Of the answers until then. A later one is of the new reading.")


def drifts_of(rows: Sequence[EstateDrift]) -> list[DriftRead]:
    return [DriftRead.of(row) for row in rows]
