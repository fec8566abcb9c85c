"""Bodies of what a restore made, and of its tear-down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.tear_down import values

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-restored/providers"
EXAMPLE: JsonDict = {
    "restore_id": "01890000-0000-7000-8000-000000000004",
    "items": [
        {
            "id": f"{GROUP}/Microsoft.Compute/virtualMachines/vm-web-01r",
            "kind": "vm",
            "known_by": ["job", "before_after"],
            "state": "present",
            "deletable": True,
            "cause": None,
            "reason": None,
            "remark": "Tags added, changed or removed since the restore ended: CostCenter.",
        },
        {
            "id": f"{GROUP}/Microsoft.Network/networkInterfaces/vm-web-01r-nic-7c1e",
            "kind": "network_interface",
            "known_by": ["vm", "before_after"],
            "state": "changed",
            "deletable": False,
            "cause": "changed",
            "reason": "Another one was made under the same name.",
            "remark": None,
        },
    ],
    "next": None,
    "before_known": True,
    "as_of": "2026-01-31T10:20:00Z",
}


class RestoredResource(BaseModel):
    """One thing that the restore made, or kept."""

    id: str = Field(description="ARM id; of a blob its address.")
    kind: values.Kind
    known_by: list[values.KnownBy] = Field(
        description="job: Azure's job, or the request, names it. tag: it carries the job's tag. vm: the restored VM "
        "refers to it. before_after: it was not in the group before; alone that proves nothing."
    )
    state: Literal["present", "gone", "changed", "unknown"] = Field(
        description="changed: another one under the same name, or changed by hand since. unknown: Azure does not show "
        "it; that proves nothing."
    )
    deletable: bool = Field(description="Whether a tear-down would delete it now.")
    cause: values.Cause | None = Field(default=None, description="Why not, as one word.")
    reason: str | None = None
    remark: str | None = Field(
        default=None,
        description="Which tags differ from those at the end of the restore. Policies and cost tools add tags, so that "
        "is no reason to leave it.",
    )

    @classmethod
    def of(cls, one: values.Resource) -> "RestoredResource":
        return cls(
            id=one.id,
            kind=one.kind,
            known_by=list(one.known_by),
            state=one.state,
            deletable=one.deletable,
            cause=one.cause,
            reason=one.reason,
            remark=one.remark,
        )


class RestoredResources(BaseModel):
    """What a restore made in Azure, as it is now, in the order in which a tear-down deletes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    restore_id: UUID
    items: list[RestoredResource]
    next: None = Field(default=None, description="All of it is on one page.")
    before_known: bool = Field(description="Whether Holdfast could list the group before it sent the restore.")
    as_of: datetime

    @classmethod
    def read(
        cls, restore_id: UUID, evidence: values.Evidence, listed: Sequence[values.Resource], as_of: datetime
    ) -> "RestoredResources":
        return cls(
            restore_id=restore_id,
            items=[RestoredResource.of(one) for one in listed],
            before_known=evidence.before is not None,
            as_of=as_of,
        )
